import { z } from "zod";

/**
 * What of a Typebot export is read (versions 3 to 6 of its format, in which groups hold blocks). Anything may stand
 * beside it, and a setting that is not of the expected type counts as not there.
 */

const text = z.string().optional().catch(undefined);
const numeric = z.union([z.number(), z.string()]).optional().catch(undefined);
const flag = z.boolean().optional().catch(undefined);
const id = z.string().max(100);
const edgeId = z.string().nullish().catch(undefined);
const coordinates = z.object({ x: z.number(), y: z.number() }).catch({ x: 0, y: 0 });

/** A list whose entries that are not of the expected form are left out. */
const listOf = <S extends z.ZodType>(entry: S) =>
  z
    .array(z.unknown())
    .transform((entries) =>
      entries.flatMap((each): z.output<S>[] => {
        const parsed = entry.safeParse(each);
        return parsed.success ? [parsed.data] : [];
      }),
    )
    .optional()
    .catch(undefined);

const variable = z.object({ id, name: z.string().max(200), value: z.unknown().optional() });
export type TypebotVariable = z.output<typeof variable>;

const edge = z.object({ id, to: z.object({ groupId: id, blockId: text }) });
export type TypebotEdge = z.output<typeof edge>;

const comparison = z.object({ variableId: text, comparisonOperator: text, value: text });
export type TypebotComparison = z.output<typeof comparison>;
const comparisons = z.object({
  logicalOperator: text,
  comparisons: z.array(comparison).catch([]),
});
const displayed = z
  .object({ isEnabled: flag, condition: comparisons.optional().catch(undefined) })
  .optional()
  .catch(undefined);
export type TypebotDisplay = z.output<typeof displayed>;
export type TypebotCondition = z.output<typeof comparisons>;

const item = z.object({
  id,
  outgoingEdgeId: edgeId,
  /** A label (choices) or a condition. */
  content: z.union([z.string(), comparisons]).optional().catch(undefined),
  /** What a choice of it stores, in place of the label. */
  value: text,
  title: text,
  description: text,
  pictureSrc: text,
  imageUrl: text,
  path: text,
  displayCondition: displayed,
  /** Of a card: its buttons. */
  paths: listOf(z.object({ id: text, text, outgoingEdgeId: edgeId })),
  options: z.object({ displayCondition: displayed, internalValue: text }).optional().catch(undefined),
});
export type TypebotItem = z.output<typeof item>;

const pairs = listOf(z.object({ key: text, value: text }));

const options = z.object({
  variableId: text,
  labels: z
    .object({ placeholder: text, left: text, right: text, separator: text })
    .optional()
    .catch(undefined),
  retryMessageContent: text,
  min: numeric,
  max: numeric,
  step: numeric,
  length: z.number().optional().catch(undefined),
  startsAt: numeric,
  buttonType: text,
  isRange: flag,
  hasTime: flag,
  format: text,
  defaultCountryCode: text,
  isRequired: flag,
  isMultipleAllowed: flag,
  allowedFileTypes: z.object({ isEnabled: flag }).optional().catch(undefined),
  attachments: z.object({ isEnabled: flag }).optional().catch(undefined),
  audioClip: z.object({ isEnabled: flag }).optional().catch(undefined),
  isMultipleChoice: flag,
  dynamicVariableId: text,
  dynamicItems: z
    .object({ isEnabled: flag, titlesVariableId: text, pictureSrcsVariableId: text })
    .optional()
    .catch(undefined),
  saveResponseMapping: listOf(z.object({ field: text, variableId: text })),
  type: text,
  expressionToEvaluate: text,
  saveErrorInVariableId: text,
  item: text,
  url: text,
  secondsToWaitFor: numeric,
  shouldPause: flag,
  aPercent: z.number().optional().catch(undefined),
  typebotId: text,
  groupId: text,
  blockId: text,
  isCustomBody: flag,
  webhook: z
    .object({ method: text, url: text, body: text, headers: pairs, queryParams: pairs })
    .optional()
    .catch(undefined),
  responseVariableMapping: listOf(z.object({ variableId: text, bodyPath: text })),
  action: text,
  task: text,
  message: text,
  prompt: text,
  messages: listOf(z.object({ role: text, content: text })),
  responseMapping: listOf(z.object({ item: text, valueToExtract: text, variableId: text })),
  subject: text,
  body: text,
});
export type TypebotOptions = z.output<typeof options>;

const block = z.object({
  id,
  type: z.string().max(100),
  outgoingEdgeId: edgeId,
  content: z
    .object({
      richText: z.array(z.unknown()).optional().catch(undefined),
      plainText: text,
      url: text,
      type: text,
      clickLink: z.object({ url: text }).optional().catch(undefined),
      waitForEvent: z.object({ isEnabled: flag }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  items: z.array(item).max(100).catch([]),
  options: options.partial().catch({}),
});
export type TypebotBlock = z.output<typeof block>;

const group = z.object({
  id,
  title: z.string().catch(""),
  graphCoordinates: coordinates,
  blocks: z.array(block).max(500),
});
export type TypebotGroup = z.output<typeof group>;

const event = z.object({ id, type: z.string().max(100), outgoingEdgeId: edgeId });

const colors = z.object({ backgroundColor: text, color: text }).optional().catch(undefined);

export const typebotSchema = z.object({
  id: text,
  version: z.union([z.string(), z.number()]).optional().catch(undefined),
  name: z.string().catch(""),
  groups: z.array(group).max(500),
  edges: z.array(edge).max(2000),
  variables: z
    .array(variable)
    .max(1000)
    .nullish()
    .transform((listed) => listed ?? []),
  events: z.array(event).max(100).nullish().catch(undefined),
  theme: z
    .object({
      general: z
        .object({ background: z.object({ type: text, content: text }).optional().catch(undefined) })
        .optional()
        .catch(undefined),
      chat: z
        .object({ hostBubbles: colors, guestBubbles: colors, buttons: colors })
        .optional()
        .catch(undefined),
      customCss: text,
    })
    .optional()
    .catch(undefined),
  settings: z
    .object({
      general: z
        .object({ systemMessages: z.object({ invalidMessage: text }).optional().catch(undefined) })
        .optional()
        .catch(undefined),
      metadata: z.object({ description: text }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
});
export type TypebotExport = z.output<typeof typebotSchema>;

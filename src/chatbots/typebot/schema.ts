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

const variable = z.object({ id, name: z.string().max(200), value: z.unknown().optional() });
export type TypebotVariable = z.output<typeof variable>;

const edge = z.object({
  id,
  from: z.object({ blockId: text, eventId: text, itemId: text }),
  to: z.object({ groupId: id, blockId: text }),
});
export type TypebotEdge = z.output<typeof edge>;

const comparisons = z.object({
  logicalOperator: text,
  comparisons: z.array(z.object({ variableId: text, comparisonOperator: text, value: text })).catch([]),
});

const item = z.object({
  id,
  outgoingEdgeId: edgeId,
  /** A label (choices) or a condition. */
  content: z.union([z.string(), comparisons]).optional().catch(undefined),
  title: text,
  description: text,
  path: text,
  displayCondition: z.object({ isEnabled: flag }).optional().catch(undefined),
});
export type TypebotItem = z.output<typeof item>;

const pairs = z
  .array(z.object({ key: text, value: text }))
  .optional()
  .catch(undefined);

const options = z.object({
  variableId: text,
  labels: z.object({ placeholder: text }).optional().catch(undefined),
  retryMessageContent: text,
  min: numeric,
  max: numeric,
  length: z.number().optional().catch(undefined),
  startsAt: numeric,
  isRange: flag,
  hasTime: flag,
  isMultipleAllowed: flag,
  isMultipleChoice: flag,
  dynamicVariableId: text,
  dynamicItems: z.object({ isEnabled: flag, titlesVariableId: text }).optional().catch(undefined),
  type: text,
  expressionToEvaluate: text,
  isCode: flag,
  item: text,
  url: text,
  secondsToWaitFor: numeric,
  aPercent: z.number().optional().catch(undefined),
  groupId: text,
  blockId: text,
  isCustomBody: flag,
  webhook: z
    .object({ method: text, url: text, body: text, headers: pairs, queryParams: pairs })
    .optional()
    .catch(undefined),
  responseVariableMapping: z
    .array(z.object({ variableId: text, bodyPath: text }))
    .optional()
    .catch(undefined),
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
  name: z.string().catch(""),
  groups: z.array(group).max(500),
  edges: z.array(edge).max(2000),
  variables: z.array(variable).max(1000).default([]),
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
    .object({ metadata: z.object({ description: text }).optional().catch(undefined) })
    .optional()
    .catch(undefined),
});
export type TypebotExport = z.output<typeof typebotSchema>;

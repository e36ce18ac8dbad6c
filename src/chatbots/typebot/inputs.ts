import { MAX_RETRY_LENGTH } from "./limits.ts";
import { type BlockContext, fixedNumber, type Read, single } from "./piece.ts";
import { quoted } from "./report.ts";
import type { TypebotBlock } from "./schema.ts";

/** Blocks that ask the visitor for something to be typed, chosen from numbers or sent. */

/** What all that ask have: the words in front, where the answer goes, and the words that ask again. */
export function asking({ options }: TypebotBlock, context: BlockContext) {
  const { variableId, retryMessageContent } = options;
  const retryText = context
    .text(retryMessageContent || context.retryText || "")
    .slice(0, MAX_RETRY_LENGTH)
    .toWellFormed();
  const variable = context.variables.byId(variableId);
  if (context.usage.has(variableId, "list")) {
    const title = quoted(context.variables.titleOf(variableId) ?? "");
    context.report(
      "answers_differ",
      `an answer takes the place of the list ${title}; there it is added to it`,
    );
  }
  return {
    ...(context.question === undefined ? {} : { text: context.question }),
    ...(variable === undefined ? {} : { variable }),
    ...(retryText.trim() === "" ? {} : { retryText }),
  };
}

const asked =
  (answer: string, limits: (block: TypebotBlock, context: BlockContext) => Record<string, unknown>): Read =>
  (block, context) =>
    single(context, "question", { ...asking(block, context), answer, ...limits(block, context) }, "answered");

export const textBlock = asked("text", ({ options: { attachments, audioClip } }, { report }) => {
  if (attachments?.isEnabled) report("answers_differ", "files cannot be sent along with a typed answer");
  if (audioClip?.isEnabled) report("answers_differ", "an answer cannot be spoken instead of typed");
  return {};
});

export const numberBlock = asked("number", ({ options: { min, max, step } }, { report }) => {
  const limits = { min: fixedNumber(min), max: fixedNumber(max) };
  if ((min !== undefined && limits.min === undefined) || (max !== undefined && limits.max === undefined)) {
    report("answers_differ", "limits of numbers that come from variables are not kept");
  }
  report("answers_differ", "a number has to be all of an answer; there what comes behind it is passed over");
  if (step !== undefined) report("answers_differ", "a number's step is not kept: any number is taken");
  return within(limits);
});

/** Both limits where they make sense. */
function within({ min, max }: { min?: number; max?: number }) {
  const fits = min === undefined || max === undefined || min <= max;
  return { ...(min === undefined || !fits ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

export const emailBlock = asked("email", (_, { report }) => {
  report("answers_differ", "email addresses are kept as they are typed; there they become lower case");
  return {};
});

export const urlBlock = asked("url", (_, { report }) => {
  report("answers_differ", "web addresses are checked in another way");
  return {};
});

export const phoneBlock = asked("phone", ({ options: { defaultCountryCode } }, { report }) => {
  report("answers_differ", "phone numbers are kept as they are typed; there they become +49…");
  if (defaultCountryCode) {
    report("answers_differ", `phone numbers are not read as those of ${quoted(defaultCountryCode)}`);
  }
  return {};
});

export const dateBlock = asked("date", ({ options }, { report }) => {
  const { isRange, hasTime, min, max, format } = options;
  if (isRange || hasTime) report("answers_differ", "a date is one day, without a time and without an end");
  if (min !== undefined || max !== undefined)
    report("answers_differ", "a date's first and last day are not kept");
  report(
    "answers_differ",
    `dates are kept as 2026-01-31; there as ${quoted(format || "dd/MM/yyyy")}, and more ways of writing one are taken`,
  );
  return {};
});

export const timeBlock = asked("text", (_, { report }) => {
  report("answers_differ", "a time is typed as 14:30; there more ways of writing one are taken");
  return { pattern: "\\d{1,2}:\\d{2}" };
});

export const ratingBlock = asked("rating", ({ options }, context) => {
  const { startsAt, length = 10, buttonType, labels } = options;
  const first = fixedNumber(startsAt);
  if (startsAt !== undefined && first === undefined) {
    context.report("answers_differ", "where a rating starts comes from a variable, which is not kept");
  }
  context.report(
    "answers_differ",
    "a rating has to be a number of its scale; there any that is not above it",
  );
  const [minLabel, maxLabel] = [labels?.left, labels?.right].map((label) =>
    context
      .text(label ?? "")
      .trim()
      .slice(0, 60)
      .toWellFormed(),
  );
  const least = buttonType === "Icons" ? 1 : (first ?? 0);
  return {
    min: Math.min(least, length),
    max: length,
    ...(minLabel ? { minLabel } : {}),
    ...(maxLabel ? { maxLabel } : {}),
  };
});

export const fileBlock = asked("file", ({ options }, { report }) => {
  const { isMultipleAllowed, isRequired, allowedFileTypes } = options;
  if (isMultipleAllowed) report("answers_differ", "one file is asked for, not several");
  if (isRequired === false) report("answers_differ", "a question for a file cannot be skipped");
  if (allowedFileTypes?.isEnabled) report("answers_differ", "files of every type are taken");
  return {};
});

/** Nobody can pay here, and what comes behind a payment must not be had without one. */
export const paymentBlock: Read = (_, context) => {
  context.report(
    "goes_another_way",
    "nothing can be paid in a flow: where a payment was asked for, the conversation is handed to the team",
  );
  const id = context.newId("handoff");
  return { nodes: [{ id, type: "handoff", data: {} }], edges: [], exits: [] };
};

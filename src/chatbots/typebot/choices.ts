import type { RuleSet } from "../../flows/graph/condition-data.ts";
import { MAX_LIST_ITEM } from "../../flows/graph/limits.ts";
import { shownIf } from "./conditions.ts";
import { asking } from "./inputs.ts";
import { MAX_OPTION_LABEL, MAX_OPTIONS } from "./limits.ts";
import { type BlockContext, type Exit, nothing, type Piece, type Read } from "./piece.ts";
import { quoted } from "./report.ts";
import type { TypebotBlock, TypebotDisplay } from "./schema.ts";

/** Blocks that offer options: buttons, pictures and cards. */

const TYPED =
  "an option can also be typed by its number, or not quite as it is written; there only word for word";

const EMPTY = "a choice with nothing to choose leaves by other, which ends the flow; there it waits for ever";

/** Something to be chosen: its words, what is stored in their place, and where it leads. */
interface Offer {
  label: string;
  value?: string;
  edge?: string;
  display: TypebotDisplay;
}

/** A choice among offers, which each may lead elsewhere unless several can be chosen. */
function choiceOf(
  block: TypebotBlock,
  context: BlockContext,
  offers: readonly Offer[],
  more: { multiple?: boolean; variable?: string } = {},
): Piece | null {
  const { multiple = false } = more;
  const worded = offers.filter(({ label }) => label !== "");
  if (worded.length < offers.length) context.report("not_said", "options without words are left out");
  const named = worded.flatMap((offer) => {
    const showIf = shownIf(offer.display, context);
    // What is never offered there is no option here.
    return showIf === null ? [] : [{ ...offer, ...(showIf && { showIf }) }];
  });
  if (named.length > MAX_OPTIONS) {
    const left = named.slice(MAX_OPTIONS).map(({ label }) => label);
    context.report(
      "not_said",
      `only the first ${MAX_OPTIONS} options are kept, without ${quoted(left.join(", "))}`,
    );
  }
  const kept = named
    .slice(0, MAX_OPTIONS)
    .map((offer, i) => ({ offer, option: optionOf(offer, i, context) }));
  if (kept.length === 0) return nothing("not_said", "a choice without options is left out")(block, context);
  context.report("answers_differ", TYPED);
  if (named.every(({ showIf }) => showIf)) context.report("goes_another_way", EMPTY);
  const id = context.newId("choice");
  const data = { ...asking(block, context), ...more, options: kept.map(({ option }) => option) };
  const exits: Exit[] = multiple
    ? [{ nodeId: id, handle: "answered" }]
    : kept.map(({ offer: { edge }, option }) => ({
        nodeId: id,
        handle: option.id,
        ...(edge ? { edge } : {}),
      }));
  return { nodes: [{ id, type: "choice", data }], edges: [], exits };
}

/** A label that is cut is stored whole. */
function optionOf(
  { label, value, showIf }: Offer & { showIf?: RuleSet },
  index: number,
  { report }: BlockContext,
) {
  const shown = label.slice(0, MAX_OPTION_LABEL).toWellFormed().trim();
  if (label.length > MAX_OPTION_LABEL) {
    report("looks_different", `options longer than ${MAX_OPTION_LABEL} characters are cut: ${quoted(label)}`);
  }
  const stored = (value || label).slice(0, MAX_LIST_ITEM).toWellFormed();
  if (stored !== (value || label)) {
    report("answers_differ", `of what an option stores ${MAX_LIST_ITEM} characters are kept`);
  }
  return {
    id: `option_${index + 1}`,
    label: shown || "…",
    ...(stored === shown ? {} : { value: stored }),
    ...(showIf && { showIf }),
  };
}

/** A choice from a list that a variable holds. */
function listChoice(block: TypebotBlock, context: BlockContext, optionsFrom: string): Piece {
  if (block.items.some(({ outgoingEdgeId }) => outgoingEdgeId)) {
    context.report("goes_another_way", "an option out of a variable leads nowhere of its own");
  }
  context.report("answers_differ", TYPED);
  context.report("goes_another_way", EMPTY);
  const id = context.newId("choice");
  const data = { ...asking(block, context), optionsFrom, multiple: block.options.isMultipleChoice === true };
  return { nodes: [{ id, type: "choice", data }], edges: [], exits: [{ nodeId: id, handle: "answered" }] };
}

const buttons =
  (wordsOf: (item: TypebotBlock["items"][number]) => string | undefined): Read =>
  (block, context) => {
    const offers = block.items.map((item) => ({
      label: context.text(wordsOf(item) ?? "").trim(),
      value: context.text(item.value ?? "").trim(),
      edge: item.outgoingEdgeId || undefined,
      display: item.displayCondition,
    }));
    return choiceOf(block, context, offers, { multiple: block.options.isMultipleChoice === true });
  };

const staticButtons = buttons(({ content }) => (typeof content === "string" ? content : undefined));
const staticPictures = buttons(({ title, pictureSrc }) => title || pictureSrc);

export const choiceInput: Read = (block, context) => {
  const list = context.variables.byId(block.options.dynamicVariableId);
  return list === undefined ? staticButtons(block, context) : listChoice(block, context, list);
};

export const pictureInput: Read = (block, context) => {
  const { dynamicItems } = block.options;
  context.report("not_said", "pictures of options are not shown");
  if (dynamicItems?.isEnabled && dynamicItems.pictureSrcsVariableId) {
    const list = context.variables.byId(dynamicItems.titlesVariableId);
    if (list !== undefined) return listChoice(block, context, list);
    return nothing("not_said", "a choice among pictures without titles is left out")(block, context);
  }
  if (block.items.some(({ description }) => description)) {
    context.report("not_said", "descriptions of pictures are not shown");
  }
  return staticPictures(block, context);
};

export const cards: Read = (block, context) => {
  const { saveResponseMapping = [] } = block.options;
  const saved = saveResponseMapping.filter(({ variableId }) => variableId);
  const [first] = saved;
  if (saved.length > 1) context.report("not_done", "of what a card stores only the first variable is set");
  if (block.items.some(({ imageUrl, description }) => imageUrl || description)) {
    context.report("not_said", "pictures and descriptions of cards are not shown");
  }
  const several = block.items.length > 1;
  const offers = block.items.flatMap((card): Offer[] => {
    const title = context.text(card.title ?? "").trim();
    const { paths = [] } = card;
    const display = card.options?.displayCondition;
    const fields: Record<string, string | undefined> = {
      Title: title,
      Description: card.description,
      "Image URL": card.imageUrl,
      "Internal Value": card.options?.internalValue,
    };
    const value = context.text(fields[first?.field ?? "Title"] ?? "").trim() || undefined;
    if (paths.length === 0) return [{ label: title, value, display }];
    return paths.map(({ text = "", outgoingEdgeId }) => {
      const button = context.text(text).trim();
      const both = several && paths.length > 1 ? `${title}: ${button}` : several ? title : button;
      const stored = first?.field === "Button" ? button : value;
      return { label: both || title, value: stored, edge: outgoingEdgeId || undefined, display };
    });
  });
  context.report("looks_different", "cards are offered as options");
  const variable = context.variables.byId(first?.variableId);
  return choiceOf(block, context, offers, variable === undefined ? {} : { variable });
};

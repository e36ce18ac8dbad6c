import type { Rule, RuleSet } from "../../flows/graph/condition-data.ts";
import { ALWAYS, type Alternatives, alternativesOf, Unsayable } from "./comparisons.ts";
import { MAX_CASES, MAX_RULES } from "./limits.ts";
import type { BlockContext, Exit, Piece, Read } from "./piece.ts";
import type { TypebotBlock, TypebotCondition, TypebotDisplay, TypebotItem } from "./schema.ts";

/** "Condition": cases of comparisons, the first that holds is taken. */

interface Case extends RuleSet {
  /** Where it leads; null: it ends here. */
  edge: string | null;
}

export const conditionBlock: Read = (block, context) => {
  const cases = block.items.flatMap((item, i) => casesOf(block, item, i, context));
  if (cases.length === 0) return null;
  const parts: Case[][] = [];
  for (let at = 0; at < cases.length; at += MAX_CASES) parts.push(cases.slice(at, at + MAX_CASES));
  return chained(parts, context);
};

/** Several conditions where one has no room for all cases: each goes on to the next by its else. */
function chained(parts: readonly Case[][], context: BlockContext): Piece {
  const ids = parts.map(() => context.newId("condition"));
  const nodes: Piece["nodes"] = [];
  const exits: Exit[] = [];
  const edges: Piece["edges"] = [];
  parts.forEach((part, at) => {
    const id = ids[at] ?? "";
    const named = part.map((each, i) => ({ ...each, id: `case_${i + 1}` }));
    nodes.push({ id, type: "condition", data: { cases: named.map(({ edge: _, ...data }) => data) } });
    exits.push(...named.map(({ id: handle, edge }): Exit => ({ nodeId: id, handle, edge })));
    const next = ids[at + 1];
    if (next === undefined) exits.push({ nodeId: id, handle: "else" });
    else edges.push({ source: id, sourceHandle: "else", target: next });
  });
  return { nodes, edges, exits };
}

/** The cases that an item becomes: none where it never holds, and where any part of it cannot be said. */
function casesOf(block: TypebotBlock, item: TypebotItem, index: number, context: BlockContext): Case[] {
  const edge = item.outgoingEdgeId || null;
  try {
    const content = typeof item.content === "object" ? item.content : undefined;
    return ruleSetsOf(content, context).map(({ match, rules }) =>
      rules.length > 0 ? { match, rules, edge } : { ...TAUTOLOGY, edge },
    );
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    const which = block.items.length > 1 ? `case ${index + 1} of a condition` : "a condition's case";
    context.report("goes_another_way", `${which} is left out, so the others decide: ${error.message}`);
    return [];
  }
}

/** Holds always: something is set or it is not. */
const TAUTOLOGY: RuleSet = {
  match: "any",
  rules: [
    { variable: "last_message", operator: "is_set" },
    { variable: "last_message", operator: "is_not_set" },
  ],
};

/**
 * What a condition asks as sets of rules, one of which has to hold: none never does, one without rules always.
 * @throws Unsayable
 */
function ruleSetsOf(content: TypebotCondition | undefined, context: BlockContext): RuleSet[] {
  const comparisons = content?.comparisons ?? [];
  if (comparisons.length === 0) return [];
  const isAny = content?.logicalOperator === "OR";
  const asked = comparisons.map((comparison) => alternativesOf(comparison, context));
  const alternatives = isAny ? asked.flat() : product(asked);
  if (isAny && alternatives.every(({ length }) => length === 1)) {
    return inPieces(alternatives.flat()).map((rules) => ({ match: "any", rules }));
  }
  return alternatives.map((rules) => ({ match: "all", rules }));
}

/** When an option is offered: undefined always, null never. What cannot be said is reported, and always offered. */
export function shownIf(display: TypebotDisplay, context: BlockContext): RuleSet | null | undefined {
  if (!display?.isEnabled || !display.condition) return undefined;
  try {
    const sets = ruleSetsOf(display.condition, context);
    if (sets.some(({ rules }) => rules.length === 0)) return undefined;
    const [first, ...others] = sets;
    if (others.length > 0) throw new Unsayable("one set of rules is not enough");
    return first ?? null;
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    context.report(
      "answers_differ",
      `an option is always offered; there only under a condition: ${error.message}`,
    );
    return undefined;
  }
}

/** Every way to take one alternative of each. */
function product(asked: readonly Alternatives[]): Alternatives {
  const all = asked.reduce<Alternatives>(
    (taken, next) => taken.flatMap((rules) => next.map((more) => [...rules, ...more])),
    ALWAYS,
  );
  if (all.length > MAX_CASES || all.some(({ length }) => length > MAX_RULES)) {
    throw new Unsayable(`a case has at most ${MAX_RULES} rules`);
  }
  return all;
}

function inPieces(rules: Rule[]): Rule[][] {
  const pieces: Rule[][] = [];
  for (let at = 0; at < rules.length; at += MAX_RULES) pieces.push(rules.slice(at, at + MAX_RULES));
  return pieces;
}

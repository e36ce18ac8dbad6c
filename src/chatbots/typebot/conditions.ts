import type { Rule } from "../../flows/graph/condition-data.ts";
import { ALWAYS, type Alternatives, alternativesOf, Unsayable } from "./comparisons.ts";
import { MAX_CASES, MAX_RULES } from "./limits.ts";
import type { BlockContext, Exit, Piece, Read } from "./piece.ts";
import type { TypebotBlock, TypebotItem } from "./schema.ts";

/** "Condition": cases of comparisons, the first that holds is taken. */

interface Case {
  match: "all" | "any";
  rules: Rule[];
  /** Where it leads; null: it ends here. */
  edge: string | null;
}

export const condition: Read = (block, context) => {
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
  const content = typeof item.content === "object" ? item.content : undefined;
  const comparisons = content?.comparisons ?? [];
  if (comparisons.length === 0) return [];
  const isAny = content?.logicalOperator === "OR";
  const edge = item.outgoingEdgeId || null;
  try {
    const asked = comparisons.map((comparison) => alternativesOf(comparison, context));
    const alternatives = isAny ? asked.flat() : product(asked);
    if (isAny && alternatives.every(({ length }) => length === 1)) {
      return inPieces(alternatives.flat()).map((rules) => ({ match: "any", rules, edge }));
    }
    return alternatives.map((rules) => caseOf(rules, edge));
  } catch (error) {
    if (!(error instanceof Unsayable)) throw error;
    const which = block.items.length > 1 ? `case ${index + 1} of a condition` : "a condition's case";
    context.report("goes_another_way", `${which} is left out, so the others decide: ${error.message}`);
    return [];
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

function caseOf(rules: Rule[], edge: string | null): Case {
  if (rules.length > 0) return { match: "all", rules, edge };
  // Holds always: something is set or it is not.
  const variable = "last_message";
  return {
    match: "any",
    rules: [
      { variable, operator: "is_set" },
      { variable, operator: "is_not_set" },
    ],
    edge,
  };
}

import type { DraftNode, Edge } from "../../flows/graph/document.ts";
import type { NodeType } from "../../flows/graph/nodes.ts";
import type { Consequence } from "../imported.ts";
import type { TypebotBlock } from "./schema.ts";
import type { VariableUsage } from "./usage.ts";
import type { TypebotVariables } from "./variables.ts";

/** A way out of what a block became. */
export interface Exit {
  nodeId: string;
  handle: string;
  /** The edge that it takes; null: it ends here. Without it, it goes on as behind the block. */
  edge?: string | null;
}

/** What a block became: nodes, the first of them the way in. */
export interface Piece {
  nodes: Omit<DraftNode, "position">[];
  /** Between its own nodes. */
  edges: Edge[];
  exits: Exit[];
}

/** What turning a block into nodes needs to know. */
export interface BlockContext {
  variables: TypebotVariables;
  usage: VariableUsage;
  newId(type: NodeType): string;
  /** A text with its placeholders in our names. */
  text(text: string): string;
  /** Says what of the block is not carried over, and what that means for visitors. */
  report(consequence: Consequence, reason: string): void;
  /** What an input asks: the text right in front of it, if only that leads to it. */
  question?: string;
  /** What the bot says where an answer does not fit, if it says so. */
  retryText?: string;
  /** Blocks of the same group behind this one, up to one that is come to from elsewhere. */
  following: readonly TypebotBlock[];
}

/** Turns a block into nodes; null where there is nothing to be said or done, which has been reported if it is a loss. */
export type Read = (block: TypebotBlock, context: BlockContext) => Piece | null;

/** A piece of one node with one way on. */
export function single(
  context: BlockContext,
  type: NodeType,
  data: Record<string, unknown>,
  handle = "next",
): Piece {
  const id = context.newId(type);
  return { nodes: [{ id, type, data }], edges: [], exits: [{ nodeId: id, handle }] };
}

/** Pieces of one way on each, one after the other. */
export function inTurn(pieces: readonly Piece[]): Piece | null {
  const [first, ...rest] = pieces;
  if (!first) return null;
  return rest.reduce((before, piece) => {
    const target = piece.nodes[0]?.id ?? "";
    const joined = before.exits.map(({ nodeId, handle }) => ({
      source: nodeId,
      sourceHandle: handle,
      target,
    }));
    return {
      nodes: [...before.nodes, ...piece.nodes],
      edges: [...before.edges, ...joined, ...piece.edges],
      exits: piece.exits,
    };
  }, first);
}

/** Says why there is no node for a block. */
export function nothing(consequence: Consequence, reason: string): Read {
  return (_, { report }) => {
    report(consequence, reason);
    return null;
  };
}

/** A number that is written out; undefined for one that comes from a variable. */
export function fixedNumber(value: string | number | undefined): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

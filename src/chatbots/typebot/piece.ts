import type { DraftNode, Edge } from "../../flows/graph/document.ts";
import type { NodeType } from "../../flows/graph/nodes.ts";
import type { TypebotItem } from "./schema.ts";
import type { Variables } from "./text.ts";

/** A way out of what a block became. */
export interface Exit {
  nodeId: string;
  handle: string;
  /** The item of the block whose own edge decides where to; without an edge of its own, the block's. */
  item?: TypebotItem;
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
  variables: Variables;
  newId(type: NodeType): string;
  /** A text with its placeholders in our names. */
  text(text: string): string;
  /** Says what of the block is not carried over. */
  report(reason: string): void;
  /** What an input asks: the text in front of it, or something to stand for it. */
  question: string;
}

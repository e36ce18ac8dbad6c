/** What a player of Typebot exports reads of one, and what it tells. */

export interface Comparison {
  variableId?: string;
  comparisonOperator?: string;
  value?: string;
}
export interface PlayedItem {
  id: string;
  content?: string | { logicalOperator?: string; comparisons?: Comparison[] };
  title?: string;
  value?: string;
  outgoingEdgeId?: string | null;
  displayCondition?: {
    isEnabled?: boolean;
    condition?: { logicalOperator?: string; comparisons?: Comparison[] };
  };
  paths?: { id: string; text?: string; outgoingEdgeId?: string }[];
}
export interface PlayedBlock {
  id: string;
  type: string;
  outgoingEdgeId?: string | null;
  content?: { richText?: unknown[]; url?: string; type?: string } | null;
  items?: PlayedItem[];
  // biome-ignore lint/suspicious/noExplicitAny: every block has options of its own form, and this only plays them.
  options?: Record<string, any>;
}
export interface PlayedBot {
  id?: string;
  version?: string | null;
  events?: { id: string; type: string; outgoingEdgeId?: string | null }[] | null;
  groups: { id: string; title: string; blocks: PlayedBlock[] }[];
  edges: { id: string; to: { groupId: string; blockId?: string } }[];
  variables: { id: string; name: string; value?: unknown }[];
  settings?: { general?: { systemMessages?: { invalidMessage?: string } } };
}

/** What a visitor is told, in order. `again` asks once more, with the bot's words where it has some. */
export type Told =
  | { say: string }
  | { show: string }
  | { ask: string; options?: string[] }
  | { again: string | null };

/** What the world answers. */
export interface World {
  /** What a model answers. */
  model: string;
  response: { statusCode: number; data: unknown };
  /** What code comes to; throws where it is none. Names of variables stand in it as `v0`, `v1` … */
  evaluate(code: string, values: readonly unknown[]): unknown;
}

import { readTypebot } from "../../src/chatbots/typebot/read.ts";
import type { PlayedBlock, PlayedBot } from "./typebot-played.ts";

/** Small bots by hand. */

const VARIABLES = [
  { id: "vx", name: "X" },
  { id: "vl", name: "L" },
  { id: "vn", name: "N", value: "1" },
];
export const text = (id: string, ...lines: string[]): PlayedBlock => ({
  id,
  type: "text",
  content: { richText: lines.map((line) => ({ type: "p", children: [{ text: line }] })) },
});
export const ask = (id: string, options: object = { variableId: "vx" }, type = "text input") => ({
  id,
  type,
  options,
});
export const when = (
  id: string,
  comparisonOperator: string,
  value: string,
  edge?: string,
  variableId = "vx",
) => ({
  id,
  type: "Condition",
  items: [
    {
      id: `${id}i`,
      content: { comparisons: [{ variableId, comparisonOperator, value }] },
      ...(edge ? { outgoingEdgeId: edge } : {}),
    },
  ],
});
export const append = (id: string, item: string) => ({
  id,
  type: "Set variable",
  options: { variableId: "vl", type: "Append value(s)", item },
});

/** A bot of one group for each list of blocks; the edge `to1` leads to the second, `to1:b` to block b of it. */
export function botOf(groups: PlayedBlock[][], more: Partial<PlayedBot> = {}): PlayedBot {
  const edges = groups.flatMap((blocks, i) => [
    { id: `to${i}`, to: { groupId: `g${i}` } },
    ...blocks.map(({ id }) => ({ id: `to${i}:${id}`, to: { groupId: `g${i}`, blockId: id } })),
  ]);
  return {
    version: "6.1",
    events: [{ id: "ev", type: "start", outgoingEdgeId: "to0" }],
    variables: VARIABLES,
    edges,
    groups: groups.map((blocks, i) => ({ id: `g${i}`, title: `Group #${i}`, blocks })),
    ...more,
  };
}

export const read = (bot: PlayedBot) => readTypebot(JSON.parse(JSON.stringify(bot)), "test-model");
export const reasons = (bot: PlayedBot) =>
  read(bot).leftOut.map(({ consequence, reason }) => `${consequence}: ${reason}`);
export const nodesOf = (bot: PlayedBot, type: string) =>
  read(bot).draft.nodes.flatMap((node) => (node.type === type ? [node.data] : []));

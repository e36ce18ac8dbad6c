import { expect } from "vitest";
import { ALL_SCOPES } from "../../src/control/scopes.ts";
import type { Checks } from "./checks.ts";
import { sampleArguments } from "./samples.ts";
import { callTool, connectWith, contentsOf, type World } from "./world.ts";

/** -32602, as the protocol answers an unknown tool. */
export const UNKNOWN_TOOL = "protocol:-32602";

export async function unchanged<T>({ workspace }: World, run: () => Promise<T>): Promise<T> {
  const before = await contentsOf(workspace);
  const result = await run();
  expect(await contentsOf(workspace)).toEqual(before);
  return result;
}

const respects =
  (limits: { readOnly?: boolean }, path: string): Checks[string] =>
  async (tool, { mine }) => {
    const client = await connectWith(mine, { scopes: "all", ...limits }, path);
    const { tools } = await client.listTools();
    expect(tools.some(({ name }) => name === tool.name)).toBe(tool.hints.readOnly);
    const args = await sampleArguments(tool, mine, mine.open);
    const answer = await unchanged(mine, () => callTool(client, tool.name, args));
    expect(answer.code, answer.text).toBe(tool.hints.readOnly ? null : UNKNOWN_TOOL);
  };

/** A tool × (no scope, read-only credential, read-only address). */
export const scopes: Checks = {
  async "is absent and refused without its scope, there with it alone"(tool, { mine }) {
    const without = await connectWith(mine, { scopes: ALL_SCOPES.filter((scope) => scope !== tool.scope) });
    const args = await sampleArguments(tool, mine, mine.open);
    const answer = await unchanged(mine, () => callTool(without, tool.name, args));
    expect(answer).toMatchObject({ code: "missing_scope" });
    expect(answer.text).toContain(tool.scope);
    const listed = async (client: typeof without) => (await client.listTools()).tools.map(({ name }) => name);
    expect(await listed(without)).not.toContain(tool.name);
    expect(await listed(await connectWith(mine, { scopes: [tool.scope] }))).toContain(tool.name);
  },
  "respects a read-only credential": respects({ readOnly: true }, "/mcp"),
  "respects the read-only address": respects({}, "/mcp-readonly"),
};

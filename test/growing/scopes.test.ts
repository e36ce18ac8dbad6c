import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { listPlans, setPlan } from "../../src/control/plans.ts";
import { setRollout } from "../../src/control/rollouts.ts";
import { ALL_SCOPES } from "../../src/control/scopes.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { setWorkspacePlan } from "../../src/gate/workspaces.ts";
import { sampleArguments } from "./samples.ts";
import { callTool, connect, connectWith, contentsOf, makeWorld, type World } from "./world.ts";

/** Every tool × (no scope, read-only credential, read-only address, rollout off, plan without MCP). */
let world: World;

beforeAll(async () => {
  world = await makeWorld("scopes");
}, 60_000);

/** -32602, as the protocol answers an unknown tool. */
const UNKNOWN_TOOL = "protocol:-32602";

async function expectUnchanged<T>(run: () => Promise<T>): Promise<T> {
  const before = await contentsOf(world.workspace);
  const result = await run();
  expect(await contentsOf(world.workspace)).toEqual(before);
  return result;
}

describe.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  it("is absent and refused without its scope", async () => {
    const client = await connectWith(world.workspace, {
      scopes: ALL_SCOPES.filter((scope) => scope !== tool.scope),
    });
    const args = await sampleArguments(tool, world, world.open);
    const answer = await expectUnchanged(() => callTool(client, name, args));
    expect(answer).toMatchObject({ code: "missing_scope" });
    expect(answer.text).toContain(tool.scope);
    const { tools } = await client.listTools();
    expect(tools.map((listed) => listed.name)).not.toContain(name);
  });

  it.each([
    ["a read-only credential", { readOnly: true }, "/mcp"],
    ["the read-only address", {}, "/mcp-readonly"],
  ])("respects %s", async (_, limits, path) => {
    const client = await connectWith(world.workspace, { scopes: "all", ...limits }, path);
    const { tools } = await client.listTools();
    const listed = tools.map((each) => each.name).includes(name);
    expect(listed).toBe(tool.hints.readOnly);
    const args = await sampleArguments(tool, world, world.open);
    const answer = await expectUnchanged(() => callTool(client, name, args));
    expect(answer.code, answer.text).toBe(tool.hints.readOnly ? null : UNKNOWN_TOOL);
  });
});

describe("rollouts and plans", () => {
  it("hide every tool that is rolled out to nobody, by listing and by call", async () => {
    for (const tool of catalogue.tools) {
      await setRollout(env, { feature: tool.name, rings: [], percent: 0, allow: [], deny: [] });
    }
    // A new client each time: the SDK keeps a list for as long as the server said it may.
    await expect.poll(async () => (await (await connect(world.token)).listTools()).tools.length).toBe(0);
    for (const tool of catalogue.tools) {
      const args = { ...(await sampleArguments(tool, world, world.open).catch(() => ({}))) };
      const answer = await expectUnchanged(() => callTool(world.client, tool.name, args));
      expect(answer.code, tool.name).toBe(UNKNOWN_TOOL);
    }
    for (const tool of catalogue.tools) {
      await setRollout(env, { feature: tool.name, rings: [], percent: 100, allow: [], deny: [] });
    }
  });

  it("refuse everything with 403 on a plan without MCP", async () => {
    const [plan] = await listPlans(env);
    if (!plan) throw new Error("There are no plans.");
    await setPlan(env, { ...plan, name: "without-mcp", mcp: false, fallsTo: null });
    await gateOf(env, world.workspace.id).usage("nobody");
    await new Promise((resolve) => setTimeout(resolve, 4_500));
    await setWorkspacePlan(env, world.workspace.id, "without-mcp");
    for (const tool of catalogue.tools) {
      const answer = await expectUnchanged(() => callTool(world.client, tool.name, {}));
      expect(answer.text, tool.name).toMatch(/without-mcp/);
    }
    await expect(connect(world.token)).rejects.toThrow(/403|without-mcp/);
    await setWorkspacePlan(env, world.workspace.id, world.workspace.plan);
  });
});

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { listPlans, setPlan } from "../../src/control/plans.ts";
import { setRollout } from "../../src/control/rollouts.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { setWorkspacePlan } from "../../src/gate/workspaces.ts";
import { growing } from "./checks.ts";
import { sampleArguments } from "./samples.ts";
import { scopes, UNKNOWN_TOOL, unchanged } from "./scopes.ts";
import { callTool, connect, makeWorld, type World } from "./world.ts";

/** Every tool × (no scope, read-only credential, read-only address, rollout off, plan without MCP). */
let world: World;

beforeAll(async () => {
  world = await makeWorld("scopes");
});

growing(catalogue.tools, scopes, () => ({ mine: world, theirs: world, elsewhere: world }));

describe("rollouts and plans", () => {
  it("hide every tool that is rolled out to nobody, by listing and by call", async () => {
    for (const tool of catalogue.tools) {
      await setRollout(env, { feature: tool.name, rings: [], percent: 0, allow: [], deny: [] });
    }
    // A new client each time: the SDK keeps a list for as long as the server said it may.
    await expect.poll(async () => (await (await connect(world.token)).listTools()).tools.length).toBe(0);
    for (const tool of catalogue.tools) {
      const args = { ...(await sampleArguments(tool, world, world.open).catch(() => ({}))) };
      const answer = await unchanged(world, () => callTool(world.client, tool.name, args));
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
    // Gates take up a plan within 5 seconds.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5_000 });
    onTestFinished(() => void vi.useRealTimers());
    await setWorkspacePlan(env, world.workspace.id, "without-mcp");
    for (const tool of catalogue.tools) {
      const answer = await unchanged(world, () => callTool(world.client, tool.name, {}));
      expect(answer.text, tool.name).toMatch(/without-mcp/);
    }
    await expect(connect(world.token)).rejects.toThrow(/403|without-mcp/);
    await setWorkspacePlan(env, world.workspace.id, world.workspace.plan);
  });
});

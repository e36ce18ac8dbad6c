import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { chatbotResources } from "../../src/chatbots/resources.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { runHousekeeping } from "../../src/housekeeping.ts";
import { wakeIndexing } from "../../src/indexing/indexer.ts";
import { requestRebuild } from "../../src/indexing/jobs.ts";
import { indexingTools } from "../../src/indexing/tools.ts";
import { lastJob } from "../../src/search/index-state.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot, run as runChatbots } from "../chatbots/setting.ts";
import { failureOf, runTool } from "../run.ts";
import { rowids, stock, titles } from "./setting.ts";

const answered = z.object({
  job: z.looseObject({ id: z.string(), state: z.string(), percent: z.number() }),
});
const retrain = async (call: Call, chatbotId: string) =>
  answered.parse(await runTool(indexingTools, call, "retrain_chatbot", { chatbotId })).job;
const shown = async (call: Call, chatbotId: string) =>
  (await runChatbots(call, "get_chatbot", { chatbotId })).searchIndex;
const indexerOf = ({ tenant }: Call) => env.SEARCH_INDEXER.getByName(tenant.workspaceId);

async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 3000; i++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("It never came to that.");
}
const isDone = (call: Call, chatbotId: string) => async () =>
  (await lastJob(call.tenant, chatbotId))?.state === "done";

/** Takes the object's alarm away, as if the process had died in the middle of the work, until a job stands still. */
async function stop(call: Call): Promise<void> {
  let quiet = 0;
  while (quiet < 3) {
    const set = await runInDurableObject(indexerOf(call), async (_, { storage }) => {
      const alarm = await storage.getAlarm();
      await storage.deleteAlarm();
      return alarm !== null;
    });
    quiet = set ? 0 : quiet + 1;
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
}

describe("retrain_chatbot", () => {
  it("answers a job that goes on by itself, and get_chatbot how far it is", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    await stock(call.tenant, 0, 250);
    expect(await shown(call, chatbotId)).toEqual({
      state: "ready",
      progress: null,
      lastBuiltAt: null,
      error: null,
    });
    const job = await retrain(call, chatbotId);
    expect(["queued", "running"]).toContain(job.state);
    expect((await retrain(call, chatbotId)).id).toBe(job.id);
    const seen = new Set<unknown>();
    await until(async () => {
      const index = z
        .object({ state: z.string(), progress: z.number().nullable(), lastBuiltAt: z.string().nullable() })
        .parse(await shown(call, chatbotId));
      seen.add(index.state);
      expect(index.progress === null).toBe(index.state === "ready");
      expect(index.lastBuiltAt === null).toBe(index.state !== "ready");
      return index.state === "ready";
    });
    expect([...seen]).toContain("building");
    expect(await rowids(call.tenant, "products_search")).toHaveLength(250);
    expect(await titles(call, "number249", chatbotId)).toContain("Lantern number249");
    // It is done, and has nothing to wake up for.
    await until(async () =>
      runInDurableObject(indexerOf(call), async (_, { storage }) => (await storage.getAlarm()) === null),
    );
    const resource = chatbotResources.find(({ name }) => name === "chatbot");
    expect(await resource?.read(call, { chatbotId })).toMatchObject({
      searchIndex: { state: "ready", progress: null, lastBuiltAt: expect.any(String) },
    });
  });

  it("is refused for chatbots of other workspaces", async () => {
    const [call, other] = [testCall(), testCall()];
    const theirs = await makeChatbot(other);
    expect((await failureOf(retrain(call, theirs))).code).toBe("not_found");
    expect(await lastJob(other.tenant, theirs)).toBeNull();
  });

  it("touches nothing of other workspaces", async () => {
    const [call, other] = [testCall(), testCall()];
    const [mine, theirs] = [await makeChatbot(call), await makeChatbot(other)];
    for (const { tenant } of [call, other]) await stock(tenant, 0, 20);
    const before = await rowids(other.tenant, "products_search");
    await retrain(call, mine);
    await until(isDone(call, mine));
    expect(await rowids(other.tenant, "products_search")).toEqual(before);
    expect(before).toHaveLength(20);
    expect(await shown(other, theirs)).toMatchObject({ state: "ready", lastBuiltAt: null });
    expect(await titles(other, "number3", theirs)).toContain("Lantern number3");
  });
});

describe("the object that drives it", () => {
  it("goes on where it was after an eviction", async () => {
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    await stock(call.tenant, 0, 400);
    await stock(call.tenant, 0, 400, chatbotId);
    await retrain(call, chatbotId);
    let evictions = 0;
    await until(async () => {
      const job = await lastJob(call.tenant, chatbotId);
      if (job?.state !== "running") return job?.state === "done";
      await evictDurableObject(indexerOf(call));
      evictions++;
      return false;
    });
    expect(evictions).toBeGreaterThan(2);
    expect(await lastJob(call.tenant, chatbotId)).toMatchObject({ done: 800, total: 800 });
  });

  it.each(["the housekeeping", "asking again"])("that lost its alarm is woken by %s", async (waker) => {
    const { id: workspaceId } = await createWorkspace(env, {
      name: "Index",
      plan: "enterprise",
      shard: "TENANT_1",
    });
    const call = testCall({ workspaceId });
    const chatbotId = await makeChatbot(call);
    await stock(call.tenant, 0, 400);
    await stock(call.tenant, 0, 400, chatbotId);
    const { id } = await retrain(call, chatbotId);
    await stop(call);
    const stopped = await lastJob(call.tenant, chatbotId);
    expect(["queued", "running"]).toContain(stopped?.state);
    await evictDurableObject(indexerOf(call));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await lastJob(call.tenant, chatbotId)).toEqual(stopped);
    expect(await titles(call, "number399", chatbotId)).toContain("Lantern number399");
    if (waker === "the housekeeping") await runHousekeeping(env);
    else expect((await retrain(call, chatbotId)).id).toBe(id);
    await until(isDone(call, chatbotId));
    expect(await lastJob(call.tenant, chatbotId)).toMatchObject({ id, done: 800, total: 800 });
    expect(await titles(call, "number399", chatbotId)).toContain("Lantern number399");
  });

  it("tries again later when it cannot reach the database", async () => {
    const log = vi.spyOn(console, "error").mockReturnValue();
    onTestFinished(() => log.mockRestore());
    const call = testCall();
    const chatbotId = await makeChatbot(call);
    await stock(call.tenant, 0, 10);
    await requestRebuild(call.tenant, chatbotId);
    const alarm = () => runInDurableObject(indexerOf(call), (_, { storage }) => storage.getAlarm());
    await wakeIndexing(env, call.tenant.workspaceId, { shard: "TENANT_9", timeZone: "UTC" });
    await until(async () => ((await alarm()) ?? 0) > Date.now() + 1_000);
    expect(log).toHaveBeenLastCalledWith(expect.stringContaining("No tenant database is bound"));
    expect((await lastJob(call.tenant, chatbotId))?.state).toBe("queued");
    await wakeIndexing(env, call.tenant.workspaceId, { shard: "TENANT_1", timeZone: "UTC" });
    await until(isDone(call, chatbotId));
  });
});

import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { say } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import { liveMain } from "../live/setting.ts";
import { asked, asking } from "./asking.ts";
import { call, textOf } from "./setting.ts";

describe("a flow's request to another server", () => {
  it("is made once the visitor's words are stored, and the answer arrives at the socket", async () => {
    const { name, token, texts, session, begin } = await asking(1500);
    const line = await call(token);
    await line.hear("ready");
    const { conversationId } = await begin();
    expect(await texts()).toEqual(["Hi", "Looking."]);
    await line.hear("typing");
    await line.hear("message", (one) => textOf(one) === "Asked 1.");
    const known = await session(conversationId);
    expect(await asked(name)).toEqual([
      { method: "POST", body: '{"said":"Hi"}', idempotencyKey: `${known?.id}/1` },
    ]);
    expect(await texts()).toEqual(["Hi", "Looking.", "Asked 1.", "Anything else?"]);
  });

  it("keeps what the visitor says meanwhile, and asks nothing twice for it", async () => {
    const { name, page, token, texts, begin, session } = await asking(1500);
    const { conversationId } = await begin();
    for (const text of ["Hello?", "Are you there?"]) await say(page, token, text);
    await expect.poll(texts).toContain("Asked 1.");
    expect(await texts()).toEqual([
      ...["Hi", "Looking.", "Hello?", "Are you there?"],
      ...["Asked 1.", "Anything else?"],
    ]);
    expect((await session(conversationId))?.state?.variables.last_message).toBe("Are you there?");
    expect(await asked(name)).toHaveLength(1);
  });

  it("is made again under the same key when the room died, and what it comes to counts once", async () => {
    const { name, texts, begin, roomOf } = await asking("first");
    const { conversationId } = await begin();
    const room = await roomOf(conversationId);
    await expect.poll(async () => (await asked(name)).length).toBe(1);
    // The object dies with all that it had in memory.
    await runInDurableObject(room, (_, state) => state.abort()).catch(() => {});
    expect(await runDurableObjectAlarm(await roomOf(conversationId))).toBe(true);
    await expect.poll(texts).toEqual(["Hi", "Looking.", "Asked 2.", "Anything else?"]);
    const keys = (await asked(name)).map(({ idempotencyKey }) => idempotencyKey);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
    await runDurableObjectAlarm(await roomOf(conversationId));
    expect(await texts()).toHaveLength(4);
    expect(await asked(name)).toHaveLength(2);
  });

  it("comes to nothing when somebody replies meanwhile", async () => {
    const { team, name, texts, begin, session } = await asking(1500);
    const { conversationId } = await begin();
    await expect.poll(async () => (await asked(name)).length).toBe(1);
    await run(team, "reply_to_conversation", { conversationId, text: "A person." }, shapes.sent);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await texts()).toEqual(["Hi", "Looking.", "A person."]);
    expect(await session(conversationId)).toMatchObject({ status: "handed_off" });
  });

  it("of before a restart is not taken for one of after it", async () => {
    const { team, chatbotId, nodes, edges, name, texts, begin, session } = await asking(2500);
    const { conversationId } = await begin();
    await expect.poll(async () => (await asked(name)).length).toBe(1);
    await liveMain(team, chatbotId, [...nodes, ["unused", "end"]], edges, "restart");
    await expect.poll(async () => (await asked(name)).length).toBe(2);
    await expect.poll(texts).toContain("Asked 2.");
    expect(await texts()).toEqual(["Hi", "Looking.", "Looking.", "Asked 2.", "Anything else?"]);
    const keys = (await asked(name)).map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(keys).size).toBe(2);
    expect(await session(conversationId)).toMatchObject({ status: "waiting", nodeId: "end" });
  });

  it("ends with its flow when the chatbot is switched off meanwhile", async () => {
    const { tenant, chatbotId, texts, begin, session } = await asking(1000);
    const { conversationId } = await begin();
    await changeChatbot(tenant, chatbotId, () => ({ disabled: true }));
    await expect.poll(async () => (await session(conversationId))?.status).toBe("abandoned");
    expect(await texts()).toEqual(["Hi", "Looking."]);
  });
});

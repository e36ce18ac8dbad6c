import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { run, shapes } from "../conversations/setting.ts";
import { live, send, written } from "../live/setting.ts";
import { asked, asking } from "./asking.ts";

/** A flow that a tool sends asks other servers as a visitor's does: stored first, asked then, told at last. */
describe("a request of a flow that is sent", () => {
  /** A contact who wrote, and a flow for it that asks. */
  async function sendable(wait: number | "first") {
    const place = await asking(wait);
    const { conversationId } = await place.begin();
    const flowId = await live(place.team, place.nodes, place.edges);
    const contactId = String((await place.session(conversationId))?.contactId);
    // The chatbot's own flow asks as well: it gives way to the one that is sent.
    await expect.poll(async () => (await asked(place.name)).length).toBe(1);
    return { ...place, conversationId, args: { contactId, flowId } };
  }

  it("is made once the flow is stored and its sender answered, and what comes of it is said", async () => {
    const { team, args, texts, name, session, conversationId } = await sendable(3000);
    const begun = Date.now();
    const answer = await send(team, args);
    expect(Date.now() - begun).toBeLessThan(3000);
    expect(answer).toMatchObject({
      session: { status: "waiting", waitingFor: "result", nodeId: "ask" },
      messages: [{ text: "Looking." }],
      notDone: [],
    });
    await expect.poll(texts).toContain("Asked 2.");
    expect(await texts()).toEqual(["Hi", "Looking.", "Looking.", "Asked 2.", "Anything else?"]);
    const keys = (await asked(name)).map(({ idempotencyKey }) => idempotencyKey);
    expect(keys.at(-1)).toBe(`${answer.session.id}/1`);
    expect(await session(conversationId)).toMatchObject({ id: answer.session.id, nodeId: "end" });
  });

  it("is made once for twenty calls with one key at the same time, and for repetitions", async () => {
    const { team, args, texts, name } = await sendable(1500);
    const before = await written(team);
    const call = { ...args, idempotencyKey: "once" };
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(team, call)));
    await expect.poll(texts).toContain("Asked 2.");
    answers.push(await send(team, call));
    expect(new Set(answers.map(({ session }) => session.id)).size).toBe(1);
    expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await asked(name)).toHaveLength(2);
    expect((await written(team)).sessions).toBe(Number(before.sessions) + 1);
  });

  it("is made again under the same key when the room died in between", async () => {
    const { team, args, texts, name, roomOf, conversationId } = await sendable("first");
    // The first of all never ends: it was the chatbot's. The second is ours, and dies with its room.
    const sent = await send(team, args);
    await expect.poll(async () => (await asked(name)).length).toBe(2);
    const room = await roomOf(conversationId);
    await runInDurableObject(room, (_, state) => state.abort()).catch(() => {});
    await runDurableObjectAlarm(await roomOf(conversationId));
    await expect.poll(texts).toContain("Anything else?");
    const said = await texts();
    expect(said.filter((text) => /^Asked/.test(text))).toHaveLength(1);
    expect(said.slice(0, 3)).toEqual(["Hi", "Looking.", "Looking."]);
    const mine = (await asked(name)).slice(1).map(({ idempotencyKey }) => idempotencyKey);
    expect(new Set(mine)).toEqual(new Set([`${sent.session.id}/1`]));
  });

  it("comes to nothing when somebody replies meanwhile", async () => {
    const { team, args, texts, session, conversationId } = await sendable(1500);
    await send(team, args);
    await run(team, "reply_to_conversation", { conversationId, text: "A person." }, shapes.sent);
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(await texts()).toEqual(["Hi", "Looking.", "Looking.", "A person."]);
    expect(await session(conversationId)).toMatchObject({ status: "handed_off" });
  });
});

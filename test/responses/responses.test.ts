import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { mergeContacts } from "../../src/contacts/merge.ts";
import { createContact } from "../../src/contacts/store.ts";
import { conversationContactMover } from "../../src/conversations/mover.ts";
import { readChatbotTotals } from "../../src/figures/totals.ts";
import { responses } from "../../src/responses/schema.ts";
import { responseTools } from "../../src/responses/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { flowOf } from "../flows/flows.ts";
import { allItems, failureOf, runTool } from "../run.ts";
import { daysOf, eventsOf, run, scene, survey, Visit } from "./setting.ts";

const list = (call: Call, args: object) => allItems(responseTools, call, "list_responses", args);
const refused = async (call: Call, name: string, args: object) =>
  (await failureOf(run(call, name, args))).code;

describe("recording a response", () => {
  it("keeps answers, path, events and counts with the turns", async () => {
    const call = testCall();
    const { chatbotId, contactId, inboxId } = await scene(call);
    const start = Date.parse("2026-03-01T23:59:30Z");
    const visit = await Visit.begin(
      call.tenant,
      { fl_main: survey() },
      { chatbotId, contactId, inboxId },
      start,
    );
    const responseId = await visit.responseId();
    const begun = await run(call, "get_response", { chatbotId, responseId });
    expect(begun).toMatchObject({
      response: { id: responseId, status: "started", completedAt: null, endedAt: null, answerCount: 0 },
      answers: [],
      path: [
        { nodeId: "start", handle: "next", reply: null },
        { nodeId: "hello", handle: "next", reply: null },
        { nodeId: "email", handle: null, reply: "awaited" },
      ],
    });
    await visit.say("no email");
    await visit.say("ada@example.com");
    visit.now += 60_000;
    await visit.say("large");
    const { conversationId, ...done } = (await run(call, "get_response", { chatbotId, responseId }))
      .response as Record<string, unknown>;
    expect(conversationId).toMatch(/^cv_/);
    expect(done).toEqual({
      id: responseId,
      status: "completed",
      startedAt: "2026-03-01T23:59:30.000Z",
      completedAt: "2026-03-02T00:00:30.000Z",
      endedAt: "2026-03-02T00:00:30.000Z",
      flowId: "fl_main",
      // Neither is stored here: what is gone has no name.
      flowName: null,
      versionId: "fl_main-1",
      contact: { id: contactId, name: "Ada" },
      inboxId,
      inboxName: null,
      answerCount: 2,
    });
    expect(await run(call, "get_response", { chatbotId, responseId })).toMatchObject({
      answers: [
        { nodeId: "email", question: "Email", variable: "email", value: "ada@example.com" },
        { nodeId: "size", question: "Which size, {{email}}?", variable: "size", value: "Large" },
      ],
      earlierAnswers: false,
      path: [
        { nodeId: "start", handle: "next", reply: null },
        { nodeId: "hello", handle: "next", reply: null },
        { nodeId: "email", handle: "answered", reply: "given" },
        { nodeId: "size", handle: "l", reply: "given" },
        { nodeId: "end", handle: null, reply: null },
      ],
      earlierPath: false,
      untrustedFields: ["value", "name"],
    });
    const data = { flowId: "fl_main", chatbotId, conversationId, contactId };
    expect(await eventsOf(call)).toEqual([
      { type: "response.created", subjectId: responseId, inboxId, data },
      {
        type: "response.completed",
        subjectId: responseId,
        inboxId,
        data: { ...data, answerCount: 2, startedAt: "2026-03-01T23:59:30.000Z" },
      },
    ]);
    // Completed the day after, but counted where it began.
    expect(await daysOf(call)).toEqual([{ day: "2026-03-01", inboxId, chatbotId, started: 1, completed: 1 }]);
    expect(await readChatbotTotals(call.tenant, "responses", [chatbotId])).toEqual(new Map([[chatbotId, 1]]));
  });

  it("is undone with its batch, and not done twice when two turns meet", async () => {
    const call = testCall();
    const { chatbotId, inboxId } = await scene(call);
    const visit = await Visit.begin(call.tenant, { fl_main: survey() }, { chatbotId, inboxId });
    const outcomes = await Promise.allSettled(
      ["a@example.com", "b@example.com", "c@example.com"].map((text) => visit.say(text)),
    );
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    const [response] = await call.tenant.db.select().from(responses).where(call.tenant.of(responses));
    expect(response?.answers).toHaveLength(1);
    expect(response?.path.map(({ nodeId }) => nodeId)).toEqual(["start", "hello", "email", "size"]);
  });

  it("tells how it ended, and what ended it without a turn", async () => {
    const call = testCall();
    const { chatbotId, inboxId } = await scene(call);
    const silent = flowOf(
      [
        ["start", "start"],
        ["q", "question", { text: "?", timeoutSeconds: 60 }],
      ],
      ["start > q"],
    );
    const handing = flowOf(
      [
        ["start", "start"],
        ["h", "handoff"],
      ],
      ["start > h"],
    );
    const broken = flowOf(
      [
        ["start", "start"],
        ["g", "goto", { flowId: "gone" }],
      ],
      ["start > g"],
    );
    const links = { chatbotId, inboxId };
    const gone = await Visit.begin(call.tenant, { fl_a: silent }, links);
    await gone.wait(60);
    await Visit.begin(call.tenant, { fl_b: handing }, links);
    await Visit.begin(call.tenant, { fl_c: broken }, links);
    const ended = await Visit.begin(call.tenant, { fl_d: silent }, links);
    // As deleting or publishing a flow ends its sessions.
    await env.TENANT_1.prepare(
      "UPDATE flow_sessions SET status = 'abandoned', wake_at = NULL, updated_at = 5000 WHERE workspace_id = ? AND id = ?",
    )
      .bind(call.tenant.workspaceId, ended.sessionId)
      .run();
    const rows = await list(call, { chatbotId });
    expect(rows.map(({ flowId, status, completedAt }) => [flowId, status, completedAt]).toSorted()).toEqual([
      ["fl_a", "abandoned", null],
      ["fl_b", "handed_off", null],
      ["fl_c", "failed", null],
      ["fl_d", "abandoned", null],
    ]);
    expect(rows.find(({ flowId }) => flowId === "fl_d")?.endedAt).toBe("1970-01-01T00:00:05.000Z");
    expect((await eventsOf(call)).map(({ type }) => type)).toEqual(Array(4).fill("response.created"));
    expect((await daysOf(call)).map(({ started, completed }) => [started, completed])).toEqual([[4, 0]]);
  });

  it("belongs to no chatbot where neither flow nor inbox has one", async () => {
    const call = testCall();
    const { chatbotId } = await scene(call);
    await Visit.begin(call.tenant, { fl_main: survey() }, { chatbotId: null, inboxId: null });
    expect(await list(call, { chatbotId })).toEqual([]);
    expect(await call.tenant.db.select().from(responses).where(call.tenant.of(responses))).toHaveLength(1);
    expect(await daysOf(call)).toEqual([]);
  });
});

describe("get_response", () => {
  it("is found under its own chatbot alone, and not once that is deleted", async () => {
    const call = testCall();
    const { chatbotId, inboxId } = await scene(call);
    const { chatbotId: other } = await scene(call);
    const visit = await Visit.begin(call.tenant, { fl_main: survey() }, { chatbotId, inboxId });
    const responseId = await visit.responseId();
    expect(await refused(call, "get_response", { chatbotId: other, responseId })).toBe("not_found");
    expect(await refused(call, "get_response", { chatbotId, responseId: newId("response") })).toBe(
      "not_found",
    );
    expect(await refused(testCall(), "get_response", { chatbotId, responseId })).toBe("not_found");
    await runTool(chatbotTools([]), call, "delete_chatbot", { chatbotId });
    expect(await refused(call, "get_response", { chatbotId, responseId })).toBe("not_found");
    expect(await refused(call, "list_responses", { chatbotId })).toBe("not_found");
    expect(await call.tenant.db.select().from(responses).where(call.tenant.of(responses))).toHaveLength(1);
  });

  it("keeps to the newest answers and steps of a visitor who went round and round", async () => {
    const call = testCall();
    const { chatbotId, inboxId } = await scene(call);
    const round = flowOf(
      [
        ["start", "start"],
        ["q", "question", { text: "?", variable: "v" }],
      ],
      ["start > q", "q.answered > q"],
    );
    const visit = await Visit.begin(call.tenant, { fl_main: round }, { chatbotId, inboxId });
    for (let i = 0; i < 25; i++) await visit.say(`${i} ${"x".repeat(1900)}`);
    const answer = await run(call, "get_response", { chatbotId, responseId: await visit.responseId() });
    expect(answer).toMatchObject({ response: { answerCount: 25 }, earlierAnswers: true, earlierPath: false });
    expect(JSON.stringify(answer).length).toBeLessThan(60_000);
    const { answers } = answer as { answers: { value: string }[] };
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.at(-1)?.value).toMatch(/^24 /);
  });
});

describe("a merge of contacts", () => {
  it("takes responses and sessions along", async () => {
    const call = testCall();
    const { chatbotId, contactId, inboxId } = await scene(call);
    const kept = await createContact(call.tenant, { name: "Kept" });
    await Visit.begin(call.tenant, { fl_main: survey() }, { chatbotId, contactId, inboxId });
    await mergeContacts(call.tenant, kept.id, contactId, [conversationContactMover]);
    expect(await list(call, { chatbotId })).toMatchObject([{ contact: { id: kept.id, name: "Kept" } }]);
  });
});

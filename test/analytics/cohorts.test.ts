import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { analyticsTools } from "../../src/analytics/tools.ts";
import type { Call } from "../../src/calls/define.ts";
import { setStatus } from "../../src/conversations/status.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { countsOf } from "../counts.ts";
import { runTool } from "../run.ts";
import { callAs, type Happening, happen, makeWorkspace, type Workspace } from "./traffic.ts";

/** Figures that belong to the day that a conversation began, whatever comes later. */

const run = (call: Call, name: string, args: object = {}) => runTool(analyticsTools, call, name, args);

const START = Date.parse("2026-05-04T10:00:00Z");
const MINUTE = 60_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START);
});
afterEach(() => {
  vi.useRealTimers();
});

describe("containment", () => {
  const containment = async (happenings: Happening[]) => {
    const workspace = await makeWorkspace("UTC");
    await happen(workspace, happenings, START);
    const answer = z.looseObject({ rates: z.object({ containment: z.number().nullable() }) });
    return answer.parse(await run(workspace.call, "get_conversation_summary")).rates.containment;
  };
  const write: Happening = { after: 1, does: "write", visitor: 0, inbox: 0 };
  const start: Happening = { after: 1, does: "start", visitor: 0, inbox: 0 };
  const ai: Happening = { after: 1, does: "reply", which: 0, as: "ai" };
  const person: Happening = { after: 1, does: "reply", which: 0, as: "bot" };
  const resolve: Happening = { after: 1, does: "status", which: 0, status: "resolved" };
  const open: Happening = { after: 1, does: "status", which: 0, status: "open" };

  it.each([
    ["the chatbot did it alone", [write, ai, resolve], 1],
    ["nobody answered at all", [write, resolve], 1],
    ["a person answered before", [write, ai, person, resolve], 0],
    ["a person answered after", [write, ai, resolve, person], 0],
    ["a person answered after, and it went on", [write, ai, resolve, person, write, ai, resolve], 0],
    ["it is open again", [write, ai, resolve, open], 0],
    ["it was resolved twice", [write, ai, resolve, open, resolve], 1],
    ["a person only wrote before the customer did", [start, person, write, ai, resolve], 1],
    ["it was resolved before the customer wrote", [start, resolve, write, ai, resolve], 1],
    ["the customer never wrote", [start, ai, resolve], null],
  ])("when %s", async (_, happenings, rate) => {
    expect(await containment(happenings)).toBe(rate);
  });
});

describe("a workspace that changes its time zone", () => {
  it("keeps the days that were counted, and what changes later about their conversations counts there", async () => {
    const workspace = await makeWorkspace("Pacific/Auckland");
    // 11:00 in Auckland on 5 May.
    vi.setSystemTime(Date.parse("2026-05-04T23:00:00Z"));
    await happen(workspace, [{ after: 0, does: "write", visitor: 0, inbox: 0 }], Date.now());
    const moved: Workspace = { ...workspace, timeZone: "America/New_York" };
    const { tenant } = callAs(moved);
    const later: Happening[] = [
      { after: MINUTE, does: "write", visitor: 0, inbox: 0 },
      { after: MINUTE, does: "write", visitor: 1, inbox: 0 },
    ];
    // In New York it is still 4 May.
    await happen(moved, later, Date.now());
    const trendOf = async (call: Call, name: string) => {
      const answer = z.looseObject({ trend: z.object({ rows: z.array(z.array(z.unknown())) }) });
      return answer.parse(await run(call, name, { days: 2 })).trend.rows;
    };
    vi.setSystemTime(Date.parse("2026-05-05T12:00:00Z"));
    expect(await trendOf(callAs(moved), "get_analytics")).toEqual([
      ["2026-05-04", 1, 0, 2, 0],
      ["2026-05-05", 1, 0, 1, 0],
    ]);
    const [conversationId] = (
      await tenant.db.all<{ id: string }>(
        sql`SELECT id FROM conversations WHERE workspace_id = ${tenant.workspaceId} ORDER BY id`,
      )
    ).map(({ id }) => id);
    await setStatus(tenant, conversationId ?? "", { status: "resolved", snoozedUntil: null });
    await setStatus(tenant, conversationId ?? "", { status: "open", snoozedUntil: null });
    await setStatus(tenant, conversationId ?? "", { status: "resolved", snoozedUntil: null });
    expect(await trendOf(callAs(moved), "get_conversation_summary")).toEqual([
      ["2026-05-04", 1, 1, 0, 0, 0, 1, 0],
      ["2026-05-05", 1, 0, 0, 0, 1, 1, 0],
    ]);
    expect(Object.values(await countsOf(tenant)).filter((count) => count < 0)).toEqual([]);
  });
});

describe("a response that is completed the day after", () => {
  it("counts as completed on the day that it began", async () => {
    const workspace = await makeWorkspace("UTC");
    const story: Happening[] = [
      { after: 0, does: "beginFlow", chatbot: 0, inbox: 0 },
      { after: 24 * 60 * MINUTE, does: "answerFlow", which: 0 },
      { after: MINUTE, does: "answerFlow", which: 0 },
    ];
    await happen(workspace, story, START);
    const { chatbotId } = workspace.inboxes[0] ?? {};
    expect(await run(workspace.call, "get_chatbot_analytics", { chatbotId, days: 2 })).toMatchObject({
      responses: { started: 1, completed: 1, completionRate: 1 },
      trend: {
        rows: [
          ["2026-05-04", 1, 1],
          ["2026-05-05", 0, 0],
        ],
      },
    });
  });
});

describe("an inbox that gets another chatbot", () => {
  it("keeps conversations with the one that it had; messages count for the one that it has", async () => {
    const workspace = await makeWorkspace("UTC");
    const [inbox, other] = workspace.inboxes;
    const story: Happening[] = [{ after: 0, does: "write", visitor: 0, inbox: 0 }];
    await happen(workspace, story, START);
    const chatbotId = other?.chatbotId ?? null;
    await updateInbox(workspace.call.tenant, inbox?.id ?? "", { chatbotId });
    const inboxes = workspace.inboxes.map((one) => (one === inbox ? { ...one, chatbotId } : one));
    const later: Happening[] = [
      { after: MINUTE, does: "write", visitor: 0, inbox: 0 },
      { after: MINUTE, does: "reply", which: 0, as: "member" },
      { after: MINUTE, does: "status", which: 0, status: "resolved" },
    ];
    await happen({ ...workspace, inboxes }, later, START);
    const figures = async (id: string | null | undefined) => ({
      ...(await run(workspace.call, "get_analytics", { chatbotId: id })),
      ...(await run(workspace.call, "get_conversation_summary", { chatbotId: id })),
    });
    expect(await figures(inbox?.chatbotId)).toMatchObject({
      sessions: 1,
      messages: { in: 1, out: 0 },
      responseRates: { any: 1, person: 1 },
      byStatus: { open: 0, resolved: 1 },
      changes: { resolved: 0 },
    });
    expect(await figures(chatbotId)).toMatchObject({
      sessions: 0,
      messages: { in: 1, out: 1 },
      responseRates: { any: null, person: null },
      byStatus: { open: 0, resolved: 0 },
      changes: { resolved: 1 },
    });
  });
});

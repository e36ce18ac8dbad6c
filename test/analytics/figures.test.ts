import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { analyticsTools } from "../../src/analytics/tools.ts";
import type { Call } from "../../src/calls/define.ts";
import { MAX_RESULT_CHARACTERS } from "../../src/calls/shape.ts";
import { deleteChatbot } from "../../src/chatbots/store.ts";
import { countDays, type DailyMetric } from "../../src/figures/day-counts.ts";
import { lastDays } from "../../src/figures/days.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { failureOf, runTool } from "../run.ts";
import { callAs, type Happening, happen, makeWorkspace, type Workspace } from "./traffic.ts";

const run = (call: Call, name: string, args: object = {}) => runTool(analyticsTools, call, name, args);

const START = Date.parse("2026-05-04T10:00:00Z");
const MINUTE = 60_000;
const DAY = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  vi.setSystemTime(START);
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two customers of the first inbox and one of the second; the first is answered and resolved, the second waits. */
const STORY: Happening[] = [
  { after: 0, does: "write", visitor: 0, inbox: 0 },
  { after: 2000, does: "reply", which: 0, as: "flow" },
  { after: 88_000, does: "reply", which: 0, as: "member" },
  { after: 5 * MINUTE, does: "status", which: 0, status: "resolved" },
  { after: DAY, does: "write", visitor: 1, inbox: 0 },
  { after: 10, does: "write", visitor: 2, inbox: 1 },
  { after: 10, does: "reply", which: 2, as: "ai" },
  { after: 10, does: "ticket", which: 2 },
  { after: 10, does: "lead", visitor: 2, inbox: 1 },
];

async function story(): Promise<Workspace> {
  const workspace = await makeWorkspace("UTC");
  await happen(workspace, STORY, START);
  return workspace;
}

const nobodyAsked = {
  asked: 0,
  rated: 0,
  score: null,
  responseRate: null,
  byRating: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 },
};

describe("figures of a small workspace", () => {
  it("get_analytics: sessions, messages, channels, rates and every day", async () => {
    const workspace = await story();
    expect(await run(workspace.call, "get_analytics", { days: 3 })).toEqual({
      period: { days: 3, from: "2026-05-03", to: "2026-05-05", timeZone: "UTC" },
      sessions: 3,
      messages: {
        in: 3,
        out: 3,
        bySender: { contact: 3, member: 1, bot: 0, api_key: 0, ai: 1, flow: 1, system: 0 },
      },
      byChannel: [
        { channel: "web", sessions: 2, messagesIn: 2, messagesOut: 2 },
        { channel: "api", sessions: 1, messagesIn: 1, messagesOut: 1 },
      ],
      responseRates: { any: 0.6667, person: 0.3333, chatbot: 0.6667 },
      csat: nobodyAsked,
      trend: {
        columns: ["day", "sessions", "answered", "messagesIn", "messagesOut"],
        rows: [
          ["2026-05-03", 0, 0, 0, 0],
          ["2026-05-04", 1, 1, 1, 2],
          ["2026-05-05", 2, 1, 2, 1],
        ],
      },
    });
  });

  it("get_conversation_summary: status, times within their buckets, waiting", async () => {
    const workspace = await story();
    const nothing = { count: 0, medianSeconds: null, p90Seconds: null };
    expect(await run(workspace.call, "get_conversation_summary", { days: 2 })).toEqual({
      period: { days: 2, from: "2026-05-04", to: "2026-05-05", timeZone: "UTC" },
      conversations: 3,
      byStatus: { open: 2, pending: 0, snoozed: 0, resolved: 1 },
      byChannel: [
        {
          channel: "web",
          conversations: 2,
          byStatus: { open: 1, pending: 0, snoozed: 0, resolved: 1 },
        },
        {
          channel: "api",
          conversations: 1,
          byStatus: { open: 1, pending: 0, snoozed: 0, resolved: 0 },
        },
      ],
      changes: { resolved: 1, reopened: 0 },
      rates: { resolution: 0.3333, containment: 0 },
      responseTimes: {
        // 90 seconds: the bucket from 60 to 90.
        person: { count: 1, medianSeconds: 75, p90Seconds: 87 },
        // 2 seconds and 10 milliseconds: half of them below 1.
        chatbot: { count: 2, medianSeconds: 1, p90Seconds: 1.8 },
      },
      resolutionTimes: {
        // 390 seconds: the bucket from 300 to 450.
        first: { count: 1, medianSeconds: 375, p90Seconds: 435 },
        full: { count: 1, medianSeconds: 375, p90Seconds: 435 },
        each: { count: 1, medianSeconds: 375, p90Seconds: 435 },
      },
      // 90 seconds until a person answered, 10 milliseconds until the AI did; the flow's message ends no waiting.
      csat: nobodyAsked,
      waiting: { waits: 2, averageSeconds: 45 },
      trend: {
        columns: ["day", "conversations", "open", "pending", "snoozed", "resolved", "web", "api"],
        rows: [
          ["2026-05-04", 1, 0, 0, 0, 1, 1, 0],
          ["2026-05-05", 2, 2, 0, 0, 0, 1, 1],
        ],
      },
    });
    const empty = testCall();
    expect(await run(empty, "get_conversation_summary", { days: 1 })).toMatchObject({
      conversations: 0,
      rates: { resolution: null, containment: null },
      responseTimes: { person: nothing, chatbot: nothing },
      waiting: { waits: 0, averageSeconds: null },
      trend: { rows: [["2026-05-05", 0, 0, 0, 0, 0]] },
    });
  });

  it("get_dashboard: what is open, the busiest chatbots, the newest events first", async () => {
    const workspace = await story();
    const [first, second] = workspace.inboxes.map(({ chatbotId }) => chatbotId ?? "");
    const dashboard = await run(workspace.call, "get_dashboard");
    expect(dashboard).toMatchObject({
      period: { days: 7, from: "2026-04-29", to: "2026-05-05" },
      sessions: 3,
      activeChatbots: {
        count: 2,
        busiest: [
          { id: first, name: "Support", sessions: 2, messages: 4, responses: 0 },
          { id: second, name: "Sales", sessions: 1, messages: 2, responses: 0 },
        ],
      },
      leadsCaptured: 1,
      ticketsCreated: 1,
      ticketsResolved: 0,
      openConversations: 2,
      openTickets: 1,
    });
    const { recentActivity } = z
      .looseObject({
        recentActivity: z.array(
          z.looseObject({
            type: z.string(),
            at: z.string(),
            label: z.string(),
            conversationId: z.string().nullable(),
          }),
        ),
      })
      .parse(dashboard);
    expect(recentActivity).toHaveLength(10);
    expect(recentActivity.slice(0, 3).map(({ type }) => type)).toEqual([
      "lead.captured",
      "ticket.created",
      "message.created",
    ]);
    // Each that was in a conversation names it, and says in words what it was.
    for (const { type, label, conversationId } of recentActivity) {
      expect(label).toMatch(/^[A-Z][a-z]+/);
      if (/^(message|conversation)\./.test(type)) expect(conversationId).toMatch(/^cv_/);
    }
    expect(recentActivity[0]?.at).toBe(new Date(Date.now()).toISOString());

    await deleteChatbot(workspace.call.tenant, second ?? "", []);
    expect(await run(workspace.call, "get_dashboard")).toMatchObject({
      activeChatbots: { count: 2, busiest: [{ id: first }, { id: second, name: null }] },
    });
  });

  it("take days from 1 to 365, and chatbots of the workspace", async () => {
    const { call } = await story();
    for (const [name, args] of [
      ["get_analytics", { days: 0 }],
      ["get_analytics", { days: 366 }],
      ["get_dashboard", { days: 1.5 }],
      ["get_chatbot_analytics", {}],
    ] as const) {
      expect((await failureOf(run(call, name, args))).code).toBe("invalid_input");
    }
    for (const name of ["get_analytics", "get_chatbot_analytics", "get_conversation_summary"]) {
      const unknown = await failureOf(run(call, name, { chatbotId: newId("chatbot") }));
      expect(unknown.code).toBe("not_found");
      const foreign = (await makeWorkspace("UTC")).inboxes[0]?.chatbotId;
      expect((await failureOf(run(call, name, { chatbotId: foreign }))).code).toBe("not_found");
    }
  });
});

describe("callers limited to inboxes", () => {
  it("get figures and activity of theirs only, and nothing of other workspaces", async () => {
    const workspace = await story();
    const [first, second] = workspace.inboxes;
    const limited = callAs(workspace, { inboxes: [second?.id ?? ""] });
    expect(await run(limited, "get_analytics", { days: 3 })).toMatchObject({
      sessions: 1,
      messages: { in: 1, out: 1 },
      byChannel: [{ channel: "api", sessions: 1, messagesIn: 1, messagesOut: 1 }],
    });
    expect(await run(limited, "get_analytics", { chatbotId: first?.chatbotId })).toMatchObject({
      sessions: 0,
      messages: { in: 0, out: 0 },
    });
    const dashboard = await run(limited, "get_dashboard");
    expect(dashboard).toMatchObject({
      sessions: 1,
      activeChatbots: { count: 1, busiest: [{ id: second?.chatbotId, sessions: 1 }] },
      openConversations: 1,
      openTickets: 1,
    });
    const { recentActivity } = z
      .looseObject({ recentActivity: z.array(z.looseObject({ inboxId: z.string().nullable() })) })
      .parse(dashboard);
    expect(recentActivity.length).toBeGreaterThan(3);
    expect(new Set(recentActivity.map(({ inboxId }) => inboxId))).toEqual(new Set([second?.id]));
    for (const stranger of [callAs(workspace, { inboxes: [] }), testCall()]) {
      expect(await run(stranger, "get_dashboard")).toMatchObject({
        sessions: 0,
        activeChatbots: { count: 0, busiest: [] },
        openConversations: 0,
        openTickets: 0,
        recentActivity: [],
      });
    }
  });
});

/** A year in which everything that can be counted was counted every day. */
async function fullYear(workspace: Workspace): Promise<void> {
  const { call, inboxes } = workspace;
  const metrics: DailyMetric[] = [
    ...["conversations_created", "sessions", "sessions_replied", "messages_in", "waits"],
    ...["status_open", "status_pending", "status_snoozed", "status_resolved", "messages_out_member"],
    ...["messages_out_ai", "responses_started", "responses_completed", "conversations_resolved"],
    ...["first_reply_seconds<=60", "first_bot_reply_seconds<=5", "full_resolution_seconds<=7200"],
  ] as DailyMetric[];
  const [inbox] = inboxes;
  const place = { inboxId: inbox?.id ?? "", chatbotId: inbox?.chatbotId ?? null };
  for (const day of lastDays(365, "UTC")) {
    await call.tenant.batch(
      countDays(
        call.tenant,
        metrics.map((metric) => ({ ...place, metric, by: 12_345, day })),
      ),
    );
  }
}

describe("figures of 365 days", () => {
  it("read about 365 rows, and fit into an answer", async () => {
    const workspace = await makeWorkspace("UTC");
    await fullYear(workspace);
    const meter = metered(env.TENANT_1);
    const [inbox] = workspace.inboxes;
    const chatbotId = inbox?.chatbotId;
    for (const call of [
      callAs(workspace, { database: meter.database }),
      callAs(workspace, { database: meter.database, inboxes: [inbox?.id ?? ""] }),
    ]) {
      for (const [name, args] of [
        ["get_analytics", {}],
        ["get_analytics", { chatbotId }],
        ["get_chatbot_analytics", { chatbotId }],
        ["get_conversation_summary", {}],
        ["get_dashboard", {}],
      ] as const) {
        meter.reset();
        const answer = await run(call, name, { ...args, days: 365 });
        expect([name, meter.rowsRead]).toEqual([name, expect.any(Number)]);
        expect(meter.rowsRead).toBeGreaterThanOrEqual(365);
        expect(meter.rowsRead).toBeLessThan(365 + 40);
        expect(JSON.stringify(answer).length).toBeLessThan(MAX_RESULT_CHARACTERS / 2);
      }
    }
    const answer = await run(workspace.call, "get_analytics", { days: 365 });
    expect(answer).toMatchObject({ sessions: 365 * 12_345, responseRates: { any: 1 } });
  });

  it("of one inbox do not cost more with other inboxes beside it", async () => {
    const workspace = await makeWorkspace("UTC");
    await fullYear(workspace);
    const meter = metered(env.TENANT_1);
    const [inbox] = workspace.inboxes;
    for (const other of ["ib_a", "ib_b", "ib_c"]) {
      const place = { inboxId: other, chatbotId: `cb_${other}`, metric: "sessions" } as const;
      const changes = lastDays(365, "UTC").map((day) => ({ ...place, day }));
      for (let at = 0; at < changes.length; at += 50) {
        await workspace.call.tenant.batch(countDays(workspace.call.tenant, changes.slice(at, at + 50)));
      }
    }
    const limited = callAs(workspace, { database: meter.database, inboxes: [inbox?.id ?? ""] });
    const all = callAs(workspace, { database: meter.database });
    for (const [call, args] of [
      [limited, {}],
      [all, { chatbotId: inbox?.chatbotId }],
    ] as const) {
      meter.reset();
      await run(call, "get_analytics", { ...args, days: 365 });
      expect(meter.rowsRead).toBeLessThan(365 + 40);
    }
  });
});

import { expect } from "vitest";
import { z } from "zod";
import { analyticsTools } from "../../src/analytics/tools.ts";
import type { Call } from "../../src/calls/define.ts";
import { DURATION_BOUNDS } from "../../src/figures/day-counts.ts";
import { runTool } from "../run.ts";
import { durations, printedDay, type Recount, recount } from "./recount.ts";
import type { Workspace } from "./traffic.ts";

const trend = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(z.union([z.string(), z.number()]))),
});
const answered = z.looseObject({ trend });

/** A trend as one record for each day, those of nothing left out. */
function dense(answer: unknown): Record<string, Record<string, number>> {
  const { columns, rows } = answered.parse(answer).trend;
  return Object.fromEntries(
    rows
      .map(([day, ...values]): [string, Record<string, number>] => [
        String(day),
        Object.fromEntries(values.map((value, i) => [columns[i + 1] ?? "", Number(value)])),
      ])
      .filter(([, counts]) => Object.values(counts).some((count) => count !== 0)),
  );
}

const share = (part: number, whole: number) =>
  whole === 0 ? null : Math.round((part / whole) * 10_000) / 10_000;

function expectDuration(answer: unknown, exact: readonly number[]): void {
  const { count, medianSeconds, p90Seconds } = z
    .object({ count: z.int(), medianSeconds: z.number().nullable(), p90Seconds: z.number().nullable() })
    .parse(answer);
  expect(count).toBe(exact.length);
  for (const [estimate, quantile] of [
    [medianSeconds, 0.5],
    [p90Seconds, 0.9],
  ] as const) {
    if (exact.length === 0) {
      expect(estimate).toBeNull();
      continue;
    }
    // The estimate lies in the bucket of the value that it estimates.
    const value = (exact[Math.ceil(quantile * exact.length) - 1] ?? 0) / 1000;
    const upper = DURATION_BOUNDS.find((bound) => value <= bound) ?? DURATION_BOUNDS.at(-1) ?? 0;
    const lower = DURATION_BOUNDS.findLast((bound) => bound < upper && bound < value) ?? 0;
    expect(estimate).toBeGreaterThanOrEqual(lower);
    expect(estimate).toBeLessThanOrEqual(upper);
  }
}

/** Holds every figure of every tool against the recount, as one caller sees them. */
export async function compare(
  workspace: Workspace,
  call: Call,
  inboxIds: readonly string[] | null,
  chatbotId?: string,
) {
  const exact = await recount(workspace.call.tenant, workspace, { inboxIds, chatbotId });
  const args = { days: 60, ...(chatbotId === undefined ? {} : { chatbotId }) };
  const run = (name: string, more: object = {}) => runTool(analyticsTools, call, name, { ...args, ...more });
  compareOverview(workspace, exact, await run("get_analytics"));
  compareSummary(exact, await run("get_conversation_summary"));
  if (chatbotId !== undefined) {
    compareResponses(exact, await run("get_chatbot_analytics"));
  } else {
    const dashboard = await runTool(analyticsTools, call, "get_dashboard", { days: 60 });
    expect(dashboard).toMatchObject({
      sessions: exact.conversations.filter(({ firstIn }) => firstIn !== null).length,
      leadsCaptured: sum(exact, "leads"),
      ticketsCreated: sum(exact, "tickets_created"),
      ticketsResolved: sum(exact, "tickets_resolved"),
      openConversations: exact.conversations.filter(({ status }) => status === "open").length,
      openTickets: exact.openTickets,
    });
  }
}

function sum({ tallies }: Recount, what: string, where: { day?: string; inboxIds?: string[] } = {}): number {
  return tallies
    .filter(
      (one) =>
        one.what === what &&
        (where.day === undefined || one.day === where.day) &&
        (where.inboxIds === undefined || where.inboxIds.includes(one.inboxId)),
    )
    .reduce((total, { by }) => total + by, 0);
}

function compareOverview({ inboxes, timeZone }: Workspace, exact: Recount, answer: unknown): void {
  const sessions = exact.conversations.filter(({ firstIn }) => firstIn !== null);
  const person = sessions.filter(({ firstPerson }) => firstPerson !== null).length;
  const chatbot = sessions.filter(({ firstChatbot }) => firstChatbot !== null).length;
  const either = sessions.filter((one) => one.firstPerson !== null || one.firstChatbot !== null);
  expect(answer).toMatchObject({
    period: { days: 60, to: printedDay(Date.now(), timeZone), timeZone },
    sessions: sessions.length,
    messages: {
      in: sum(exact, "in"),
      out: sum(exact, "out"),
      bySender: {
        contact: sum(exact, "in"),
        ...Object.fromEntries(
          ["member", "bot", "api_key", "ai", "flow", "system"].map((kind) => [
            kind,
            sum(exact, `out ${kind}`),
          ]),
        ),
      },
    },
    responseRates: {
      any: share(either.length, sessions.length),
      person: share(person, sessions.length),
      chatbot: share(chatbot, sessions.length),
    },
  });
  const { byChannel } = z
    .looseObject({ byChannel: z.array(z.looseObject({ channel: z.string() })) })
    .parse(answer);
  for (const row of byChannel) {
    const inboxIds = inboxes.filter(({ channel }) => channel === row.channel).map(({ id }) => id);
    expect(row).toEqual({
      channel: row.channel,
      sessions: sessions.filter(({ inboxId }) => inboxIds.includes(inboxId)).length,
      messagesIn: sum(exact, "in", { inboxIds }),
      messagesOut: sum(exact, "out", { inboxIds }),
    });
  }
  const days = new Set([...exact.tallies.map(({ day }) => day), ...sessions.map(({ startDay }) => startDay)]);
  const expected = [...days].map((day): [string, Record<string, number>] => [
    day,
    {
      sessions: sessions.filter(({ startDay }) => startDay === day).length,
      answered: either.filter(({ startDay }) => startDay === day).length,
      messagesIn: sum(exact, "in", { day }),
      messagesOut: sum(exact, "out", { day }),
    },
  ]);
  expect(dense(answer)).toEqual(
    Object.fromEntries(expected.filter(([, counts]) => Object.values(counts).some((count) => count !== 0))),
  );
}

function compareResponses(exact: Recount, answer: unknown): void {
  const [started, completed] = [sum(exact, "started"), sum(exact, "completed")];
  expect(answer).toMatchObject({
    responses: { started, completed, completionRate: share(completed, started) },
  });
  const days = exact.tallies.filter(({ what }) => what === "started").map(({ day }) => day);
  expect(dense(answer)).toEqual(
    Object.fromEntries(
      days.map((day) => [
        day,
        { started: sum(exact, "started", { day }), completed: sum(exact, "completed", { day }) },
      ]),
    ),
  );
}

const summary = z.looseObject({
  responseTimes: z.object({ person: z.unknown(), chatbot: z.unknown() }),
  resolutionTimes: z.object({ first: z.unknown(), full: z.unknown(), each: z.unknown() }),
  trend,
});

function compareSummary(exact: Recount, answer: unknown): void {
  const { conversations } = exact;
  const sessions = conversations.filter(({ firstIn }) => firstIn !== null);
  const inStatus = (status: string) => conversations.filter((one) => one.status === status);
  const contained = sessions.filter((one) => one.status === "resolved" && one.firstPerson === null);
  const waits = sum(exact, "waits");
  const byStatus = {
    open: inStatus("open").length,
    pending: inStatus("pending").length,
    snoozed: inStatus("snoozed").length,
    resolved: inStatus("resolved").length,
  };
  expect(answer).toMatchObject({
    conversations: conversations.length,
    byStatus,
    changes: { resolved: sum(exact, "resolved"), reopened: sum(exact, "reopened") },
    rates: {
      resolution: share(byStatus.resolved, conversations.length),
      containment: share(contained.length, sessions.length),
    },
    waiting: {
      waits,
      averageSeconds: waits === 0 ? null : Math.round(sum(exact, "waiting_ms") / waits / 100) / 10,
    },
  });
  const between = (from: number | null, to: number | null) =>
    from === null || to === null ? null : to - from;
  const { responseTimes, resolutionTimes } = summary.parse(answer);
  expectDuration(
    responseTimes.person,
    durations(sessions.map((one) => between(one.firstIn, one.firstPerson))),
  );
  expectDuration(
    responseTimes.chatbot,
    durations(sessions.map((one) => between(one.firstIn, one.firstChatbot))),
  );
  expectDuration(
    resolutionTimes.first,
    durations(conversations.map((one) => between(one.createdAt, one.firstResolved))),
  );
  expectDuration(
    resolutionTimes.full,
    durations(conversations.map((one) => between(one.createdAt, one.resolved))),
  );
  const each = exact.tallies.flatMap(({ what }) => (what.startsWith("each ") ? [Number(what.slice(5))] : []));
  expectDuration(resolutionTimes.each, durations(each));
  for (const [day, counts] of Object.entries(dense(answer))) {
    const begun = conversations.filter(({ startDay }) => startDay === day);
    const { web = 0, api = 0, ...rest } = counts;
    expect(web + api).toBe(begun.length);
    expect([day, rest]).toEqual([
      day,
      {
        conversations: begun.length,
        ...Object.fromEntries(
          Object.keys(byStatus).map((status) => [
            status,
            begun.filter((one) => one.status === status).length,
          ]),
        ),
      },
    ]);
  }
  expect(Object.values(dense(answer)).reduce((total, { conversations: n = 0 }) => total + n, 0)).toBe(
    conversations.length,
  );
}

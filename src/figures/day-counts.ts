import { and, type SQL, sql } from "drizzle-orm";
import type { Actor, Statement, Tenant } from "../tenant/tenant.ts";
import { insertFrom } from "../tenant/writes.ts";
import { dayOf } from "./days.ts";
import { dayCounts } from "./schema.ts";

/** Durations that are kept as histograms, in seconds. docs/metrics.md defines each. */
export const DURATION_METRICS = [
  "first_reply_seconds",
  "first_bot_reply_seconds",
  "resolution_seconds",
  "first_resolution_seconds",
  "full_resolution_seconds",
] as const;
export type DurationMetric = (typeof DURATION_METRICS)[number];

/** What is counted. docs/metrics.md says what each counts, and on which day. */
export type DailyMetric =
  | "conversations_created"
  | "conversations_resolved"
  | "conversations_reopened"
  /** Conversations that began on the day and are in this status now. */
  | `status_${"open" | "pending" | "snoozed" | "resolved"}`
  | "sessions"
  | "sessions_replied"
  | "sessions_contained"
  | "messages_in"
  | `messages_out_${Exclude<Actor["kind"], "contact">}`
  | "waits"
  | "waiting_ms"
  /** Of the conversations that began on the day: those whose customer was asked for a rating, and gave this one. */
  | "csat_asked"
  | `csat_rated_${1 | 2 | 3 | 4 | 5}`
  /** Of files that visitors uploaded, taken by a message or not: what holds their inbox to its ceiling. */
  | "visitor_file_bytes"
  | "tickets_created"
  | "tickets_resolved"
  | "leads_captured"
  | "responses_started"
  /** On the day that the response was started, so that the two make a rate. */
  | "responses_completed"
  /** Automation flows that were sent, where they were: they count for no chatbot's responses. */
  | "sent_flows_started"
  | "sent_flows_completed"
  | `${DurationMetric}<=${number | "inf"}`;

/** Responses that came to a node, `<flow>/<node>`, and those that were led on by what was said there. */
export type NodeMetric = `${"reached" | "answered"} ${string}/${string}`;

/**
 * Upper bounds of the histograms, in seconds: about five steps to each power of ten up to an hour, coarser above,
 * 30 days last. Percentiles cannot be added up over days, buckets can.
 */
export const DURATION_BOUNDS = [
  1, 2, 3, 5, 7, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 450, 600, 900, 1200, 1800, 2700, 3600, 5400, 7200,
  10_800, 14_400, 21_600, 28_800, 43_200, 86_400, 172_800, 259_200, 604_800, 1_209_600, 2_592_000,
] as const;

/**
 * The histogram bucket of a duration: `first_reply_seconds<=60` counts those above the bound before and up to 60,
 * each duration in one bucket only; `<=inf` those above 30 days.
 * @param milliseconds a negative one (clocks differ) counts as 0
 */
export function durationBucket(metric: DurationMetric, milliseconds: number): DailyMetric {
  const bound = DURATION_BOUNDS.find((seconds) => milliseconds <= seconds * 1000);
  return `${metric}<=${bound ?? "inf"}`;
}

export interface DailyChange {
  /** "" for what belongs to no inbox. */
  inboxId: string;
  /** The chatbot of the inbox at the time that counts; null where it has none. */
  chatbotId: string | null;
  metric: DailyMetric;
  /** 1 where nothing is said; less than 0 takes back what was counted before; SQL is read inside the batch. */
  by?: number | SQL;
  /** `YYYY-MM-DD`, where it counts on another day than that of the change: the day that something began. */
  day?: string;
}

/** A node of a flow that a response reached or answered for the first time. */
export type NodeChange = Omit<DailyChange, "metric" | "by"> & { node: NodeMetric };

/**
 * The statement that counts something on its day in the workspace's time zone; put it in the batch of the change.
 * It changes exactly one row, and none where `onlyIf` does not hold: see `whenChanged`.
 */
export function countDaily(
  tenant: Tenant,
  change: DailyChange,
  options: { onlyIf?: SQL; at?: number } = {},
): Statement {
  const day = change.day ?? dayOf(options.at ?? tenant.now(), tenant.timeZone);
  return countIn(tenant, { ...change, day }, { changes: [change], nodes: [] }, options.onlyIf);
}

/** One statement holds at most this many counts, as D1 takes 100 parameters. */
const COUNTS_AT_ONCE = 15;

/**
 * The statements that count several things: one for each day, inbox and chatbot among them, since a row holds all
 * counts of these. Each changes exactly one row, as {@link countDaily} does.
 */
export function countDays(
  tenant: Tenant,
  changes: readonly (DailyChange | NodeChange)[],
  options: { onlyIf?: SQL; at?: number } = {},
): Statement[] {
  const today = dayOf(options.at ?? tenant.now(), tenant.timeZone);
  const places = Map.groupBy(
    changes.map((change) => ({ ...change, day: change.day ?? today })),
    ({ day, inboxId, chatbotId }) => JSON.stringify([day, inboxId, chatbotId]),
  );
  return [...places.values()].flatMap((group) => {
    const [place] = group;
    if (place === undefined) return [];
    const nodes = group.flatMap((change) => ("node" in change ? [change.node] : []));
    const counted = merged(group.filter((change) => "metric" in change));
    const [first = [], ...rest] = chunksOf(counted, COUNTS_AT_ONCE);
    return [
      countIn(tenant, place, { changes: first, nodes }, options.onlyIf),
      ...rest.map((some) => countIn(tenant, place, { changes: some, nodes: [] }, options.onlyIf)),
    ];
  });
}

/** The same with one change for all plain numbers of a metric: a turn of many messages counts each. */
function merged(changes: readonly DailyChange[]): DailyChange[] {
  const known = changes.filter(({ by = 1 }) => typeof by === "number");
  const sums = [...Map.groupBy(known, ({ metric }) => metric).values()].flatMap((same) => {
    const by = same.reduce((sum, change) => sum + (typeof change.by === "number" ? change.by : 1), 0);
    return same[0] ? [{ ...same[0], by }] : [];
  });
  return [...sums, ...changes.filter(({ by = 1 }) => typeof by !== "number")];
}

function chunksOf<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}

function countIn(
  tenant: Tenant,
  place: { day: string; inboxId: string; chatbotId: string | null },
  {
    changes,
    nodes,
  }: { changes: readonly Pick<DailyChange, "metric" | "by">[]; nodes: readonly NodeMetric[] },
  onlyIf: SQL | undefined,
): Statement {
  const byMetric = Map.groupBy(changes, ({ metric }) => metric);
  const given = [...byMetric].map(([metric, all]) => {
    const by = sql.join(
      all.map((change) => sql`${change.by ?? 1}`),
      sql` + `,
    );
    return sql`${metric}, ${by}`;
  });
  const times = Object.fromEntries(
    [...Map.groupBy(nodes, (node) => node)].map(([node, all]) => [node, all.length]),
  );
  const added = [...byMetric.keys()].map((metric) => {
    const path = `$."${metric}"`;
    return sql`${path}, coalesce(counts ->> ${path}, 0) + (excluded.counts ->> ${path})`;
  });
  // WHERE is needed in any case: without it SQLite takes ON CONFLICT for a join condition of the SELECT.
  return insertFrom(
    tenant,
    dayCounts,
    {
      ...{ day: place.day, inboxId: place.inboxId, chatbotId: place.chatbotId ?? "" },
      ...{ counts: sql`json_object(${sql.join(given, sql`, `)})`, nodes: times },
    },
    sql`WHERE ${onlyIf ?? sql`1`}`,
  ).onConflictDoUpdate({
    target: [dayCounts.workspaceId, dayCounts.inboxId, dayCounts.day, dayCounts.chatbotId],
    set: {
      ...(added.length > 0 ? { counts: sql`json_set(counts, ${sql.join(added, sql`, `)})` } : {}),
      ...(nodes.length > 0 ? { nodes: NODES_ADDED } : {}),
    },
  });
}

/** The nodes of a row with those of the new one added, key by key. */
const NODES_ADDED = sql`(SELECT json_group_object(key, total) FROM (
  SELECT key, sum(value) AS total FROM (
    SELECT key, value FROM json_each(day_counts.nodes)
    UNION ALL SELECT key, value FROM json_each(excluded.nodes)
  ) GROUP BY key))`;

/** What was counted on a day in an inbox for a chatbot; "" where there was no inbox or chatbot. */
export interface DayRow {
  day: string;
  inboxId: string;
  chatbotId: string;
  counts: Readonly<Record<string, number>>;
  /** How often nodes were counted, by {@link NodeMetric}; left out unless asked for. */
  nodes?: Readonly<Record<string, number>>;
}

/**
 * The counts of these days as the caller may see them: of its inboxes only. Reads one row for each day, inbox and
 * chatbot that had any.
 * @param range first and last day, `YYYY-MM-DD`
 */
export async function readDays(
  tenant: Tenant,
  range: { from: string; to: string; chatbotId?: string; nodes?: boolean },
): Promise<DayRow[]> {
  const { day, inboxId, chatbotId, counts, nodes } = dayCounts;
  const ofDays = sql`${day} BETWEEN ${range.from} AND ${range.to}`;
  const visible = tenant.visible(inboxId);
  const columns = { day, inboxId, chatbotId, counts, ...(range.nodes ? { nodes } : {}) };
  const among =
    range.chatbotId === undefined
      ? and(visible ?? sql`${inboxId} IN (${inboxesCounted(tenant)})`, ofDays)
      : // `+` keeps the inboxes from being tried as an index: the chatbot is the narrower condition.
        and(
          sql`${chatbotId} = ${range.chatbotId}`,
          ofDays,
          visible && sql`+${visible}`,
          sql`${chatbotId} <> ''`,
        );
  const rows = await tenant.db.select(columns).from(dayCounts).where(tenant.of(dayCounts, among));
  return rows.sort((a, b) => Number(a.day > b.day) - Number(a.day < b.day));
}

/** The inboxes for which anything was ever counted, one look into the key each: from one to the next behind it. */
function inboxesCounted(tenant: Tenant): SQL {
  const { workspaceId } = tenant;
  return sql`WITH RECURSIVE counted(id) AS (
      SELECT min(inbox_id) FROM day_counts WHERE workspace_id = ${workspaceId}
      UNION ALL
      SELECT (SELECT min(inbox_id) FROM day_counts WHERE workspace_id = ${workspaceId} AND inbox_id > counted.id)
      FROM counted WHERE counted.id IS NOT NULL)
    SELECT id FROM counted WHERE id IS NOT NULL`;
}

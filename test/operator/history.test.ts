import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { type Demo, type Making, makeDemo, type Progress } from "../../bin/demo/make.ts";
import { STORIES } from "../../bin/demo/stories.ts";
import { Refused } from "../../bin/refused.ts";
import type { Call } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { listInboxes } from "../../src/inboxes/store.ts";
import { events } from "../../src/tenant/schema.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { compare } from "../analytics/compare.ts";
import { testCall } from "../call.ts";
import { allItems, runTool } from "../run.ts";
import { operate, operateList, refusal } from "./operate.ts";

const ZONE = "Europe/Berlin";
const DAY = 86_400_000;

/**
 * The operator API as the command speaks to it. After so many requests it is gone, in the middle of the last one: of
 * what that one brought of the past only a half was taken in.
 */
function operator(breaksAfter = Number.POSITIVE_INFINITY): Making["operator"] {
  let left = breaksAfter;
  const send = async (method: string, path: string, body?: unknown) => {
    if (left-- <= 0) {
      const half = cutShort.safeParse(body).data?.acts;
      if (half) await operate(method, path, { acts: half.slice(0, half.length / 2) });
      throw new Error("broken off");
    }
    return operate(method, path, body).catch((error: Error) => {
      const [, code] = /"code":"(\w+)"/.exec(error.message) ?? [];
      throw code === undefined ? error : new Refused(error.message, code);
    });
  };
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body),
    list: async (path) =>
      z.object({ items: z.array(z.record(z.string(), z.unknown())) }).parse(await send("GET", path)).items,
  };
}

const cutShort = z.object({ acts: z.array(z.unknown()) });
const quiet = { keep: () => {}, say: () => {} };
const begun = (): Progress => ({ now: Date.now(), password: "a long password" });

async function callIn({ workspaceId }: Demo): Promise<Call> {
  const { shard } = await operate("GET", `/workspaces/${workspaceId}`);
  const call = testCall({ workspaceId });
  const tenant = new Tenant(shardDatabase(env, String(shard)), {
    ...{ workspaceId, inboxes: null, actor: call.tenant.actor, timeZone: ZONE },
  });
  return { ...call, tenant, principal: { ...call.principal, timeZone: ZONE } };
}

describe("the demo's thirty days", () => {
  let demo: Demo;
  let call: Call;
  const use = (name: string, args: object = {}) => runTool(catalogue.tools, call, name, args);
  const all = (name: string, args: object = {}) => allItems(catalogue.tools, call, name, args);

  beforeAll(async () => {
    demo = await makeDemo({ operator: operator(), ...quiet }, begun());
    call = await callIn(demo);
  });

  it("have three chatbots that are live, sixty conversations, tickets of every priority, leads, gaps and a failing webhook", async () => {
    const chatbots = await all("list_chatbots");
    expect(chatbots).toHaveLength(3);
    expect(STORIES).toHaveLength(60);
    const conversations = await all("list_conversations");
    expect(conversations).toHaveLength(60);
    const tickets = await all("list_tickets");
    expect(new Set(tickets.map(({ priority }) => priority))).toEqual(
      new Set(["low", "normal", "high", "urgent"]),
    );
    expect(tickets.length).toBeGreaterThanOrEqual(10);
    expect(tickets.filter(({ conversationId }) => conversationId === null)).toEqual([]);
    expect((await all("list_leads")).length).toBeGreaterThanOrEqual(7);
    for (const { id } of chatbots) {
      const responses = await all("list_responses", { chatbotId: id });
      const done = responses.filter(({ status }) => status === "completed").length;
      expect(done, String(id)).toBeGreaterThan(0);
      expect(done, String(id)).toBeLessThan(responses.length);
    }
    const [website] = chatbots.filter(({ name }) => name === "Fernweh guide");
    const gaps = await use("get_knowledge_gaps", { chatbotId: website?.id, days: 60 });
    expect(z.object({ items: z.array(z.object({})) }).parse(gaps).items.length).toBeGreaterThanOrEqual(4);
    const [webhook] = await all("list_webhooks");
    const log = await all("get_webhook_delivery_logs", { webhookId: webhook?.id });
    const failed = log.filter(({ status }) => status === "exhausted");
    expect(failed.length).toBeGreaterThanOrEqual(5);
    expect(failed.length).toBeLessThan(log.length);
    expect(failed[0]).toMatchObject({ statusCode: 401, trigger: "auto" });
  });

  it("agree with a recount from the events, for all and for each chatbot", async () => {
    const { items: inboxes } = await listInboxes(call.tenant, { limit: 100 });
    const workspace = { call, timeZone: ZONE, inboxes };
    await compare(workspace, call, null);
    for (const { chatbotId } of inboxes) await compare(workspace, call, null, chatbotId ?? "");
  });

  it("lie in the past: what was taken in has no moment of today but of what happened today", async () => {
    const feed = await call.tenant.db.select().from(events).where(call.tenant.of(events)).orderBy(events.seq);
    // Articles are imported when the shop is made, and so are those who act in its past.
    const now = ["article.published", "workspace.updated", "member.updated", "credential.updated"];
    const told = feed.flatMap(({ type, createdAt }) => (now.includes(type) ? [] : [createdAt]));
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(Math.min(...told)).toBeGreaterThan(Date.now() - 32 * DAY);
    expect(new Set(told.map((at) => Math.floor(at / DAY))).size).toBeGreaterThan(25);
    expect(told.filter((at) => at > Date.now() - 30 * 60_000)).toEqual([]);
    // Whatever time a row of the past holds, in whichever table and column, is not that of making it.
    const young = await youngTimes(call.tenant, Date.now() - 30 * 60_000);
    expect(young).toEqual([]);
  });
});

/** Tables that say when the demo itself was made; the feed has been looked at above. */
const MADE_NOW = [
  "events",
  "inboxes",
  "kb_articles",
  "kb_categories",
  "kb_passages",
  "products",
  "index_jobs",
];

/** Moments later than `since` in a workspace's rows, as `table.column`. */
async function youngTimes({ db, workspaceId }: Tenant, since: number): Promise<string[]> {
  const tables = await db.all<{ name: string; made: string }>(
    sql`SELECT name, sql AS made FROM sqlite_master WHERE type = 'table' AND ${workspaceId} IS NOT NULL`,
  );
  const columns = tables.flatMap(({ name, made }) =>
    /`workspace_id`/.test(made)
      ? [...made.matchAll(/`(\w+_at)` integer/g)].map(([, column = ""]) => ({ name, column }))
      : [],
  );
  expect(columns.length).toBeGreaterThan(30);
  const found: string[] = [];
  for (const { name, column } of columns) {
    if (MADE_NOW.includes(name)) continue;
    const [table, moment] = [sql.identifier(name), sql.identifier(column)];
    const rows = await db.all(
      sql`SELECT 1 FROM ${table} WHERE workspace_id = ${workspaceId}
        AND ${moment} BETWEEN ${since} AND ${Date.now()} LIMIT 1`,
    );
    if (rows.length > 0) found.push(`${name}.${column}`);
  }
  return found;
}

/** All of them: the operator's list has pages, and the tests before this one made many. */
async function workspaceCount(): Promise<number> {
  const { results } = await env.CONTROL.prepare("SELECT id FROM workspaces").all();
  return results.length;
}

describe("history", () => {
  it("broken off anywhere and begun again makes one workspace, one owner and the same conversations", async () => {
    const stories = STORIES.slice(0, 6);
    const whole = callIn(await makeDemo({ operator: operator(), ...quiet }, begun(), stories));
    const counted = async (call: Call) => {
      const counts: Record<string, number> = {};
      for (const list of [
        "list_conversations",
        "list_chatbots",
        "list_webhooks",
        "list_tags",
        "list_contacts",
        "list_tickets",
      ]) {
        counts[list] = (await allItems(catalogue.tools, call, list)).length;
      }
      const { tenant } = call;
      const types = await tenant.db.select({ type: events.type }).from(events).where(tenant.of(events));
      return { ...counts, events: types.map(({ type }) => type).sort() };
    };
    const expected = await counted(await whole);
    expect(expected).toMatchObject({ list_conversations: 6, list_chatbots: 3, list_webhooks: 1 });
    for (const requests of [0, 2, 5, 9, 14, 22, 35, 48, 58]) {
      const progress = begun();
      const before = await workspaceCount();
      const broken = makeDemo({ operator: operator(requests), ...quiet }, progress, stories);
      await expect(broken, `after ${requests}`).rejects.toThrow("broken off");
      const demo = await makeDemo({ operator: operator(), ...quiet }, progress, stories);
      expect(await workspaceCount(), `after ${requests}`).toBe(before + 1);
      const members = await operateList(`/workspaces/${demo.workspaceId}/members`);
      expect(members.map(({ role }) => role).sort()).toEqual(["agent", "owner"]);
      expect(await counted(await callIn(demo)), `after ${requests}`).toEqual(expected);
    }
  });

  it("is refused out of order, in the future, and for what no tool or member is", async () => {
    const workspace = await operate("POST", "/workspaces", { name: "Past", plan: "pro" });
    const path = `/workspaces/${workspace.id}/imports/history`;
    const at = Date.now() - DAY;
    const tag = { tool: "create_tag", arguments: { name: "A" } };
    const refused = async (...acts: object[]) => (await refusal("POST", path, { acts })).code;
    expect(await refused({ at, ...tag }, { at, ...tag })).toBe("invalid_input");
    expect(await refused({ at: Date.now() + DAY, ...tag })).toBe("invalid_input");
    expect(await refused({ at, tool: "no_such_tool" })).toBe("not_found");
    expect(await refused({ at, by: "mb_nobody", ...tag })).toBe("not_found");
    expect(await refused({ at, tool: "create_tag", arguments: { nam: "A" } })).toBe("invalid_input");
  });
});

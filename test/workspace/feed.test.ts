import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { recordEvent } from "../../src/tenant/events.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { newId } from "../../src/tenant/ids.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";
import { readFeed, readNewest } from "../../src/workspace/events.ts";
import { watched } from "./rows-read.ts";

const actor: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

function tenantFor(
  workspaceId = newId("workspace"),
  inboxes: string[] | null = null,
  database = env.TENANT_1,
) {
  return new Tenant(database, { workspaceId, inboxes, actor, timeZone: "UTC" });
}

/** Events one to `count`: inboxes ib_a and ib_b take turns, each tenth belongs to none, each hundredth is rare. */
async function fill(workspaceId: string, count: number) {
  await env.TENANT_1.prepare(
    `INSERT INTO events (workspace_id, seq, type, subject_id, inbox_id, actor_kind, actor_id, data, created_at)
     WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     SELECT ?1, i, iif(i % 100 = 99, 'lead.captured', 'message.created'), 'ms_' || i,
       CASE WHEN i % 10 = 0 THEN NULL WHEN i % 2 THEN 'ib_a' ELSE 'ib_b' END, 'system', 'parley', '{}', i FROM n`,
  )
    .bind(workspaceId, count)
    .run();
}

async function walk(tenant: Tenant, filter: Partial<Parameters<typeof readFeed>[1]>) {
  const seqs: number[] = [];
  let cursor: string | undefined;
  for (;;) {
    const feed = await readFeed(tenant, { limit: 7, ...filter, cursor });
    seqs.push(...feed.items.map(({ seq }) => seq));
    cursor = feed.nextCursor;
    if (!feed.hasMore) return { seqs, cursor };
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
const inboxOf = (seq: number) => (seq % 10 === 0 ? null : seq % 2 ? "ib_a" : "ib_b");

describe("the events feed", () => {
  it("answers every event once, oldest first, and the same cursor when nothing is new", async () => {
    const tenant = tenantFor();
    await fill(tenant.workspaceId, 100);
    const { seqs, cursor } = await walk(tenant, {});
    expect(seqs).toEqual(upTo(100));
    const idle = await readFeed(tenant, { limit: 7, cursor });
    expect(idle).toEqual({ items: [], hasMore: false, nextCursor: cursor });
    await tenant.batch([
      recordEvent(tenant, { type: "contact.created", subjectId: "ct_1", inboxId: "ib_a", data: { a: 1 } }),
    ]);
    const news = await readFeed(tenant, { limit: 7, cursor: idle.nextCursor });
    expect(news.items).toMatchObject([{ seq: 101, subjectId: "ct_1", data: { a: 1 }, actorId: "parley" }]);
  });

  it("gives an empty workspace a cursor that finds its first event", async () => {
    const tenant = tenantFor();
    const nothing = await readFeed(tenant, { limit: 5 });
    expect(nothing.items).toEqual([]);
    await tenant.batch([recordEvent(tenant, { type: "flow.published", subjectId: "fl_1", inboxId: null })]);
    const first = await readFeed(tenant, { limit: 5, cursor: nothing.nextCursor });
    expect(first.items.map(({ subjectId }) => subjectId)).toEqual(["fl_1"]);
  });

  it("filters by types, inbox and both without skipping", async () => {
    const tenant = tenantFor();
    await fill(tenant.workspaceId, 400);
    const all = upTo(400);
    const rare = all.filter((seq) => seq % 100 === 99);
    expect((await walk(tenant, { types: ["lead.captured"] })).seqs).toEqual(rare);
    expect((await walk(tenant, { types: ["lead.captured", "message.created"] })).seqs).toEqual(all);
    expect((await walk(tenant, { types: ["ticket.created"] })).seqs).toEqual([]);
    expect((await walk(tenant, { inboxId: "ib_b" })).seqs).toEqual(all.filter((s) => inboxOf(s) === "ib_b"));
    expect((await walk(tenant, { inboxId: "ib_a", types: ["lead.captured"] })).seqs).toEqual(rare);
    expect((await walk(tenant, { inboxId: "ib_b", types: ["lead.captured"] })).seqs).toEqual([]);
  });

  it("shows callers limited to inboxes theirs only, and nothing that belongs to no inbox", async () => {
    const { workspaceId } = tenantFor();
    await fill(workspaceId, 200);
    const all = upTo(200);
    const seenBy = async (inboxes: string[], filter = {}) =>
      (await walk(tenantFor(workspaceId, inboxes), filter)).seqs;
    expect(await seenBy(["ib_a"])).toEqual(all.filter((seq) => inboxOf(seq) === "ib_a"));
    expect(await seenBy(["ib_a", "ib_b"])).toEqual(all.filter((seq) => inboxOf(seq) !== null));
    expect(await seenBy(["ib_b"], { types: ["message.created"] })).toEqual(
      all.filter((seq) => inboxOf(seq) === "ib_b"),
    );
    expect(await seenBy(["ib_c"])).toEqual([]);
    expect(await seenBy([])).toEqual([]);
  });

  it("answers every event once, newest first, while others come, under every filter and caller", async () => {
    const { workspaceId } = tenantFor();
    await fill(workspaceId, 700);
    const all = upTo(700).reverse();
    const back = async (inboxes: string[] | null, filter: object) => {
      const tenant = tenantFor(workspaceId, inboxes);
      const seqs: number[] = [];
      for (let cursor: string | null | undefined; cursor !== null; ) {
        const page: Awaited<ReturnType<typeof readNewest>> = await readNewest(tenant, {
          limit: 70,
          ...filter,
          ...(cursor === undefined ? {} : { cursor }),
        });
        expect(page.hasMore).toBe(page.nextCursor !== null);
        seqs.push(...page.items.map(({ seq }) => seq));
        cursor = page.nextCursor;
        await tenantFor(workspaceId).batch([
          recordEvent(tenant, { type: "contact.updated", subjectId: "ct_1", inboxId: "ib_a" }),
        ]);
      }
      return seqs.filter((seq) => seq <= 700);
    };
    expect(await back(null, {})).toEqual(all);
    expect(await back(["ib_a"], {})).toEqual(all.filter((seq) => inboxOf(seq) === "ib_a"));
    expect(await back(["ib_c"], {})).toEqual([]);
    expect(await back(null, { types: ["lead.captured"] })).toEqual(all.filter((seq) => seq % 100 === 99));
    expect(await back(null, { inboxId: "ib_b" })).toEqual(all.filter((seq) => inboxOf(seq) === "ib_b"));
  });

  it("gives the two directions cursors of their own, and an empty workspace an empty page", async () => {
    const tenant = tenantFor();
    expect(await readNewest(tenant, { limit: 5 })).toEqual({ items: [], hasMore: false, nextCursor: null });
    await fill(tenant.workspaceId, 10);
    const [up, down] = [await readFeed(tenant, { limit: 5 }), await readNewest(tenant, { limit: 5 })];
    const refused = { code: "invalid_cursor" };
    await expect(readNewest(tenant, { limit: 5, cursor: up.nextCursor })).rejects.toMatchObject(refused);
    await expect(readFeed(tenant, { limit: 5, cursor: String(down.nextCursor) })).rejects.toMatchObject(
      refused,
    );
  });

  it("refuses a cursor of another workspace and one that is no cursor", async () => {
    const one = tenantFor();
    const { nextCursor } = await readFeed(one, { limit: 5 });
    for (const cursor of [nextCursor, "nonsense", "", `${nextCursor}x`]) {
      const tenant = cursor === nextCursor ? tenantFor() : one;
      const error = await readFeed(tenant, { limit: 5, cursor }).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ code: "invalid_cursor" });
    }
  });

  it("costs the same in a long feed as in a short one, with every filter", async () => {
    const short = newId("workspace");
    const long = newId("workspace");
    await fill(short, 4_000);
    await fill(long, 100_000);
    const { database, rowsRead } = watched(env.TENANT_1);
    const cost = async (workspaceId: string, inboxes: string[] | null, filter: object) => {
      const tenant = tenantFor(workspaceId, inboxes, database);
      await readFeed(tenant, { limit: 25, ...filter });
      const up = await rowsRead();
      await readNewest(tenant, { limit: 25, ...filter });
      return Math.max(up, await rowsRead());
    };
    for (const inboxes of [null, ["ib_a"], ["ib_a", "ib_b"]]) {
      for (const filter of [
        {},
        { types: ["lead.captured"] },
        { types: ["ticket.created"] },
        { inboxId: "ib_a" },
        { inboxId: "ib_a", types: ["lead.captured", "ticket.created", "message.created"] },
      ]) {
        const [few, many] = [await cost(short, inboxes, filter), await cost(long, inboxes, filter)];
        const what = JSON.stringify([inboxes, filter, few, many]);
        expect(Math.abs(many - few), what).toBeLessThan(10);
        expect(many, what).toBeLessThan(400);
      }
    }
  });
});

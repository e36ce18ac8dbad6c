import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { calls } from "../src/calls/schema.ts";
import { conversationTools } from "../src/conversations/tools.ts";
import { createWorkspace } from "../src/gate/workspaces.ts";
import { runHousekeeping } from "../src/housekeeping.ts";
import { recordEvent } from "../src/tenant/events.ts";
import { newId } from "../src/tenant/ids.ts";
import { events, idempotency } from "../src/tenant/schema.ts";
import { nearlyFull, SHARD_LIMIT_BYTES, shardDatabase } from "../src/tenant/shards.ts";
import { testCall } from "./call.ts";
import { makeWorld } from "./growing/world.ts";

const DAY = 86_400_000;

async function callIn(shard: string) {
  const workspace = await createWorkspace(env, { name: "House", plan: "enterprise", shard });
  return testCall({ workspaceId: workspace.id, database: shardDatabase(env, shard) });
}

describe("housekeeping", () => {
  it.each(["TENANT_1", "TENANT_2"])(
    "removes what is past its time on %s, and never the newest event",
    async (shard) => {
      const { tenant } = await callIn(shard);
      const now = Date.now();
      const old = now - 401 * DAY;
      const event = { type: "contact.created", subjectId: "ct_1", inboxId: null } as const;
      await tenant.batch([
        recordEvent(tenant, event, { at: old }),
        recordEvent(tenant, event, { at: old + 1 }),
      ]);
      const call = (at: number) =>
        tenant.row({
          id: newId("call", at),
          credentialId: "tok_1",
          credentialName: "Key",
          sessionId: null,
          entries: [],
        });
      await tenant.db.insert(calls).values([call(now - 91 * DAY), call(now - 89 * DAY)]);
      const key = (id: string, at: number) =>
        tenant.row({
          day: Math.floor(at / DAY),
          credentialId: "tok_1",
          tool: "send_message",
          key: id,
          digest: "",
          result: {},
          createdAt: at,
        });
      await tenant.db.insert(idempotency).values([key("old", now - 2 * DAY), key("new", now)]);

      await runHousekeeping(env, now);

      const seqs = await tenant.db.select({ seq: events.seq }).from(events).where(tenant.of(events));
      expect(seqs).toEqual([{ seq: 2 }]);
      await tenant.batch([recordEvent(tenant, event)]);
      const after = await tenant.db
        .select({ seq: events.seq })
        .from(events)
        .where(tenant.of(events))
        .orderBy(events.seq);
      expect(after.map(({ seq }) => seq)).toEqual([2, 3]);
      expect(await tenant.db.select().from(calls).where(tenant.of(calls))).toHaveLength(1);
      expect(
        await tenant.db.select({ key: idempotency.key }).from(idempotency).where(tenant.of(idempotency)),
      ).toEqual([{ key: "new" }]);
    },
  );

  it("opens conversations whose snooze is over", async () => {
    const world = await makeWorld("snoozed");
    const { conversationId = "" } = world.open.ids;
    const until = new Date(Date.now() + 60_000).toISOString();
    await world.client.callTool({
      name: "set_conversation_status",
      arguments: { conversationId, status: "snoozed", snoozedUntil: until },
    });
    const call = testCall({
      workspaceId: world.workspace.id,
      database: shardDatabase(env, world.workspace.shard),
    });
    const status = async () => {
      const prepared = conversationTools
        .find(({ name }) => name === "get_conversation")
        ?.prepare({ conversationId });
      if (!prepared || "failure" in prepared) throw new Error("The call is not valid.");
      return prepared.run(call);
    };
    await runHousekeeping(env);
    expect(JSON.stringify(await status())).toContain('"status":"snoozed"');
    await runHousekeeping(env, Date.now() + 61_000);
    expect(JSON.stringify(await status())).toContain('"status":"open"');
  });

  it("keeps up with many workspaces that have much, in one run", async () => {
    const at = Date.now() - 2 * DAY;
    const tenants = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const { tenant } = await callIn(i % 2 === 0 ? "TENANT_1" : "TENANT_2");
        const count = i === 7 ? 2500 : 3;
        await tenant.db.insert(idempotency).select(sql`
          WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${count})
          SELECT ${tenant.workspaceId}, ${Math.floor(at / DAY)}, 'tok_1', 'send_message', 'key' || i, '', '{}', ${at} FROM k`);
        return tenant;
      }),
    );
    await runHousekeeping(env);
    const left = tenants.map((tenant) => tenant.db.$count(idempotency, tenant.of(idempotency)));
    expect(await Promise.all(left)).toEqual(tenants.map(() => 0));
  });

  it("warns of a shard from four fifths of what it holds on", () => {
    const size = (bytes: number) => ({ shard: "TENANT_1", bytes, limitBytes: SHARD_LIMIT_BYTES });
    expect([7.9e9, 8e9, 9.9e9].map((bytes) => nearlyFull(size(bytes)))).toEqual([false, true, true]);
  });

  it("is done in every workspace, whatever became of another one's", async () => {
    const [broken, whole] = [await callIn("TENANT_1"), await callIn("TENANT_1")];
    const shardOf = (shard: string) =>
      env.CONTROL.prepare("UPDATE workspaces SET shard = ? WHERE id = ?")
        .bind(shard, broken.tenant.workspaceId)
        .run();
    const { tenant } = whole;
    const at = Date.now() - 2 * DAY;
    const day = Math.floor(at / DAY);
    const key = { day, credentialId: "tok_1", tool: "send_message", key: "old", digest: "", result: {} };
    for (const { tenant } of [broken, whole]) {
      await tenant.db.insert(idempotency).values(tenant.row({ ...key, createdAt: at }));
    }
    await shardOf("TENANT_GONE");
    await runHousekeeping(env);
    await shardOf("TENANT_1");
    expect(await tenant.db.select().from(idempotency).where(tenant.of(idempotency))).toEqual([]);
  });
});

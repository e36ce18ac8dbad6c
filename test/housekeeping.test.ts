import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { calls } from "../src/calls/schema.ts";
import { settings } from "../src/control/schema.ts";
import { conversationTools } from "../src/conversations/tools.ts";
import { createWorkspace } from "../src/gate/workspaces.ts";
import { keepHouse } from "../src/housekeeping.ts";
import { recordEvent } from "../src/tenant/events.ts";
import { newId } from "../src/tenant/ids.ts";
import { events, idempotency } from "../src/tenant/schema.ts";
import { shardDatabase } from "../src/tenant/shards.ts";
import { testCall } from "./call.ts";
import { makeWorld } from "./growing/world.ts";

const DAY = 86_400_000;

async function callIn(shard: string) {
  const workspace = await createWorkspace(env, { name: "House", plan: "enterprise", shard });
  return testCall({ workspaceId: workspace.id, database: shardDatabase(env, shard) });
}

/** Lets the next run begin with this workspace: one run takes some of all workspaces that there are. */
async function nextIs(workspaceId: string): Promise<void> {
  await env.CONTROL.prepare(
    "UPDATE settings SET housekeeping_after = coalesce((SELECT max(id) FROM workspaces WHERE id < ?), '')",
  )
    .bind(workspaceId)
    .run();
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
          credentialId: "tok_1",
          tool: "send_message",
          key: id,
          digest: "",
          result: {},
          createdAt: at,
        });
      await tenant.db.insert(idempotency).values([key("old", now - 2 * DAY), key("new", now)]);

      await nextIs(tenant.workspaceId);
      await keepHouse(env, now);

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
    await keepHouse(env);
    expect(JSON.stringify(await status())).toContain('"status":"snoozed"');
    await keepHouse(env, Date.now() + 61_000);
    expect(JSON.stringify(await status())).toContain('"status":"open"');
  });

  it("goes round all workspaces, some a run", async () => {
    const made: string[] = [];
    for (let i = 0; i < 60; i++) made.push((await createWorkspace(env, { name: `W${i}`, plan: "free" })).id);
    await nextIs(made.toSorted()[0] ?? "");
    const db = drizzle(env.CONTROL, { casing: "snake_case" });
    const place = async () =>
      (await db.select().from(settings).where(eq(settings.id, 1)))[0]?.housekeepingAfter;
    await keepHouse(env);
    expect(await place()).toMatch(/^ws_/);
    await keepHouse(env);
    expect(await place()).toBe("");
  });

  it("is done in every workspace, whatever became of another one's", async () => {
    const [broken, whole] = [await callIn("TENANT_1"), await callIn("TENANT_1")];
    const shardOf = (shard: string) =>
      env.CONTROL.prepare("UPDATE workspaces SET shard = ? WHERE id = ?")
        .bind(shard, broken.tenant.workspaceId)
        .run();
    const { tenant } = whole;
    const at = Date.now() - 2 * DAY;
    const key = { credentialId: "tok_1", tool: "send_message", key: "old", digest: "", result: {} };
    await tenant.db.insert(idempotency).values(tenant.row({ ...key, createdAt: at }));
    await shardOf("TENANT_GONE");
    await nextIs([broken.tenant.workspaceId, tenant.workspaceId].toSorted()[0] ?? "");
    await keepHouse(env);
    await shardOf("TENANT_1");
    expect(await tenant.db.select().from(idempotency).where(tenant.of(idempotency))).toEqual([]);
  });
});

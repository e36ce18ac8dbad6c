import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import {
  countDaily,
  countDays,
  DURATION_BOUNDS,
  durationBucket,
  readDays,
} from "../../src/figures/day-counts.ts";
import { dayCounts } from "../../src/figures/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";
import { CHANGED } from "../../src/tenant/writes.ts";
import { allDays, countsOf } from "../counts.ts";
import { metered } from "../meter.ts";

const actor: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

const tenantIn = (timeZone: string, more: { inboxes?: string[]; workspaceId?: string } = {}) =>
  new Tenant(env.TENANT_1, { workspaceId: newId("workspace"), inboxes: null, actor, timeZone, ...more });

const inShop = { inboxId: "ib_1", chatbotId: null } as const;

describe("daily counters", () => {
  it("count on the day of the workspace's time zone, for inbox and chatbot", async () => {
    const tenant = tenantIn("Asia/Tokyo");
    const at = Date.parse("2026-11-21T16:00:00Z");
    const change = { ...inShop, metric: "messages_in" } as const;
    await Promise.all(Array.from({ length: 10 }, () => tenant.batch([countDaily(tenant, change, { at })])));
    await tenant.batch([
      countDaily(tenant, { ...change, chatbotId: "cb_1", by: 5 }, { at: at - 86_400_000 }),
    ]);
    expect(await allDays(tenant)).toEqual([
      { day: "2026-11-21", inboxId: "ib_1", chatbotId: "cb_1", counts: { messages_in: 5 } },
      { day: "2026-11-22", inboxId: "ib_1", chatbotId: "", counts: { messages_in: 10 } },
    ]);
  });

  it("count behind an UPDATE only what it changed", async () => {
    const tenant = tenantIn("UTC");
    const counted = countDaily(tenant, { ...inShop, metric: "conversations_resolved" }, { onlyIf: CHANGED });
    const update = (day: string) =>
      tenant.db
        .update(dayCounts)
        .set({ inboxId: "ib_2" })
        .where(tenant.of(dayCounts, sql`day = ${day}`));
    await tenant.batch([countDaily(tenant, { ...inShop, metric: "messages_in", day: "2026-01-01" })]);
    await tenant.batch([update("2025-01-01"), counted]);
    expect(await countsOf(tenant)).toEqual({ messages_in: 1 });
    await tenant.batch([update("2026-01-01"), counted]);
    expect(await countsOf(tenant)).toEqual({ messages_in: 1, conversations_resolved: 1 });
  });

  it("change one row themselves behind an UPDATE, so that the next statement counts too", async () => {
    const tenant = tenantIn("UTC");
    await tenant.batch([countDaily(tenant, { ...inShop, metric: "messages_in", day: "2026-01-01" })]);
    const update = tenant.db
      .update(dayCounts)
      .set({ inboxId: "ib_2" })
      .where(tenant.of(dayCounts, sql`day = '2026-01-01'`));
    const chain = countDays(
      tenant,
      [
        { ...inShop, metric: "sessions", day: "2026-01-02" },
        { ...inShop, metric: "sessions", day: "2026-01-03" },
        { ...inShop, metric: "waits", day: "2026-01-02", by: sql`2 + 1` },
        { ...inShop, metric: "waits", day: "2026-01-02", by: -1 },
      ],
      { onlyIf: CHANGED },
    );
    expect(chain).toHaveLength(2);
    await tenant.batch([update, ...chain]);
    await tenant.batch([update, ...chain]);
    expect(await allDays(tenant)).toMatchObject([
      { day: "2026-01-01", counts: { messages_in: 1 } },
      { day: "2026-01-02", counts: { sessions: 2, waits: 4 } },
      { day: "2026-01-03", counts: { sessions: 2 } },
    ]);
  });

  it("count many things at once, whatever D1's limits", async () => {
    const tenant = tenantIn("UTC");
    const all = DURATION_BOUNDS.map((seconds) => ({
      ...inShop,
      metric: durationBucket("first_reply_seconds", seconds * 1000),
    }));
    await tenant.batch(countDays(tenant, all));
    const counts = await countsOf(tenant);
    expect(Object.keys(counts)).toHaveLength(DURATION_BOUNDS.length);
    expect(new Set(Object.values(counts))).toEqual(new Set([1]));
  });

  it("are read for some days, one chatbot and the caller's inboxes", async () => {
    const tenant = tenantIn("UTC");
    const days = ["2026-03-01", "2026-03-02", "2026-03-03"];
    for (const inboxId of ["ib_1", "ib_2", ""]) {
      for (const chatbotId of ["cb_1", null]) {
        const changes = days.map((day) => ({ inboxId, chatbotId, metric: "sessions", day }) as const);
        await tenant.batch(countDays(tenant, changes));
      }
    }
    const read = async (caller: Tenant, chatbotId?: string) => {
      const range = { from: "2026-03-02", to: "2026-03-03", ...(chatbotId ? { chatbotId } : {}) };
      const rows = await readDays(caller, range);
      return rows.map((row) => `${row.day.slice(-2)} ${row.inboxId} ${row.chatbotId}`).sort();
    };
    expect(await read(tenant)).toHaveLength(12);
    expect(await read(tenant, "cb_1")).toEqual(
      ["02  cb_1", "02 ib_1 cb_1", "02 ib_2 cb_1", "03  cb_1", "03 ib_1 cb_1", "03 ib_2 cb_1"].sort(),
    );
    const limited = new Tenant(env.TENANT_1, { ...tenant, inboxes: ["ib_2"] });
    expect(await read(limited)).toEqual(["02 ib_2 ", "02 ib_2 cb_1", "03 ib_2 ", "03 ib_2 cb_1"]);
    expect(await read(limited, "cb_1")).toEqual(["02 ib_2 cb_1", "03 ib_2 cb_1"]);
    expect(await read(tenantIn("UTC"))).toEqual([]);
  });

  it("of one inbox or chatbot are read at a row for each day, however many others there are", async () => {
    const meter = metered(env.TENANT_1);
    const tenant = tenantIn("UTC");
    const days = Array.from({ length: 60 }, (_, i) =>
      new Date(Date.UTC(2026, 0, 1 + i)).toISOString().slice(0, 10),
    );
    for (let inbox = 0; inbox < 30; inbox++) {
      const place = { inboxId: `ib_${inbox}`, chatbotId: `cb_${inbox}`, metric: "sessions" } as const;
      await tenant.batch(
        countDays(
          tenant,
          days.map((day) => ({ ...place, day })),
        ),
      );
    }
    const range = { from: "2026-01-11", to: "2026-02-19" };
    const cost = async (inboxes: string[] | null, chatbotId?: string) => {
      meter.reset();
      const caller = new Tenant(meter.database, { ...tenant, inboxes });
      const rows = await readDays(caller, { ...range, ...(chatbotId ? { chatbotId } : {}) });
      return [rows.length, meter.rowsRead];
    };
    for (const [rows = 0, read = 0] of [
      await cost(["ib_7"]),
      await cost(["ib_7", "ib_8", "ib_9"]),
      await cost(null, "cb_7"),
      await cost(["ib_7", "ib_8"], "cb_7"),
    ]) {
      expect(rows).toBeGreaterThanOrEqual(40);
      expect(read).toBeLessThanOrEqual(rows + 10);
    }
    // Of all inboxes, each is found by one look into the key, which counts some rows.
    const [rows = 0, read = 0] = await cost(null);
    expect(rows).toBe(30 * 40);
    expect(read).toBeLessThanOrEqual(rows + 10 + 30 * 6);
  });

  it("put each duration into one bucket", () => {
    expect(durationBucket("first_reply_seconds", 59_999)).toBe("first_reply_seconds<=60");
    expect(durationBucket("first_reply_seconds", 60_000)).toBe("first_reply_seconds<=60");
    expect(durationBucket("first_reply_seconds", 60_001)).toBe("first_reply_seconds<=90");
    expect(durationBucket("resolution_seconds", -5)).toBe("resolution_seconds<=1");
    expect(durationBucket("resolution_seconds", 1e12)).toBe("resolution_seconds<=inf");
    expect([...DURATION_BOUNDS].sort((a, b) => a - b)).toEqual([...DURATION_BOUNDS]);
  });
});

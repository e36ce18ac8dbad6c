import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { countDaily, DURATION_BOUNDS, durationBucket } from "../../src/tenant/counters.ts";
import { newId } from "../../src/tenant/ids.ts";
import { dailyCounts } from "../../src/tenant/schema.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";

const actor: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

const tenantIn = (timeZone: string) =>
  new Tenant(env.TENANT_1, { workspaceId: newId("workspace"), inboxes: null, actor, timeZone });

const rows = (tenant: Tenant) => tenant.db.select().from(dailyCounts).where(tenant.of(dailyCounts));

describe("daily counters", () => {
  it("count on the day of the workspace's time zone, for inbox and chatbot", async () => {
    const tenant = tenantIn("Asia/Tokyo");
    const at = Date.parse("2026-11-21T16:00:00Z");
    const change = { inboxId: "ib_1", chatbotId: null, metric: "messages_in" } as const;
    await Promise.all(Array.from({ length: 10 }, () => tenant.batch([countDaily(tenant, change, { at })])));
    await tenant.batch([
      countDaily(tenant, { ...change, chatbotId: "cb_1", by: 5 }, { at: at - 86_400_000 }),
    ]);
    expect(await rows(tenant)).toMatchObject([
      { day: "2026-11-21", inboxId: "ib_1", chatbotId: "cb_1", metric: "messages_in", value: 5 },
      { day: "2026-11-22", inboxId: "ib_1", chatbotId: "", metric: "messages_in", value: 10 },
    ]);
  });

  it("count behind an UPDATE only what it changed", async () => {
    const tenant = tenantIn("UTC");
    const change = { inboxId: "ib_1", chatbotId: null, metric: "messages_in" } as const;
    const counted = countDaily(tenant, { ...change, metric: "conversations_resolved" }, { ifChanged: true });
    const update = (value: number) =>
      tenant.db
        .update(dailyCounts)
        .set({ value: 7 })
        .where(tenant.of(dailyCounts, sql`value = ${value}`));
    await tenant.batch([countDaily(tenant, change)]);
    await tenant.batch([update(99), counted]);
    expect(await rows(tenant)).toHaveLength(1);
    await tenant.batch([update(1), counted]);
    expect(await rows(tenant)).toHaveLength(2);
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

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { recordEvent } from "../../src/tenant/events.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";

const actor: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

function tenantFor(database: D1Database, workspaceId = newId("workspace")) {
  return new Tenant(database, { workspaceId, inboxes: null, actor, timeZone: "UTC" });
}

describe("events", () => {
  it("are numbered 1, 2, 3 per workspace, also when written at the same time", async () => {
    const one = tenantFor(env.TENANT_1);
    const two = tenantFor(env.TENANT_2);
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (i % 2 ? one : two).batch([
          recordEvent(i % 2 ? one : two, { type: "contact.created", subjectId: `ct_${i}`, inboxId: null }),
        ]),
      ),
    );
    for (const tenant of [one, two]) {
      const rows = await tenant.db
        .select({ seq: events.seq })
        .from(events)
        .where(tenant.of(events))
        .orderBy(events.seq);
      expect(rows.map((row) => row.seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    }
  });
});

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { logCall } from "../../src/calls/call-log.ts";
import { callDays, calls } from "../../src/calls/schema.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";

it("writes at most 2 rows a call in a busy minute, and loses none", async () => {
  const meter = metered(env.TENANT_1);
  const { tenant, principal } = testCall({ database: meter.database });
  const other = { ...principal, credentialId: "tok_other" };
  const sessions = [null, "s1", "s2"];
  // Three seconds of a workspace whose two credentials call ten times a second.
  let made = 0;
  for (let second = 0; second < 3; second++) {
    const writing = [];
    for (let i = 0; i < 20; i++) {
      const caller = {
        principal: i % 2 ? principal : other,
        toolsets: null,
        compact: false,
        requestId: "log",
        sessionId: sessions[i % 3] ?? null,
      };
      const name = i % 4 ? "list_tags" : "get_contact";
      const call = { kind: "tool" as const, name, outcome: "ok", startedAt: Date.now(), milliseconds: i };
      writing.push(logCall(tenant, caller, call));
      made += 1;
    }
    await Promise.all(writing);
  }
  console.log(`the call log: ${meter.rowsWritten} rows written for ${made} calls`);
  expect(meter.rowsWritten / made).toBeLessThanOrEqual(2);
  const rows = await tenant.db.select().from(calls).where(tenant.of(calls));
  expect(rows.flatMap(({ entries }) => entries)).toHaveLength(made);
  for (const { id, entries } of rows) {
    expect(entries[0]?.id).toBe(id);
    expect(entries.map((entry) => entry.id)).toEqual(
      entries
        .map((entry) => entry.id)
        .sort()
        .reverse(),
    );
  }
  const days = await tenant.db.select().from(callDays).where(tenant.of(callDays));
  const total = days.flatMap(({ counts }) => Object.values(counts)).reduce((sum, count) => sum + count, 0);
  expect(total).toBe(made);
});

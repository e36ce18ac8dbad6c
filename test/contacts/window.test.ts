import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { testCall } from "../call.ts";
import { crowd } from "./crowd.ts";
import { list, names } from "./run.ts";

it("a rare combination of filters ends early with a cursor, and the cursor leads to all of it", async () => {
  // The word and the tag are each on hundreds, and together on the oldest contact alone.
  const of = await crowd(env.TENANT_1, 1500);
  const call = testCall(of);
  await of.database
    .prepare(
      `INSERT INTO contact_tags (workspace_id, contact_id, tag_id, contact_n)
      SELECT c.workspace_id, c.id, t.id, c.n
      FROM (SELECT *, row_number() OVER (ORDER BY n) AS position FROM contacts WHERE workspace_id = ?1) c
      JOIN tags t ON t.workspace_id = c.workspace_id AND t.name = 'one' WHERE c.position % 2 = 0`,
    )
    .bind(of.workspaceId)
    .run();
  for (const sort of ["newest", "name"]) {
    const filters = { tag: "one", query: "p0", sort, limit: 5 };
    const whole = (await names(call, { ...filters, limit: 100 })).length;
    expect(whole).toBeGreaterThan(700);
  }
  const filters = { tag: "one", channel: "web", limit: 5 };
  const inboxes = of.inboxes.slice(0, 1);
  // Odd positions are in the first inbox; even ones carry the tag: they meet in one contact, at the end.
  const limited = testCall({ ...of, inboxes });
  const all = await names(limited, filters);
  of.meter.reset();
  const first = await list(limited, filters);
  expect(of.meter.rowsRead).toBeLessThan(5000);
  expect(first.items.length).toBeLessThan(5);
  expect(first.hasMore).toBe(true);
  expect(all).toEqual(["Wilhelmina"]);
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { requestRebuild } from "../../src/indexing/store.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { lastJob } from "../../src/search/index-state.ts";
import { bareId, newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { rebuild, rowids, step, stock, titles } from "./setting.ts";

/** Products as they were written before an index had sides: their number is the rowid of their search rows. */
async function fill(workspaceId: string, count: number, title = "Lantern number"): Promise<void> {
  const at = Date.now();
  await env.TENANT_1.batch([
    env.TENANT_1.prepare(
      `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ?)
       INSERT INTO products (workspace_id, id, external_id, title, description, availability, attributes, digest, created_at, updated_at)
       SELECT ?, ? || n, 'old-' || n, ? || n, '', 'in_stock', '{}', 'digest ' || n, ?, ? FROM i`,
    ).bind(count, workspaceId, newId("product"), title, at, at),
    ...[
      "products_search (rowid, workspace_id, scope, title, external_id, attributes, description) SELECT n, ?, 'shared', title, external_id, '', ''",
      "products_trigrams (rowid, workspace_id, scope, body) SELECT n, ?, 'shared', lower(title)",
    ].map((sql) =>
      env.TENANT_1.prepare(`INSERT INTO ${sql} FROM products WHERE workspace_id = ?`).bind(
        bareId(workspaceId),
        workspaceId,
      ),
    ),
  ]);
}

describe("rows that were indexed before an index had sides", () => {
  it("are found, changed, rebuilt and removed like others", async () => {
    const call = testCall();
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await fill(tenant.workspaceId, 20);
    const found = await titles(call, "number7", chatbotId);
    expect(found).toContain("Lantern number7");
    expect(await titles(call, "lnatern number9")).toContain("Lantern number9");
    await upsertProducts(tenant, [{ externalId: "old-7", title: "Renamed" }], { vectors: null });
    expect(await titles(call, "number7", chatbotId)).not.toContain("Lantern number7");
    await rebuild(tenant, chatbotId);
    expect(await titles(call, "renamed", chatbotId)).toEqual(["Renamed"]);
    expect(await titles(call, "number8", chatbotId)).toContain("Lantern number8");
    for (const table of ["products_search", "products_trigrams"]) {
      const numbers = await rowids(tenant, table);
      expect([numbers.length, numbers.every((number) => number < 0)]).toEqual([20, true]);
    }
  });
});

describe("the cost of a slice", () => {
  /** The dearest slice of building and of emptying, in rows and in milliseconds. */
  async function slices(count: number) {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const { tenant } = call;
    const chatbotId = await makeChatbot(call);
    await fill(tenant.workspaceId, count);
    await stock(tenant, 0, 1, chatbotId);
    await requestRebuild(tenant, chatbotId);
    const rows = { building: 0, emptying: 0 };
    const times = { building: [0], emptying: [0] };
    for (let counted = false; ; ) {
      const before = await lastJob(tenant, chatbotId);
      meter.reset();
      const start = performance.now();
      if ((await step(tenant)) === null) break;
      const kind = before?.state === "done" ? "emptying" : "building";
      // All rows are counted once, which walks an index.
      if (before?.total !== null) {
        rows[kind] = Math.max(rows[kind], meter.rowsRead);
        times[kind].push(performance.now() - start);
        counted = true;
      }
      expect(counted || meter.rowsRead <= count + 100).toBe(true);
    }
    expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "done", total: count + 1 });
    const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0;
    return { rows, ms: { building: median(times.building), emptying: median(times.emptying) } };
  }

  it("does not grow with what the workspace holds", async () => {
    const small = await slices(1_200);
    const large = await slices(6_000);
    expect(small.rows.building).toBeLessThan(3_000);
    expect(large.rows.building).toBeLessThan(small.rows.building * 1.1);
    expect(large.rows.emptying).toBeLessThan(small.rows.emptying * 1.1 + 50);
    expect(large.ms.building).toBeLessThan(small.ms.building * 3 + 50);
    expect(large.ms.emptying).toBeLessThan(small.ms.emptying * 3 + 50);
  });
});

import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { chatbotResources } from "../../src/chatbots/resources.ts";
import { testCall } from "../call.ts";
import { type Meter, metered } from "../meter.ts";
import { make, run } from "./setting.ts";

/** A workspace with this many chatbots, copied from one in SQL. */
async function workspaceWith(count: number): Promise<{ call: Call; meter: Meter }> {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const original = await make(call, { name: "Bot" });
  const { workspaceId } = call.tenant;
  const row = await env.TENANT_1.prepare("SELECT * FROM chatbots WHERE workspace_id = ?")
    .bind(workspaceId)
    .first();
  const columns = Object.keys(row ?? {});
  const copied: Record<string, string> = {
    id: "'cb_' || printf('%022d', k.i)",
    name: "'Bot ' || k.i",
    name_key: "'bot ' || k.i",
    is_primary: "0",
  };
  await env.TENANT_1.prepare(
    `WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ${count - 1})
     INSERT INTO chatbots (${columns.join(", ")})
     SELECT ${columns.map((name) => copied[name] ?? name).join(", ")} FROM chatbots, k
     WHERE workspace_id = ? AND id = ?`,
  )
    .bind(workspaceId, original)
    .run();
  return { call, meter };
}

let small: Awaited<ReturnType<typeof workspaceWith>>;
let large: Awaited<ReturnType<typeof workspaceWith>>;

beforeAll(async () => {
  small = await workspaceWith(60);
  large = await workspaceWith(3000);
});

async function rowsRead(
  { call, meter }: typeof small,
  work: (call: Call) => Promise<unknown>,
): Promise<number> {
  meter.reset();
  await work(call);
  return meter.rowsRead;
}

describe("what chatbots cost to read", () => {
  it.each(["list_chatbots", "get_chatbot"])("%s: the same in a large workspace", async (tool) => {
    const read = async (of: typeof small) => {
      const { items } = await run(of.call, "list_chatbots", { limit: 1 });
      const chatbotId = Array.isArray(items) ? items[0]?.id : undefined;
      return rowsRead(of, (call) => run(call, tool, tool === "get_chatbot" ? { chatbotId } : {}));
    };
    const [few, many] = [await read(small), await read(large)];
    expect(many).toBeGreaterThan(0);
    expect(many - few).toBeLessThan(10);
  });

  it("completion looks through a bounded number of them", async () => {
    const { complete } = chatbotResources.find(({ uri }) => uri.includes("{")) ?? {};
    for (const typed of ["", "bot 2", "ot 29", "cb_", "nothing like it"]) {
      const read = await rowsRead(large, async (call) => complete?.(call, "chatbotId", typed));
      expect(read, typed).toBeGreaterThan(0);
      expect(read, typed).toBeLessThan(1200);
    }
  });
});

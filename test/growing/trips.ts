import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { runTool } from "../run.ts";
import type { Checks } from "./checks.ts";
import { sampleArguments } from "./samples.ts";

/** Calls of the tenant database, one after the other, that a list without further filters may take. */
const TRIPS = 2;

/** Each trip to a database takes its time, however little it reads. */
export const trips: Checks = {
  async "answers a plain list in two trips to the database at most"(tool, { mine }) {
    if (!tool.name.startsWith("list_")) return;
    const given = await sampleArguments(tool, mine, mine.open);
    const { required = [] }: { required?: string[] } = tool.input.toJSONSchema({ io: "input" });
    const plain = Object.fromEntries(Object.entries(given).filter(([name]) => required.includes(name)));
    // Some need one of several arguments, which no schema says.
    const args = "failure" in tool.prepare(plain) ? given : plain;
    const { id: workspaceId, shard } = mine.workspace;
    const meter = metered(shard === "TENANT_2" ? env.TENANT_2 : env.TENANT_1);
    for (const inboxes of [null, [String(mine.open.ids.inboxId)]]) {
      const call = testCall({ workspaceId, database: meter.database, inboxes });
      meter.reset();
      await runTool([tool], call, tool.name, args);
      expect(
        meter.tripsInARow,
        meter.bill.map(({ sql }) => sql.slice(0, 120)).join("\n"),
      ).toBeLessThanOrEqual(TRIPS);
    }
  },
};

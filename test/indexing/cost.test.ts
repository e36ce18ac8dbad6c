import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { requestRebuild } from "../../src/indexing/jobs.ts";
import { lastJob } from "../../src/search/index-state.ts";
import { testCall } from "../call.ts";
import { make as makeChatbot } from "../chatbots/setting.ts";
import { metered } from "../meter.ts";
import { step, stock } from "./setting.ts";

/** Rows that the dearest slice of a rebuild of so many products reads. */
async function dearestSlice(count: number): Promise<number> {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const { tenant } = call;
  const chatbotId = await makeChatbot(call);
  for (let made = 0; made < count; made += 300) await stock(tenant, made, made + 300);
  await requestRebuild(tenant, chatbotId);
  let most = 0;
  for (let total: number | null = null; ; ) {
    meter.reset();
    if ((await step(tenant)) === null) break;
    // All rows are counted once, which walks a database index.
    if (total !== null) most = Math.max(most, meter.rowsRead);
    else expect(meter.rowsRead).toBeLessThanOrEqual(count + 100);
    total = (await lastJob(tenant, chatbotId))?.total ?? null;
  }
  expect(await lastJob(tenant, chatbotId)).toMatchObject({ state: "done", total: count });
  return most;
}

it("reads as many rows in each slice of a rebuild, whatever the workspace holds", async () => {
  const [few, many] = [await dearestSlice(600), await dearestSlice(3_000)];
  expect(few).toBeLessThan(1_500);
  expect(many).toBeLessThan(few * 1.1);
}, 60_000);

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { z } from "zod";
import { webhookDelivered } from "../../src/webhooks/schema.ts";
import { testCall } from "../call.ts";
import { browser, chat, open, say } from "../channels/browser.ts";
import { meteredIsolate } from "../meter.ts";
import { awake } from "./awake.ts";
import { run } from "./setting.ts";

/** As many as a workspace may have. */
const WEBHOOKS = 50;

const heard = z.array(z.object({ body: z.string() }));
const told = z.looseObject({ data: z.looseObject({ seq: z.int() }) });

/** The numbers of the events that a receiver was told of, in the order in which it was. */
async function seqsAt(path: string): Promise<number[]> {
  const answer = await fetch(`https://outside.example/heard/${path}`);
  return heard.parse(await answer.json()).map(({ body }) => told.parse(JSON.parse(body)).data.seq);
}

it("as many webhooks as there may be are told of each event once and in order, for a round trip each and two for all", async () => {
  awake();
  const { workspace, inbox, tenant } = await chat();
  const { id: workspaceId, shard } = workspace;
  const database = shard === "TENANT_1" ? env.TENANT_1 : env.TENANT_2;
  const team = testCall({ workspaceId, database });
  team.principal.shard = shard;
  const name = crypto.randomUUID();
  const paths = Array.from({ length: WEBHOOKS }, (_, i) => `${name}-${i}`);
  for (const path of paths) {
    await run(team, "create_webhook", { url: `https://outside.example/${path}`, events: ["*"] });
  }
  const page = browser();
  const token = await open(page, inbox.publicKey);
  const everything = () => Promise.all(paths.map(seqsAt));
  const events = async () => (await everything()).map((seqs) => seqs.length);
  await say(page, token, "Hi");
  await expect.poll(async () => Math.min(...(await events()))).toBeGreaterThanOrEqual(3);
  const logged = async () =>
    (await tenant.db.select().from(webhookDelivered).where(tenant.of(webhookDelivered))).length;
  await expect.poll(logged).toBe((await events()).reduce((sum, count) => sum + count, 0));

  const before = (await seqsAt(String(paths[0]))).length;
  const meter = meteredIsolate();
  const turns = 3;
  for (let i = 0; i < turns; i++) await say(page, token, `Further ${i}`);
  const ours = meter.roundTrips;
  await expect.poll(async () => Math.min(...(await events()))).toBe(before + turns);
  await expect.poll(logged).toBe(WEBHOOKS * (before + turns));
  const [first, ...others] = await everything();
  for (const one of others) expect(one).toEqual(first);
  expect(first).toEqual([...new Set(first)].toSorted((a, b) => a - b));
  // The polls above are round trips as well; of these only what the endpoints did is looked at.
  const byEndpoints = meter.bill.filter(({ sql }) =>
    /update "webhooks"|from "webhooks" where|webhook_deliveries/.test(sql),
  );
  const reads = byEndpoints.filter(({ written }) => written === 0);
  console.log(
    `${WEBHOOKS} webhooks, ${turns} turns (${ours} round trips): ${reads.length} reads beside the writing`,
  );
  expect(reads.length).toBeLessThan(WEBHOOKS);
});

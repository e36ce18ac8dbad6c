import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import type { Tool } from "../src/calls/define.ts";
import { catalogue } from "../src/catalogue.ts";
import { SHARD_LIMIT_BYTES } from "../src/tenant/shards.ts";
import { casesOf, idsOf } from "../test/growing/cases.ts";
import { type Cost, makeSized, measure, type Sized } from "../test/growing/flat.ts";
import { talk } from "./talk.ts";

/**
 * What does not grow, on one shard with workspaces of 10⁴, 10⁵ and 10⁶ messages, the largest with 10⁵ products and 10⁴
 * articles. By itself: `npx vitest run --project bill bench/growth.test.ts`.
 */
/** Of what is measured in full, for a machine that has less time. */
const SHARE = 1;
/** A world of n rows has half as many messages more. */
const MESSAGES = { S: 10_000, M: 100_000, L: 1_000_000 };
const ROUNDS = 5;
const MINUTES = 60_000;

const share = (count: number) => Math.round((count * SHARE) / 20) * 20;
const rowsFor = (messages: number) => share((messages * 2) / 3);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const sizeOf = async () => (await env.TENANT_1.prepare("SELECT 1").run()).meta.size_after;

/** Rows of every case of a tool in a workspace, and the middle time of the case that reads most. */
async function worst(tool: Tool, sized: Sized): Promise<{ rows: number; ms: number }> {
  const run = (args: object) =>
    measure(sized, async () => {
      const prepared = tool.prepare(args);
      if ("failure" in prepared) throw prepared.failure;
      return prepared.run(sized.callers.everybody);
    });
  const costs: { args: object; cost: Cost }[] = [];
  for (const args of casesOf(tool, idsOf(sized.world))) costs.push({ args, cost: await run(args) });
  const rows = Math.max(...costs.map(({ cost }) => cost.rows));
  const [slowest] = costs.toSorted((a, b) => b.cost.ms - a.cost.ms);
  const times = [];
  for (let i = 0; i < ROUNDS; i++) times.push((await run(slowest?.args ?? {})).ms);
  return { rows, ms: median(times) };
}

it(
  "prints what each reading tool costs at most, in workspaces of three sizes on one shard",
  async () => {
    const worlds = {
      S: await makeSized("s", "TENANT_1", rowsFor(MESSAGES.S)),
      M: await makeSized("m", "TENANT_1", rowsFor(MESSAGES.M)),
      L: await makeSized("l", "TENANT_1", rowsFor(MESSAGES.L), {
        products: share(100_000),
        articles: share(10_000),
      }),
    };
    console.log(`the shard: ${((await sizeOf()) / 1e9).toFixed(2)} GB`);
    console.log("tool | rows at most S, M, L | p50 of its slowest case, ms");
    for (const tool of catalogue.tools.filter(({ hints }) => hints.readOnly)) {
      const { S, M, L } = worlds;
      const costs = [await worst(tool, S), await worst(tool, M), await worst(tool, L)];
      const line = [
        tool.name,
        costs.map(({ rows }) => rows).join(", "),
        costs.map(({ ms }) => ms).join(", "),
      ];
      console.log(line.join(" | "));
    }
    expect(await sizeOf()).toBeGreaterThan(0);
  },
  60 * MINUTES,
);

it(
  "prints how many messages fill a shard",
  async () => {
    const before = await sizeOf();
    const said = await talk(env, 600);
    const each = ((await sizeOf()) - before) / said;
    console.log(
      `a message with its share of contact, conversation, session, events, counts and search: ` +
        `${each.toFixed(0)} bytes; a shard is full at ${(SHARD_LIMIT_BYTES / each / 1e6).toFixed(1)} million`,
    );
    expect(each).toBeGreaterThan(0);
  },
  10 * MINUTES,
);

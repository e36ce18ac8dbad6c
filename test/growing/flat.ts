import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call, Catalogue, Prompt, Resource, Tool } from "../../src/calls/define.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { testCall } from "../call.ts";
import { type Meter, metered, meteredIsolate } from "../meter.ts";
import { casesOf, idsOf, promptArguments } from "./cases.ts";
import { sampleArguments } from "./samples.ts";
import { growWorld } from "./seed.ts";
import { makeWorld, type World } from "./world.ts";

/** Rows that may be read more in a large workspace, and for each item that it answers more. */
const MORE_ROWS = 10;
const MORE_ROWS_PER_ITEM = 12;
/**
 * What may look at more in a large workspace looks at so many rows at most: lists whose filters no index serves,
 * rankings, counts of the first so many. Whatever grows with any tenth of a large table is above it.
 */
const WINDOW_ROWS = 7_000;
/** Tools that search more than once in a call, each within the same bound. */
const SEARCHES: Record<string, number> = {
  // Articles and products: an answer may rest on both.
  simulate_ai_answer: 2,
};
/**
 * Full-text work is in no count of rows: its time is taken, and compared roughly, at its best of some rounds. In a
 * hundred times as many rows what reads them all takes forty times as long and more, in every round, whatever else the
 * machine does; where lists of rows are only met with each other, a few times.
 */
const MORE_TIME = 15;
const NOISE_MS = 5;
const ROUNDS = 12;
/** What copies reads what it copies, which is bounded: 5,000 articles and 1,000 rules, some dozen rows for each. */
const COPIES: Record<string, number> = { duplicate_chatbot: 250_000 };
/** Shown of one tool; the others are alike. */
const MAX_OFFENCES = 10;
const MINUTES = 60_000;

export interface Sizes {
  /** Rows of every table in the small workspace, and in the large one. */
  small: number;
  large: number;
}

/** A workspace of one size, its database counting. */
export interface Sized {
  world: World;
  meter: Meter;
  searches: { count: number };
  callers: Record<Caller, Call>;
}

type Caller = "everybody" | "limited";
const CALLERS = ["everybody", "limited"] as const;

export async function makeSized(
  label: string,
  shard: "TENANT_1" | "TENANT_2",
  size: number,
  fewer: { articles?: number; products?: number } = {},
): Promise<Sized> {
  const world = await makeWorld(label, { shard });
  await growWorld(world, size, fewer);
  const meter = metered(env[shard]);
  const searches = { count: 0 };
  const database = new Proxy(meter.database, {
    get(target, property) {
      if (property !== "prepare") return Reflect.get(target, property);
      return (query: string) => {
        if (/\bMATCH\b/.test(query)) searches.count += 1;
        return target.prepare(query);
      };
    },
  });
  const caller = (inboxes: string[] | null) => {
    const call = testCall({ workspaceId: world.workspace.id, database, inboxes });
    // Rooms find the data by it.
    call.principal.shard = shard;
    return call;
  };
  const callers = { everybody: caller(null), limited: caller([String(world.open.ids.inboxId)]) };
  return { world, meter, searches, callers };
}

export interface Cost {
  rows: number;
  ms: number;
  /** Full-text queries. */
  searches: number;
  items: number;
  /** Of the next page. */
  cursor: unknown;
  /** `ok`, or why it was refused. */
  outcome: string;
}

/** What one call costs. A refusal is an answer like others: it may not grow either. */
export async function measure(sized: Sized, run: () => Promise<unknown>): Promise<Cost> {
  sized.meter.reset();
  sized.searches.count = 0;
  const began = performance.now();
  const { answer, outcome } = await run().then(
    (answer) => ({ answer, outcome: "ok" }),
    (error) => {
      if (!(error instanceof Failure)) throw error;
      return { answer: {}, outcome: error.code };
    },
  );
  const ms = performance.now() - began;
  const items = JSON.stringify(answer).split('"id":').length - 1;
  const cursor = Reflect.get(Object(answer), "nextCursor");
  return { ms, items, cursor, outcome, rows: sized.meter.rowsRead, searches: sized.searches.count };
}

/** The same call in a small workspace that is alone, in one beside the large one, and in the large one. */
type Worlds = Record<"alone" | "beside" | "large", Sized>;
type Costs = Record<keyof Worlds, Cost>;

/** What is wrong with these costs; empty: nothing. */
function offences({ alone, beside, large }: Costs, atMost = WINDOW_ROWS): string[] {
  const found: string[] = [];
  for (const [where, cost] of Object.entries({ beside, large })) {
    const steady = alone.rows + MORE_ROWS + MORE_ROWS_PER_ITEM * Math.max(0, cost.items - alone.items);
    if (cost.rows > Math.max(steady, atMost)) found.push(`${where}: ${cost.rows} rows, not ${alone.rows}`);
    if (isSlow(alone, cost)) found.push(`${where}: ${cost.ms} ms, not ${alone.ms}`);
    if (cost.outcome !== alone.outcome) found.push(`${where}: ${cost.outcome}, not ${alone.outcome}`);
  }
  return found;
}

function isSlow(alone: Cost, cost: Cost): boolean {
  return cost.searches > 0 && cost.ms > Math.max(NOISE_MS, alone.ms) * MORE_TIME;
}

type Run = (sized: Sized) => Promise<unknown>;

/** Measures a call, where it searches until it was quick once. */
async function costsOf(worlds: Worlds, run: Run): Promise<Costs> {
  const once = async () => ({
    alone: await measure(worlds.alone, () => run(worlds.alone)),
    beside: await measure(worlds.beside, () => run(worlds.beside)),
    large: await measure(worlds.large, () => run(worlds.large)),
  });
  let best = await once();
  for (let round = 1; round < ROUNDS; round++) {
    if (!isSlow(best.alone, best.beside) && !isSlow(best.alone, best.large)) break;
    const again = await once();
    const quicker = (name: keyof Worlds) => (again[name].ms < best[name].ms ? again[name] : best[name]);
    best = { alone: quicker("alone"), beside: quicker("beside"), large: quicker("large") };
  }
  return best;
}

/** A reading tool in every case of its arguments, and its next pages where these are many. */
async function offencesOfTool(tool: Tool, worlds: Worlds, who: Caller): Promise<string[]> {
  const cases = new Map(Object.values(worlds).map((sized) => [sized, casesOf(tool, idsOf(sized.world))]));
  const found: string[] = [];
  let passed = 0;
  for (const [i, shown] of (cases.get(worlds.large) ?? []).entries()) {
    const runAt = (args: (sized: Sized) => object) => async (sized: Sized) => {
      const prepared = tool.prepare(args(sized));
      if ("failure" in prepared) throw prepared.failure;
      return prepared.run(sized.callers[who]);
    };
    const args = (sized: Sized) => cases.get(sized)?.[i] ?? {};
    const crossed = Object.keys(shown).length > 1 || "page" in shown;
    const costs = await costsOf(worlds, runAt(args));
    passed += Number(costs.large.outcome === "ok");
    const atMost = WINDOW_ROWS * (SEARCHES[tool.name] ?? 1);
    const wrong = offences(costs, atMost);
    if (!crossed && Object.values(costs).every(({ cursor }) => typeof cursor === "string")) {
      const cursors = new Map([
        [worlds.alone, costs.alone.cursor],
        [worlds.beside, costs.beside.cursor],
        [worlds.large, costs.large.cursor],
      ]);
      const next = runAt((sized) => ({ ...args(sized), cursor: cursors.get(sized) }));
      wrong.push(...offences(await costsOf(worlds, next)).map((text) => `next page, ${text}`));
    }
    found.push(...wrong.map((text) => `${JSON.stringify(shown)} ${text}`));
    if (found.length >= MAX_OFFENCES) break;
  }
  if (who === "everybody") expect(passed, "no case of its arguments is valid").toBeGreaterThan(0);
  return found;
}

/** A tool that changes something, once, with arguments of its own in each world. What its room reads counts, too. */
async function offencesOfChange(tool: Tool, worlds: Worlds): Promise<string[]> {
  const everything = meteredIsolate();
  const args = new Map<Sized, object>();
  for (const sized of Object.values(worlds)) {
    args.set(sized, await sampleArguments(tool, sized.world, sized.world.open));
  }
  const at = async (sized: Sized) => {
    const prepared = tool.prepare(args.get(sized));
    if ("failure" in prepared) throw prepared.failure;
    everything.reset();
    const cost = await measure(sized, () => prepared.run(sized.callers.everybody));
    return { ...cost, rows: everything.bill.reduce((sum, { read }) => sum + read, 0) };
  };
  const costs = {
    alone: await at(worlds.alone),
    beside: await at(worlds.beside),
    large: await at(worlds.large),
  };
  // Once only, so that time says nothing.
  return offences(costs, COPIES[tool.name]).filter((text) => !text.includes(" ms,"));
}

function offencesOfReading(
  worlds: Worlds,
  who: Caller,
  read: (call: Call, world: World) => Promise<unknown>,
) {
  return costsOf(worlds, (sized) => read(sized.callers[who], sized.world)).then((costs) => offences(costs));
}

const readResource = (resource: Resource) => (call: Call, world: World) => {
  const variables = [...resource.uri.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  const ids = idsOf(world);
  return resource.read(call, Object.fromEntries(variables.map((name) => [name, ids[name]?.[0] ?? ""])));
};

const getPrompt = (prompt: Prompt) => (call: Call, world: World) =>
  prompt.get(call, promptArguments(prompt, idsOf(world)));

/**
 * Declares the tests that nothing in a catalogue grows with the workspace or with the shard: every list and search with
 * every filter crossed with every sort, everything that is got, changed, read as a resource or embedded in a prompt.
 * The small workspace is measured alone on its shard and again beside the large one.
 */
export function flatCost(catalogue: Catalogue, sizes: Sizes): void {
  let worlds: Worlds;

  beforeAll(async () => {
    worlds = {
      alone: await makeSized("alone", "TENANT_2", sizes.small),
      large: await makeSized("large", "TENANT_1", sizes.large),
      beside: await makeSized("beside", "TENANT_1", sizes.small),
    };
  }, 10 * MINUTES);

  const named = <T extends { name: string }>(all: readonly T[]) =>
    all.flatMap((one) => CALLERS.map((who) => [one.name, who, one] as const));
  const reading = catalogue.tools.filter(({ hints }) => hints.readOnly);

  describe("flat cost", () => {
    it.each(named(reading))(
      "%s (%s)",
      async (_, who, tool) => expect(await offencesOfTool(tool, worlds, who)).toEqual([]),
      5 * MINUTES,
    );

    it.each(named(catalogue.resources))("resource %s (%s)", async (_, who, resource) =>
      expect(await offencesOfReading(worlds, who, readResource(resource))).toEqual([]),
    );

    it.each(named(catalogue.prompts))("prompt %s (%s)", async (_, who, prompt) =>
      expect(await offencesOfReading(worlds, who, getPrompt(prompt))).toEqual([]),
    );

    // Last: they leave something behind.
    it.each(
      catalogue.tools.filter((tool) => !reading.includes(tool)).map((tool) => [tool.name, tool] as const),
    )("%s", async (_, tool) => expect(await offencesOfChange(tool, worlds)).toEqual([]));
  });
}

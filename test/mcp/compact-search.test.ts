import { describe, expect, it } from "vitest";
import { z } from "zod";
import { asked } from "../../src/asked.ts";
import { HINTS } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { ToolSearch } from "../../src/mcp/compact-search.ts";
import { asksToRead, stem, tellingStems, wordsOf } from "../../src/mcp/compact-words.ts";
import { words } from "../../src/vocabulary.ts";
import { tool } from "./catalogue-door.ts";
import { SHORT_HALF, SPOKEN_HALF } from "./compact-blind-halves.ts";
import { CASUAL_TASKS, CLIPPED_TASKS } from "./compact-blind-sayings.ts";
import { ASSISTANT_TASKS, SHOP_TASKS } from "./compact-blind-sentences.ts";
import { type BlindTask, SHORT_TASKS, SPOKEN_TASKS } from "./compact-blind-tasks.ts";
import { LAST_TASKS, PLAIN_TASKS, ROUNDABOUT_TASKS } from "./compact-more-tasks.ts";
import { TASKS } from "./compact-tasks.ts";
import { SERVICE_TASKS, UNSEEN_TASKS } from "./compact-unseen-tasks.ts";

const search = new ToolSearch(catalogue.tools, { words, asked });
const known = new Set(catalogue.tools.map(({ name }) => name));
const TUNED: readonly BlindTask[] = [...TASKS, ...PLAIN_TASKS, ...ROUNDABOUT_TASKS, ...LAST_TASKS];
const BLIND: readonly BlindTask[] = [
  ...[...SHORT_TASKS, ...SHORT_HALF, ...SPOKEN_TASKS, ...SPOKEN_HALF, ...CASUAL_TASKS, ...CLIPPED_TASKS],
  ...[...ASSISTANT_TASKS, ...SHOP_TASKS, ...SERVICE_TASKS, ...UNSEEN_TASKS],
];

/** Of the tasks whose tool is in the catalogue, those of whose tools none is among the first three that are found. */
function missed(tasks: readonly BlindTask[]) {
  const asking = tasks.filter(([, ...tools]) => tools.some((name) => known.has(name)));
  const misses = asking.flatMap(([task, ...tools]) => {
    const found = search.find(task, () => true, 3).map((one) => one.name);
    return tools.some((name) => found.includes(name)) ? [] : [{ task, tools, found }];
  });
  return { misses, of: asking.length, share: 1 - misses.length / asking.length };
}

describe("search_tools", () => {
  it.each([
    ["the first table", TASKS],
    ["the third of it that is held out", TASKS.filter((_, i) => i % 3 === 2)],
    ["plain tasks", PLAIN_TASKS],
    ["roundabout tasks", ROUNDABOUT_TASKS],
    ["the last tasks", LAST_TASKS],
    ["tasks as typed to an assistant", ASSISTANT_TASKS],
    ["tasks from a shop", SHOP_TASKS],
    ["tasks from a service desk", SERVICE_TASKS],
    ["tasks that nothing was tuned on", UNSEEN_TASKS],
    ["all tasks that were written blind", BLIND],
  ] satisfies [string, readonly BlindTask[]][])(
    "has the right tool among the first three for 19 of 20 of %s",
    (name, tasks) => {
      const { misses, of, share } = missed(tasks);
      console.log(`search_tools, ${name}: ${of - misses.length} of ${of}`);
      expect(of).toBeGreaterThanOrEqual(name.includes("third") ? 40 : 50);
      expect(share, JSON.stringify(misses, null, 1)).toBeGreaterThanOrEqual(0.95);
    },
  );

  it("is asked for every tool of the catalogue", () => {
    for (const tasks of [TUNED, BLIND, UNSEEN_TASKS]) {
      const asks = new Set(tasks.flatMap(([, ...tools]) => tools));
      expect([...known].filter((name) => !asks.has(name))).toEqual([]);
    }
    expect([...known].filter((name) => asked[name] === undefined)).toEqual([]);
  });

  it.skipIf(known.size < 100)("speaks of no tool and no word that the catalogue does not have", () => {
    const named = new Set([...Object.keys(asked), ...[...TUNED, ...BLIND].flatMap(([, ...tools]) => tools)]);
    expect([...named].filter((name) => !known.has(name))).toEqual([]);
    expect(new Set(BLIND.map(([task]) => task)).size).toBe(BLIND.length);
    const spoken = new Set(
      catalogue.tools.flatMap(({ name, title, description, input }) =>
        tellingStems([name, title, description, ...Object.keys(input.shape)].join(" ")),
      ),
    );
    const dead = Object.keys(words).filter((key) => tellingStems(key).some((word) => !spoken.has(word)));
    expect(dead).toEqual([]);
  });

  it("takes any text, and finds nothing where nothing fits", () => {
    for (const text of [
      "",
      "   ",
      "qqqq",
      "的",
      "🙂",
      "\ud800",
      "the of to",
      "__proto__ constructor",
      "9".repeat(9_999),
      "¿Cuántas?",
    ]) {
      expect(search.find(text, () => true, 10)).toEqual([]);
    }
    const long = "show all contacts ".repeat(5_000);
    expect(search.find(long, () => true, 1)).toHaveLength(1);
    expect(search.find("contacts", () => false, 10)).toEqual([]);
    expect(search.find("contacts", () => true, 2)).toHaveLength(2);
  });
});

describe("the ranking", () => {
  const make = (name: string, description = "", hints: (typeof HINTS)[keyof typeof HINTS] = HINTS.R) =>
    tool({
      name,
      title: name,
      description,
      hints,
      input: z.strictObject({}),
      output: z.object({}),
      run: async () => ({}),
    });
  const tools = [
    make("list_boats"),
    make("paint_boat", "", HINTS.W),
    make("list_cars", "Cars are not boats."),
    make("wash_car", "", HINTS.W),
  ];
  const first = (task: string, vocabulary = { words: {}, asked: {} }) =>
    new ToolSearch(tools, vocabulary).find(task, () => true, 1)[0]?.name;

  it("goes by name before description, by what is asked for, and by what people say", () => {
    expect(first("boats")).toBe("list_boats");
    expect(first("which boats are there")).toBe("list_boats");
    expect(first("change a boat")).toBe("paint_boat");
    expect(first("vessels")).toBeUndefined();
    expect(first("vessels", { words: { boat: "vessel, ship" }, asked: {} })).toBe("list_boats");
    expect(first("get rid of the dirt", { words: {}, asked: { wash_car: "get rid of dirt" } })).toBe(
      "wash_car",
    );
  });

  it("goes by whether one or several are read, and by whether anything is to change", () => {
    const several = [make("get_boat"), make("list_boats"), make("create_boat", "", HINTS.W)];
    const of = (task: string) => new ToolSearch(several).find(task, () => true, 1)[0]?.name;
    expect(of("open boats")).toBe("list_boats");
    expect(of("boats that are painted")).toBe("list_boats");
    expect(of("get the boat")).toBe("get_boat");
    expect(asksToRead(wordsOf("open the boat"))).toBe(true);
    expect(asksToRead(wordsOf("open a boat"))).toBe(false);
    expect(asksToRead(wordsOf("the boat should be red"))).toBe(false);
    expect(asksToRead(wordsOf("I'd like to see boats"))).toBe(true);
    expect(asksToRead(wordsOf("boat"))).toBeNull();
    expect(asksToRead([])).toBeNull();
  });

  it("compares words without their endings", () => {
    for (const group of [
      "tag tags tagged tagging",
      "merge merges merged merging",
      "reply replies replied",
      "copy copies",
    ]) {
      expect(new Set(group.split(" ").map(stem)).size, group).toBe(1);
    }
    expect(stem("status")).toBe("status");
    expect(stem("news")).not.toBe(stem("newest"));
  });
});

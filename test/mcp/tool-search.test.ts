import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { ToolSearch } from "../../src/mcp/tool-search.ts";
import { BLIND_TASKS, WORN_TASKS } from "./blind-tasks.ts";
import { tool } from "./catalogue-door.ts";

/**
 * Whether the right tool is among those that `search_tools` answers. Which set is which: the *tuned* one is the phrases
 * in the records themselves, each of which must find its own tool (test/house, so that a new tool is in it); the
 * *blind* one was never tuned on; the *worn* one was written as blindly, but looked at once.
 */
const FOUND = 8;
const search = new ToolSearch(catalogue.tools);
const names = (task: string, limit = FOUND) => search.find(task, () => true, limit).map(({ name }) => name);

describe("search_tools", () => {
  it.each([
    ["blind", BLIND_TASKS],
    ["worn", WORN_TASKS],
  ])("has the right tool among the first 8 for 19 of 20 of the %s tasks", (set, tasks) => {
    const missed = tasks.filter(([task, ...tools]) => !names(task).some((name) => tools.includes(name)));
    const first = tasks.filter(([task, ...tools]) => tools.includes(names(task, 1)[0] ?? "")).length;
    const found = tasks.length - missed.length;
    console.log(`search_tools, ${set}: ${found} of ${tasks.length} among the first ${FOUND}, ${first} first`);
    expect(found / tasks.length, JSON.stringify(missed, null, 1)).toBeGreaterThanOrEqual(0.95);
  });

  it("is asked no task twice, and for no tool that the catalogue does not have", () => {
    const tasks = [...BLIND_TASKS, ...WORN_TASKS];
    expect(new Set(tasks.map(([task]) => task)).size).toBe(tasks.length);
    const known = new Set(catalogue.tools.map(({ name }) => name));
    expect(tasks.flatMap(([, ...tools]) => tools).filter((name) => !known.has(name))).toEqual([]);
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
      expect(names(text)).toEqual([]);
    }
    expect(names("show all contacts ".repeat(30), 1)).toHaveLength(1);
    expect(search.find("contacts", () => false, 10)).toEqual([]);
    expect(names("contacts", 2)).toHaveLength(2);
  });

  it("finds by what people say, by an argument's name, and by the beginning of a word", () => {
    const make = (name: string, phrases: string, input = z.strictObject({})) =>
      tool({
        name,
        title: name,
        phrases,
        input: () => input,
        output: () => z.object({}),
        run: async () => ({}),
      });
    const boats = new ToolSearch([
      make("list_boats", "which vessels lie in the harbour"),
      make("paint_boat", "", z.strictObject({ hullColor: z.string() })),
    ]);
    const found = (task: string) => boats.find(task, () => true, 8).map(({ name }) => name);
    expect(found("vessel")).toEqual(["list_boats"]);
    expect(found("another color")).toEqual(["paint_boat"]);
    expect(found("paint_boat")[0]).toBe("paint_boat");
    expect(found("boat").toSorted()).toEqual(["list_boats", "paint_boat"]);
  });
});

import { describe, expect, it } from "vitest";
import type { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { typedText } from "../../src/tenant/typed-text.ts";

/** Texts in which nothing can be seen: people would read an empty name, and a message that says nothing. */
const INVISIBLE = [
  "\u200b",
  " \u2060 ",
  "\u3164",
  "\u115f\u1160",
  "\u2800",
  "\u00ad\ufeff",
  "\u202e\u202c",
  "\u{e0041}\u{e0042}",
  "\ufe0f",
  "\0",
];
/** What fields of people's words are called. Ids and queries find nothing anyhow. */
const WORDS =
  /^(name|title|text|content|label|message|note|question|answer|subject|summary|reason|instructions|icon)$/i;

/** Fields of words that must hold something, wherever they are in an object of arguments. */
function fieldsOfWords(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === "string" && WORDS.test(key) ? [[...path, key]] : fieldsOfWords(inner, [...path, key]),
  );
}

function replaced(value: unknown, [key, ...rest]: readonly string[], text: string): unknown {
  if (key === undefined) return text;
  if (Array.isArray(value))
    return value.map((one, i) => (String(i) === key ? replaced(one, rest, text) : one));
  const inner = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return { ...(typeof value === "object" ? value : {}), [key]: replaced(inner, rest, text) };
}

describe("words that a tool takes", () => {
  const given = catalogue.tools.flatMap((tool) =>
    fieldsOfWords(tool.example).map((path) => ({ name: `${tool.name} ${path.join(".")}`, tool, path })),
  );

  it("are looked for in the examples of tools", () => {
    expect(given.length).toBeGreaterThan(20);
  });

  it.each(given)("$name: something in it can be seen", ({ tool, path }) => {
    const input: z.ZodType = tool.input;
    expect(input.safeParse(tool.example).success).toBe(true);
    if (input.safeParse(replaced(tool.example, path, "")).success) return; // It may be empty.
    const taken = INVISIBLE.filter((text) => input.safeParse(replaced(tool.example, path, text)).success);
    expect(taken.map((text) => JSON.stringify(text))).toEqual([]);
  });
});

describe("typed text", () => {
  it.each(INVISIBLE)("refuses %j", (text) => {
    for (const options of [{}, { visible: true }, { keepSpace: true }]) {
      expect(typedText(100, options).safeParse(text).success).toBe(false);
    }
    expect(typedText(100).safeParse(`a${text}`).success).toBe(true);
    expect(typedText(100, { min: 0 }).safeParse(text).success).toBe(true);
  });
});

import fc from "fast-check";
import { expect, it } from "vitest";
import { splitText } from "../../src/channels/split-text.ts";
import { property } from "../property.ts";

const said = fc
  .array(
    fc.oneof(
      fc.constantFrom("word", " ", "  ", "\n", "\n\n", "👍", "a".repeat(30)),
      fc.string({ unit: "grapheme" }),
    ),
    {
      maxLength: 60,
    },
  )
  .map((parts) => parts.join(""));

it("splits any text into parts that fit, and loses nothing but white space between them", () =>
  property([said, fc.integer({ min: 2, max: 40 })], (text, most) => {
    const parts = splitText(text, most);
    for (const part of parts) {
      expect(part.length).toBeLessThanOrEqual(most);
      expect(part.trim()).not.toBe("");
      if (text.isWellFormed()) expect(part.isWellFormed()).toBe(true);
    }
    const bare = (one: string) => one.replaceAll(/\s+/g, "");
    expect(bare(parts.join(""))).toBe(bare(text));
    if (text.trim() !== "" && text.length <= most) expect(parts).toEqual([text.trimEnd()]);
  }));

it("cuts between paragraphs, else lines, else words", () => {
  expect(splitText("one two\n\nthree four", 12)).toEqual(["one two", "three four"]);
  expect(splitText("one two\nthree four", 12)).toEqual(["one two", "three four"]);
  expect(splitText("one two three four", 12)).toEqual(["one two", "three four"]);
  expect(splitText("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"]);
});

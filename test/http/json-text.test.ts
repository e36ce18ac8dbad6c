import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_JSON_DEPTH, parseJson, TooDeep } from "../../src/http/json-text.ts";
import { property } from "../property.ts";

const lists = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
const objects = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

describe("JSON from outside", () => {
  it("is what JSON.parse reads, whatever brackets, quotes and backslashes stand in its texts", async () => {
    const text = fc.string({ unit: fc.constantFrom('"', "\\", "[", "{", "]", "}", "a") });
    const value = fc.letrec((tie) => ({
      any: fc.oneof({ depthSize: "small" }, text, fc.array(tie("any")), fc.dictionary(text, tie("any"))),
    })).any;
    await property([fc.array(value, { minLength: 40 })], (values) => {
      const written = JSON.stringify(values);
      expect(parseJson(written)).toEqual(JSON.parse(written));
    });
  });

  it("is refused beyond a depth, closed or not, also where texts stand around it", () => {
    for (const nest of [lists, objects]) {
      expect(() => parseJson(nest(MAX_JSON_DEPTH))).not.toThrow();
      for (const depth of [MAX_JSON_DEPTH + 1, 3000, 500_000]) {
        expect(() => parseJson(nest(depth))).toThrow(TooDeep);
        expect(() => parseJson(`["\\\\", "\\"[", ${nest(depth)}]`)).toThrow(TooDeep);
      }
    }
    expect(() => parseJson("[".repeat(5000))).toThrow(SyntaxError);
    expect(() => parseJson('"'.repeat(5001))).toThrow(SyntaxError);
  });
});

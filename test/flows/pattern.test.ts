import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compilePattern, MAX_MATCHED_LENGTH, PatternError } from "../../src/flows/graph/pattern.ts";
import { property } from "../property.ts";

/** Patterns within the supported syntax, over a few letters so that they often match. */
const atom = fc.constantFrom(
  "a",
  "b",
  "c",
  ".",
  "\\d",
  "\\w",
  "[ab]",
  "[^a]",
  "[a-c\\d]",
  "\\.",
  "\\p{L}",
  "ä",
  "B",
  "[A-B]",
);
const boundary = fc.constantFrom("^", "$", "\\b", "\\B");
const quantifier = fc.constantFrom("", "", "*", "+", "?", "{2}", "{1,3}", "{0,2}", "{1,}", "*?");
const { pattern } = fc.letrec<{ pattern: string; sequence: string; piece: string }>((tie) => ({
  // Shallow, since the built-in engine that it is compared with takes exponential time on nested repetitions.
  piece: fc.oneof(
    { maxDepth: 2, depthIdentifier: "nesting" },
    { weight: 6, arbitrary: fc.tuple(atom, quantifier).map(([one, times]) => one + times) },
    { weight: 1, arbitrary: boundary },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.constantFrom("(", "(?:"), tie("pattern"), quantifier)
        .map(([open, inner, times]) => `${open}${inner})${times}`),
    },
  ),
  sequence: fc.array(tie("piece"), { maxLength: 3 }).map((pieces) => pieces.join("")),
  pattern: fc.array(tie("sequence"), { minLength: 1, maxLength: 3 }).map((options) => options.join("|")),
}));
const answer = fc.string({
  unit: fc.constantFrom("a", "b", "c", "A", "B", "1", ".", "ä", "😀"),
  maxLength: 5,
});

describe("patterns", () => {
  it("agree with the built-in engine on the whole text and on parts of it, with and without regard to case", async () => {
    let matches = 0;
    await property(
      [pattern, fc.array(answer, { minLength: 5, maxLength: 5 }), fc.boolean(), fc.boolean()],
      (source, texts, search, ignoreCase) => {
        fc.pre(source.length <= 200);
        let matcher: (text: string) => boolean;
        try {
          matcher = compilePattern(source, { search, ignoreCase });
        } catch (error) {
          // Generated repetitions of repetitions can unfold to too many states; nothing else may be refused.
          expect(error).toHaveProperty("message", expect.stringContaining("repeats too much"));
          return;
        }
        const builtIn = new RegExp(search ? source : `^(?:${source})$`, ignoreCase ? "iu" : "u");
        for (const text of texts) {
          const expected = builtIn.test(text);
          if (expected) matches += 1;
          expect(matcher(text), `${source} on ${JSON.stringify(text)}`).toBe(expected);
        }
      },
      { runs: 1500 },
    );
    expect(matches).toBeGreaterThan(200);
  });

  it.each([
    ["^[A-Z]{2}\\d{6}$", "AB123456", true],
    ["[A-Z]{2}\\d{6}", "AB12345", false],
    ["^yes|no$", "no", true],
    ["^yes|no$", "yesterday", false],
    ["[\\w.-]+@x\\.de", "a.b-c@x.de", true],
    ["\\d{3}\\-\\d{2}", "123-45", true],
    ["[^]]", "x", false],
    ["\\u{1F600}", "😀", true],
    ["\\x41", "A", true],
    ["", "", true],
    ["", "x", false],
    ["(|a)+", "aaa", true],
    ["(a*)*b", "aaab", true],
    ["(^a|b$)", "b", true],
    ["a^b", "ab", false],
    ["((){9999}){9999}", "", true],
  ])("%s on %s: %s", (source, text, expected) => {
    expect(compilePattern(source)(text)).toBe(expected);
  });

  it.each([
    "(a)\\1",
    "^*",
    "\\b+",
    "(?=a)",
    "(?<!a)b",
    "(?<name>a)",
    "(",
    ")",
    "[a",
    "*a",
    "a**",
    "a{2}{3}",
    "a{3,2}",
    "a{x}",
    "\\",
    "\\p",
    "\\p{Nonsense}x",
    "[z-a]",
    "(a{50}){50}",
    "a{9999}",
    "x".repeat(201),
  ])("refuses %s", (source) => {
    expect(() => compilePattern(source)).toThrow(PatternError);
  });

  it("take linear time on what makes backtracking explode", () => {
    // A backtracking engine would not come back from any of these.
    for (const source of ["(a+)+b", "(a|a)*b", "(a|aa)+b", "(.*.*.*.*)*b", "(a?){50}a{50}b"]) {
      for (const search of [false, true]) {
        expect(compilePattern(source, { search })("a".repeat(MAX_MATCHED_LENGTH))).toBe(false);
      }
    }
  });

  it("do not match what is too long to look at", () => {
    expect(compilePattern("a*")("a".repeat(MAX_MATCHED_LENGTH + 1))).toBe(false);
  });
});

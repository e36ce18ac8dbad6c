import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readChoice } from "../../src/flows/run/read-choice.ts";
import { fold, foldedWords } from "../../src/tenant/fold.ts";
import { property } from "../property.ts";

const optionsOf = (...labels: string[]) => labels.map((label, i) => ({ id: `o${i + 1}`, label }));

/** The labels that a text picks; null where it picks none. */
function picked(labels: string[], text: string, multiple = false): string[] | null {
  const found = readChoice(optionsOf(...labels), multiple, { type: "message", text });
  return found?.map(({ label }) => label) ?? null;
}

describe("one option, typed", () => {
  it.each<[string[], string, string | null]>([
    [["Yes ✅", "No ❌"], "yes", "Yes ✅"],
    [["✅ Yes, please", "No"], "yes please!", "✅ Yes, please"],
    [["✅ Yes, please", "No"], "✅", "✅ Yes, please"],
    [["👍", "👎"], "👍🏽", "👍"],
    [["👍 Good", "👎 Bad"], "hello 👍", null],
    [["🇩🇪", "🇫🇷"], "🇫🇷", "🇫🇷"],
    [["It's fine", "It hurts"], "It’s fine", "It's fine"],
    [["It’s fine", "It hurts"], "its fine", "It’s fine"],
    [["“Quoted”", "Plain"], "quoted", "“Quoted”"],
    [["Café", "Bar"], "cafe", "Café"],
    [["Łódź", "Straße"], "STRASSE", "Straße"],
    [["No", "Yes"], "NO!", "No"],
    [["No", "Yes"], "no.", "No"],
    [["Yes", "No"], "1.", "Yes"],
    [["Yes", "No"], " 2) ", "No"],
    [["Yes", "No"], "(1)", "Yes"],
    [["Yes", "No"], "#2", "No"],
    [["Yes", "No"], "２", "No"],
    [["Yes", "No"], "٢", "No"],
    [["Yes", "No"], "2️⃣", "No"],
    [["Yes", "No"], "2. No", "No"],
    [["Yes", "No"], "1. No", null],
    [["Yes", "No"], "3", null],
    [["Yes", "No"], "0", null],
    [["Yes", "No"], "-1", null],
    [["Yes", "No"], "1.5", null],
    // A label is meant before a place in the list.
    [["4", "2", "1"], "2", "2"],
    [["4", "2", "1"], "2.", "2"],
    [["4 guests", "2 guests"], "2", "2 guests"],
    // What only signs tell apart.
    [["C", "C++", "C#"], "c++", "C++"],
    [["C", "C++", "C#"], "c+", null],
    [["< 10", "> 10"], "<10", "< 10"],
    [["-5", "10"], "5", null],
    [["5", "5+"], "5", "5"],
    [["5+", "10"], "5+!", "5+"],
    [["Année", "Annee"], "annee", "Annee"],
    [["Yes", "Yes"], "yes", "Yes"],
    [["Yes!", "Yes?"], "yes", null],
    [["Yes", "No"], "yes no", null],
    [["Yes", "No"], "", null],
    [["Yes", "No"], "!", null],
  ])("from %j: %s picks %s", (labels, text, expected) => {
    expect(picked(labels, text)).toEqual(expected === null ? null : [expected]);
  });

  it("is picked by its value or id, after labels and numbers", () => {
    const options = [
      { id: "small", label: "Small plan", value: "S" },
      { id: "large", label: "Large plan", value: "small" },
    ];
    const ids = (text: string) => readChoice(options, false, { type: "message", text })?.map(({ id }) => id);
    expect(ids("s")).toEqual(["small"]);
    expect(ids("small")).toEqual(["large"]);
    expect(ids("large")).toEqual(["large"]);
  });

  const label = fc
    .tuple(
      fc.constantFrom("", "", "✅ ", "🎉", "«", "- "),
      fc.array(fc.constantFrom("Yes", "No", "Café", "it's", "5", "10", "Größe", "L", "да", "はい"), {
        minLength: 1,
        maxLength: 3,
      }),
      fc.constantFrom("", "", "!", " 👍", "…", "?"),
    )
    .map(([before, parts, after]) => `${before}${parts.join(" ")}${after}`);
  const decoration = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toUpperCase(),
    (text) => ` ${text.toLowerCase()}  `,
    (text) => fold(text),
    (text) => text.replaceAll("'", "’"),
    (text) => `${text}.`,
    (text) => `${text} 🙂`,
    (text) => `“${text}”`,
    (text) => text.replace(/[^\p{L}\p{N}\s]/gu, ""),
    (text) => text.replaceAll(" ", "\u00a0"),
    (text) => text.normalize("NFD"),
  );

  it("is the one whose label was typed, however it was typed, and never one with other words", async () => {
    let found = 0;
    await property(
      [fc.uniqueArray(label, { minLength: 2, maxLength: 6 }), fc.nat(), decoration],
      (labels, which, decorate) => {
        const wanted = labels[which % labels.length] ?? "";
        expect(picked(labels, wanted)).toEqual([wanted]);
        const chosen = picked(labels, decorate(wanted))?.[0];
        const words = foldedWords(wanted);
        if (chosen !== undefined) {
          found += 1;
          expect(foldedWords(chosen), `${decorate(wanted)} of ${labels}`).toBe(words);
        }
        if (labels.filter((each) => foldedWords(each) === words).length === 1) expect(chosen).toBe(wanted);
      },
      { runs: 1000 },
    );
    expect(found).toBeGreaterThan(800);
  });
});

describe("several options, typed", () => {
  const labels = ["Red, blue", "Green", "Red", "A & B"];

  it.each<[string, string[] | null]>([
    ["Red, blue, Green", ["Red, blue", "Green"]],
    ["red, blue\ngreen", ["Red, blue", "Green"]],
    ["Green, Red, blue", ["Green", "Red, blue"]],
    ["Green; Red", ["Green", "Red"]],
    ["green & red", ["Green", "Red"]],
    ["a & b, red", ["A & B", "Red"]],
    ["1,2", ["Red, blue", "Green"]],
    ["1 2 3", ["Red, blue", "Green", "Red"]],
    ["1. 2.", null],
    ["2、3", ["Green", "Red"]],
    ["Green,, Red,", ["Green", "Red"]],
    ["Green, Green", ["Green"]],
    ["Green, purple", null],
    ["blue", null],
    ["", null],
    [", ,", null],
  ])("%j are %j", (text, expected) => {
    expect(picked(labels, text, true)).toEqual(expected);
  });

  it("are refused where one is asked for", () => {
    expect(picked(["Red", "Green"], "Red, Green")).toBeNull();
  });

  const name = fc.stringMatching(/^[a-c](,? [a-c]){0,2}$/);
  it("are all found, whatever commas their labels hold", async () => {
    await property(
      [
        fc.uniqueArray(name, { minLength: 2, maxLength: 6, selector: foldedWords }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 4 }),
      ],
      (options, numbers) => {
        const wanted = [...new Set(numbers.map((number) => options[number % options.length] ?? ""))];
        // By lines there is one way to read it; by commas there may be several, and one is found.
        expect(picked(options, wanted.join("\n"), true)).toEqual(wanted);
        expect(picked(options, wanted.join(", "), true)).not.toBeNull();
      },
      { runs: 500 },
    );
  });

  it("take no more time than a long line is long", () => {
    const started = performance.now();
    expect(picked(["a", "a, a", "a, a, a"], "a, ".repeat(660), true)).toBeNull();
    expect(picked(["a", "a, a", "a, a, a"], `${"a, ".repeat(48)}b`, true)).toBeNull();
    expect(performance.now() - started).toBeLessThan(1000);
  });
});

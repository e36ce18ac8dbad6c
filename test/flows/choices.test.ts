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
    ["1 and 2", ["Red, blue", "Green"]],
    ["1,3", ["Red, blue", "Red"]],
    ["1, 2 and 3", ["Red, blue", "Green", "Red"]],
    ["1, 2, and 4", ["Red, blue", "Green", "A & B"]],
    ["#1 und #2", ["Red, blue", "Green"]],
    ["green y red", ["Green", "Red"]],
    ["Green AND a & b", ["Green", "A & B"]],
    ["1 and", null],
    ["1 and 9", null],
    ["1 or 2", null],
    ["1 but not 2", null],
    ["not 1", null],
    ["all", ["Red, blue", "Green", "Red", "A & B"]],
    ["All of them!", ["Red, blue", "Green", "Red", "A & B"]],
    ["alle", ["Red, blue", "Green", "Red", "A & B"]],
    ["all but green", null],
    ["not all", null],
    ["both", null],
    ["none", null],
    ["None of them", null],
  ])("%j are %j", (text, expected) => {
    expect(picked(labels, text, true)).toEqual(expected);
  });

  it.each<[string[], string, string[] | null]>([
    [["Salt and pepper", "Salt", "Pepper"], "salt and pepper", ["Salt and pepper"]],
    [["Salt and pepper", "Salt", "Pepper"], "pepper and salt", ["Pepper", "Salt"]],
    [["Tea", "Milk"], "both", ["Tea", "Milk"]],
    [["Tea", "Milk", "None"], "both of them", ["Tea", "Milk"]],
    [["Tea", "Milk", "None of these"], "none", ["None of these"]],
    [["Tea", "Milk", "None of these"], "all", ["Tea", "Milk"]],
    [["Tea", "Milk", "All of the above"], "all", ["All of the above"]],
    [["Tea", "Milk", "Everything", "All"], "all", ["All"]],
    [["X", "Y", "Z"], "x y z", null],
    [["X", "Y", "Z"], "x, y, z", ["X", "Y", "Z"]],
    [["赤", "青"], "赤と青", ["赤", "青"]],
  ])("of %j: %j are %j", (options, text, expected) => {
    expect(picked(options, text, true)).toEqual(expected);
  });

  it("that say themselves none or all are named so where one is asked for, too", () => {
    expect(picked(["Tea", "None of these"], "none")).toEqual(["None of these"]);
    expect(picked(["Tea", "Milk"], "all")).toBeNull();
    expect(picked(["Tea", "Milk"], "both")).toBeNull();
    expect(picked(["Tea", "Milk"], "1 and 2")).toBeNull();
  });

  const thing = fc.constantFrom(
    "Salt",
    "Pepper",
    "Salt and pepper",
    "Tea",
    "Tea & milk",
    "Milk",
    "None",
    "Red, blue",
  );
  const joint = fc.constantFrom(", ", " and ", ", and ", " & ", "\n", " und ", " y ", "; ", " + ");
  const AND_WORDS = ["and", "und", "y"];
  it("are never more than was said, nor less", async () => {
    let found = 0;
    await property(
      [
        fc.uniqueArray(thing, { minLength: 2, maxLength: 6 }),
        fc.array(fc.oneof(thing, fc.constantFrom("1", "2", "7", "purple", "not", "all", "none")), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(joint, { minLength: 3, maxLength: 3 }),
      ],
      (options, said, joints) => {
        const text = said.reduce((line, part, i) => (i === 0 ? part : `${line}${joints[i - 1]}${part}`), "");
        const chosen = picked(options, text, true);
        const known = said.every(
          (part) => options.some((option) => option === part) || Number(part) <= options.length,
        );
        if (known) expect(chosen, text).not.toBeNull();
        if (chosen === null || text === "all" || text === "none") return;
        found += 1;
        const wordsOf = (texts: string[]) =>
          new Set(
            texts.flatMap((one) => foldedWords(one).split(" ")).filter((word) => !AND_WORDS.includes(word)),
          );
        const meant = said.map((part) => options[Number(part) - 1] ?? part);
        expect(wordsOf(chosen), `${text} of ${options}`).toEqual(wordsOf(meant));
      },
      { runs: 1000 },
    );
    expect(found).toBeGreaterThan(100);
  });

  it("are all of them or none, whatever else the list holds", async () => {
    const about = fc.constantFrom("None", "None of the above", "Nothing");
    await property(
      [fc.uniqueArray(thing, { minLength: 1, maxLength: 5 }), fc.option(about, { nil: null })],
      (things, none) => {
        const single = things.filter((one) => one !== "None");
        const options = none === null ? single : [...single, none];
        for (const all of ["all", "all of them", "Everything!", "todos"]) {
          expect(picked(options, all, true), all).toEqual(single.length > 0 ? single : null);
        }
        for (const text of ["none", "None of these.", "ninguno"]) {
          expect(picked(options, text, true), text).toEqual(none === null ? null : [none]);
        }
      },
    );
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

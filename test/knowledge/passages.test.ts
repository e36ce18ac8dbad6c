import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countWords, MAX_CHARACTERS, MAX_WORDS, passagesOf } from "../../src/knowledge/passages.ts";
import { property } from "../property.ts";

const bare = (text: string) => text.replace(/\s+/g, "");
const headings = (markdown: string) => passagesOf(markdown).map(({ heading }) => heading);
const words = (count: number, word = "word") =>
  Array.from({ length: count }, (_, i) => `${word}${i}`).join(" ");

describe("passagesOf", () => {
  it("cuts at headings, and says which ones each passage stands below", () => {
    const markdown = [
      `Before it all. ${words(20)}`,
      `# Refunds\n\n${words(20)}`,
      `## *Partial* [refunds](https://shop.example)\n\n${words(20)}`,
      `### By card ###\n\n${words(20)}`,
      `## Late refunds\n\n${words(20)}`,
      `Shipping\n========\n\n${words(20)}`,
      `Abroad\n---\n${words(20)}`,
    ].join("\n\n");
    expect(headings(markdown)).toEqual([
      "",
      "Refunds",
      "Refunds › Partial refunds",
      "Refunds › Partial refunds › By card",
      "Refunds › Late refunds",
      "Shipping",
      "Shipping › Abroad",
    ]);
  });

  it("takes nothing for a heading that is none", () => {
    const text = [
      "Issue #12 is solved. #hashtag",
      "```sh\n# a comment\n## another\n```",
      "~~~\n# still code\n```\n# and still\n~~~",
      "    # indented code",
      "A paragraph of two\nlines\n---",
      "- a list\n---",
      "| a | b |\n|---|---|\n| 1 | 2 |",
      "---",
    ].join("\n\n");
    expect(headings(`${text}\n\n${words(30)}`)).toEqual([""]);
  });

  it("keeps headings with what they head, and short sections together", () => {
    const [first, second, ...rest] = passagesOf(`# All\n\n## Part\n\n${words(20)}\n\n## Yes\n\nNo.\n`);
    expect(first).toMatchObject({ heading: "All › Part", text: expect.stringMatching(/^# All\n\n## Part/) });
    expect(second).toEqual({ heading: "All › Yes", text: "## Yes\n\nNo." });
    expect(rest).toEqual([]);
    const questions = Array.from({ length: 9 }, (_, i) => `## Question ${i}?\n\nYes, it is.`).join("\n\n");
    expect(passagesOf(questions).length).toBeLessThan(5);
  });

  it("cuts long sections between paragraphs, at about 200 to 300 words", () => {
    const paragraphs = Array.from({ length: 20 }, (_, i) => words(90, `p${i}w`));
    const passages = passagesOf(`# Long\n\n${paragraphs.join("\n\n")}`);
    expect(passages.map(({ heading }) => heading)).toEqual(Array(7).fill("Long"));
    for (const { text } of passages.slice(0, -1)) {
      expect(countWords(text)).toBeGreaterThan(200);
      expect(text).toMatch(/w89$/);
    }
  });

  it("keeps sentences whole where it can", () => {
    const sentence = (i: number) => `Sentence ${i} ${words(28, "x")}.`;
    const passages = passagesOf(Array.from({ length: 40 }, (_, i) => sentence(i)).join(" "));
    expect(passages.length).toBeGreaterThan(3);
    for (const { text } of passages) {
      expect(text).toMatch(/^Sentence/);
      expect(text).toMatch(/\.$/);
    }
  });

  it("has none of nothing", () => {
    expect([passagesOf(""), passagesOf(" \n\n\t\n")]).toEqual([[], []]);
  });

  it("is quick with text that invites backtracking", () => {
    const start = performance.now();
    for (const text of [
      "#".repeat(40_000),
      `# ${" #".repeat(20_000)}`,
      `# a${" ".repeat(40_000)}b`,
      `${"\n \t".repeat(13_000)}x`,
      `${"`".repeat(20_000)}\n${"~".repeat(20_000)}`,
      "[".repeat(40_000),
      `# ${"[a](".repeat(9000)}`,
      "=\n".repeat(20_000),
      "a\n=\n\n".repeat(8000),
      "# -\n".repeat(10_000),
    ]) {
      const passages = passagesOf(text);
      expect(bare(passages.map((passage) => passage.text).join(""))).toBe(bare(text));
    }
    expect(performance.now() - start).toBeLessThan(8000);
  });
});

const letters = {
  latin: fc.constantFrom(..."abcdefgé"),
  cyrillic: fc.constantFrom(..."абвгдежё"),
  arabic: fc.constantFrom(..."ابتثجحخد"),
  han: fc.constantFrom(..."退款政策运费发货"),
  kana: fc.constantFrom(..."かなカナー漢字"),
  thai: fc.constantFrom(..."การจัดส่งสินค้า"),
  emoji: fc.constantFrom("👩‍👩‍👧", "🇩🇪", "✅", "𠮷"),
};
const word = fc.oneof(
  ...Object.values(letters).map((one) => fc.string({ unit: one, minLength: 1, maxLength: 12 })),
);
const long = fc.oneof(
  ...Object.values(letters).map((one) =>
    fc.string({ unit: one, minLength: 500, maxLength: 4000, size: "max" }),
  ),
);
const sentence = fc
  .tuple(
    fc.array(word, { minLength: 1, maxLength: 40, size: "max" }),
    fc.constantFrom(".", "?", "。", "؟", "!", ""),
  )
  .map(([parts, end]) => parts.join(" ") + end);
const paragraph = fc
  .tuple(fc.array(sentence, { minLength: 1, maxLength: 12, size: "max" }), fc.constantFrom(" ", "\n", ""))
  .map(([parts, glue]) => parts.join(glue));
const block = fc.oneof(
  { weight: 6, arbitrary: paragraph },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 6 }), sentence).map(([n, s]) => `${"#".repeat(n)} ${s}`),
  },
  { weight: 1, arbitrary: long },
  { weight: 1, arbitrary: paragraph.map((code) => `\`\`\`\n# ${code}\n\n${code}\n\`\`\``) },
  { weight: 1, arbitrary: paragraph.map((item) => `- ${item}\n- ${item}`) },
);
const article = fc
  .tuple(
    fc.array(block, { maxLength: 12, size: "max" }),
    fc.constantFrom("\n\n", "\n", "\r\n\r\n", "\n \n\n"),
  )
  .map(([blocks, glue]) => blocks.join(glue));

describe("passages of any text", () => {
  it("lose nothing, keep the order, and stay within bounds", async () => {
    await property(
      [article],
      (markdown) => {
        const passages = passagesOf(markdown);
        expect(bare(passages.map(({ text }) => text).join(""))).toBe(bare(markdown));
        for (const { text, heading } of passages) {
          expect(text.trim()).not.toBe("");
          expect(text.isWellFormed()).toBe(true);
          expect(heading.isWellFormed()).toBe(true);
          expect(markdown).toContain(text);
          expect(text.length).toBeLessThanOrEqual(MAX_CHARACTERS);
          expect(countWords(text)).toBeLessThanOrEqual(MAX_WORDS);
        }
      },
      { runs: 150 },
    );
  });
});

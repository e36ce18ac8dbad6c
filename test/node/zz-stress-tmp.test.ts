import fc from "fast-check";
import { it } from "vitest";
import { passagesOf, documentParts } from "/work/main/src/knowledge/passages.ts";
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
it("x", () => {
  let worst = 0; const end = Date.now() + 50000; let runs = 0;
  while (Date.now() < end) {
    for (const m of fc.sample(article, 20)) { const t = performance.now(); passagesOf(m); documentParts(m, 2000); const d = performance.now()-t; runs++; if (d > worst) { worst = d; console.log("worst", d.toFixed(0), m.length, runs); } }
  }
  console.log("runs", runs, "worst", worst);
}, 120000);

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fold, foldedName, foldedWords } from "../../src/tenant/fold.ts";
import { property } from "../property.ts";

/** What people type for a letter, by its script: the letters of a plain keyboard, and pairs of them. */
const PLAIN = {
  Latin: [..."abcdefghijklmnopqrstuvwxyz", "ae", "oe", "ss", "dz", "lj", "nj", "ij", "ff", "fi", "st"],
  Greek: [..."αβγδεζηθικλμνξοπρστυφχψω"],
  Cyrillic: [..."абвгдежзиклмнопрстуфхцчшщъыьэюя"],
};
/** The last one that knows letters of the three scripts, for ICU as for Unicode: what follows is other scripts'. */
const LAST = 0x1ffff;

/** Letters that ICU takes for others than people do, and a mark that counts as one. */
const ICU_DIFFERS = new Set("Ꟁꟁͺ");

function lettersOf(script: keyof typeof PLAIN): string[] {
  const inScript = new RegExp(`^\\p{Script=${script}}$`, "u");
  return Array.from({ length: LAST }, (_, i) => String.fromCodePoint(i)).filter(
    (letter) => /\p{L}/u.test(letter) && inScript.test(letter) && !ICU_DIFFERS.has(letter),
  );
}

describe("fold", () => {
  it.each(["Latin", "Greek", "Cyrillic"] as const)(
    "makes each letter of %s the plain one that ICU's collation takes it for",
    (script) => {
      const { compare } = new Intl.Collator("en", { sensitivity: "base" });
      const letters = lettersOf(script);
      const known = letters.flatMap((letter) =>
        PLAIN[script].filter((plain) => compare(letter, plain) === 0).map((plain) => ({ letter, plain })),
      );
      // Guards the test: a runtime without ICU's data would compare nothing.
      expect(known.length).toBeGreaterThan(100);
      const wrong = known.filter(({ letter, plain }) => fold(letter) !== fold(plain));
      expect(wrong).toEqual([]);
      expect(letters.filter((letter) => fold(fold(letter)) !== fold(letter))).toEqual([]);
    },
  );

  it.each([
    // What collations of single languages take for letters of their own.
    ["Łukasz Żółć", "lukasz zolc"],
    ["Günther Weiß WEISS ẞ", "gunther weiss weiss ss"],
    ["Søren bestiller i Ålborg, Đorđe, œuvre, Æ", "soren bestiller i alborg, dorde, oeuvre, ae"],
    ["İstanbul ılık Iğdır", "istanbul ilik igdir"],
    ["Þór Guðrún Əliyev Áŋŋel Ħaż", "thor gudrun eliyev annel haz"],
    ["Артём Їжак Ґалаґан Қазақстан", "артем іжак галаган казакстан"],
    ["Ευχαριστώ ΔΡΌΜΟΣ δρόμος", "ευχαριστω δρομοσ δρομοσ"],
    ["ﬁne Ｆｕｌｌ ᴊᴏʜɴ 𝓙𝓸𝓱𝓷", "fine full john john"],
    ["col·lecció coŀlecció", "colleccio colleccio"],
    ["Ver\u00adsand", "versand"],
    ["مرحبًا ـ", "مرحبا "],
    ["שָׁלוֹם", "שלום"],
    ["علی رضایی کریم", "علي رضايي كريم"],
  ])("of %s is %s", (text, folded) => {
    expect(fold(text)).toBe(folded);
  });

  it("makes one name of those that differ in white space alone", () => {
    for (const name of ["VIP  Gold", " VIP Gold\t", "VIP\u00a0Gold", "Vip\n\u2003góld"]) {
      expect(foldedName(name), JSON.stringify(name)).toBe("vip gold");
    }
  });

  it("keeps marks that are letters of their own", () => {
    expect(fold("が")).not.toBe(fold("か"));
    expect(fold("की")).not.toBe(fold("क"));
  });

  it("changes nothing the second time, whatever the text", async () => {
    await property([fc.string({ unit: "binary", maxLength: 30 })], (text) => {
      expect(fold(fold(text))).toBe(fold(text));
    });
  });
});

describe("foldedWords", () => {
  it.each([
    ["✅ Yes, please!", "yes please"],
    ["It’s fine", "its fine"],
    ["it's fine", "its fine"],
    ["1. Yes", "1 yes"],
    ["NO!", "no"],
    ["👍", ""],
  ])("of %s is %s", (text, words) => {
    expect(foldedWords(text)).toBe(words);
  });
});

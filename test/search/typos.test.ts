import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closeness, folded, gramRuns, slipsBetween } from "../../src/search/typos.ts";
import { wordForms } from "../../src/search/words.ts";
import { property } from "../property.ts";

describe("slipsBetween", () => {
  it.each([
    ["iphone", "iphnoe", 1],
    ["kitten", "sitting", 3],
    ["shirt", "shrit", 1],
    ["abc", "abc", 0],
    ["", "abc", 3],
    ["ca", "abc", 3],
  ])("of %s and %s are %i", (a, b, slips) => {
    expect(slipsBetween(a, b, 9)).toBe(slips);
    expect(slipsBetween(b, a, 9)).toBe(slips);
  });

  it("answers the limit for anything as far", () => {
    expect(slipsBetween("kitten", "sitting", 2)).toBe(2);
    expect(slipsBetween("a", "abcdefgh", 3)).toBe(3);
  });

  it("is at most one for one edit, whatever the word", async () => {
    const word = fc.string({ minLength: 2, maxLength: 20, unit: fc.constantFrom(..."abcdef") });
    await property([word, fc.nat(19), fc.constantFrom("drop", "swap", "add")], (text, place, edit) => {
      const i = place % (text.length - 1);
      const [a = "", b = ""] = [text[i], text[i + 1]];
      const edited = { drop: [a], swap: [b, a], add: [a, "z", b] }[edit];
      expect(slipsBetween(text, text.slice(0, i) + edited?.join("") + text.slice(i + 2), 9)).toBeLessThan(2);
    });
  });
});

describe("closeness", () => {
  it.each([
    ["iphnoe", "Apple iPhone 15"],
    ["shrit", "Blue shirt"],
    ["wireles hedphones", "Wireless headphones"],
    ["KOPFHÖRER", "Bluetooth-Kopfhörerständer"],
    ["creme brulee", "Crème brûlée"],
    ["do you have any hedphones that are good for running", "Bluetooth headphones"],
    ["无线蓝牙耳几", "无线蓝牙耳机"],
    ["ワイヤレスイヤフォン", "完全ワイヤレスイヤホン"],
    ["블루트스 이어폰", "블루투스 이어폰"],
    ["беспроводые наушники", "Беспроводные наушники"],
    ["ガラス", "ガラスのコップ"],
    ["exchanging", "Exchange an item"],
    ["powerbank", "Power bank 20,000 mAh"],
    ["ax20018", "Headphones AX2-0018"],
    ["Winterjacke", "Jacke für den Winter"],
    ["Strasse", "Straße"],
    ["السماعات", "سماعات رأس"],
    ["اله قهوه", "آلة القهوة"],
  ])("%s is near %s", (query, text) => {
    expect(closeness(query, text)).toBeGreaterThan(0);
  });

  it.each([
    ["wireless", "Wire rack"],
    ["lamp", "Camp chair"],
    ["cat", "Car"],
    ["headphones", "Telephone"],
    ["耳机", "手机壳"],
    ["raincoat", "Rain in Spain"],
    ["another", "Goes there"],
    ["!!", "anything"],
  ])("%s is not near %s", (query, text) => {
    expect(closeness(query, text)).toBe(0);
  });

  it("puts what is nearer before what is less near", () => {
    const order = ["Blue jacket", "Blue jackets", "Bleu jaket", "Blue shoe"];
    const values = order.map((text) => closeness("blue jacket", text));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    expect(values[0]).toBe(1);
  });
});

describe("the words of a query", () => {
  const forms = (query: string) =>
    wordForms(query).map((word) =>
      word.map(({ kind, text }) => ({ beginning: `${text}*`, whole: text, piece: `…${text}…` })[kind]),
    );

  it("are words of three letters as a beginning, their own beginning, and pieces of scripts without spaces", () => {
    expect(forms("red  jacket!")).toEqual([["red*"], ["jacket*", "jacke*"]]);
    expect(forms("returning TV4000")).toEqual([["returning*", "return*"], ["tv4000*"]]);
    expect(forms("환불을")).toEqual([["환불을*", "환불*"].map((form) => form.normalize("NFKD"))]);
    expect(forms("السماعات")).toEqual([["السماعات*", "سماعات*", "السما*"]]);
    expect(forms("iPhone手机壳")).toEqual([["iphone*", "iphon*"], ["…手机…"], ["…机壳…"]]);
    expect(forms("红")).toEqual([["…红…"]]);
    expect(forms("?! --")).toEqual([]);
    expect(forms('a" OR workspace_id : "x')).toEqual([["workspace*", "worksp*"], ["id"], ["x"]]);
  });

  it("are each that tells something once, and the others only where none does", () => {
    expect(forms("Where is my TV? my tv!")).toEqual([["tv"]]);
    expect(forms("¿cuánto tarda el envío?")).toEqual([["tarda*"], ["envio*", "envi*"]]);
    expect(forms("what is it")).toEqual([["what*"], ["is"], ["it"]]);
  });

  it("hold trigrams with their ends", () => {
    expect(gramRuns("Ab cd")).toEqual([
      [" ab", "ab "],
      [" cd", "cd "],
    ]);
    expect(gramRuns("耳机")).toEqual([]);
    expect(folded("  Crème-Brûlée ")).toBe(" creme brulee ");
  });

  it("are bounded whatever the query", async () => {
    await property([fc.string({ maxLength: 500, unit: "binary" })], (query) => {
      const grams = gramRuns(query).flat();
      expect(grams.length).toBeLessThanOrEqual(96);
      expect(wordForms(query).flat().length).toBeLessThanOrEqual(48);
      for (const gram of grams) expect([...gram]).toHaveLength(3);
    });
  });
});

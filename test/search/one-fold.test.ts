import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { asked, messageTerms } from "../../src/conversations/search-index.ts";
import { findable, fits, indexedTerms, wordConditions } from "../../src/search/beginnings.ts";
import { rank } from "../../src/search/ranking.ts";
import { rowTerms, wordTerm } from "../../src/search/terms.ts";
import { closeness } from "../../src/search/typos.ts";
import { wordForms, wordsOf } from "../../src/search/words.ts";
import { fold } from "../../src/tenant/fold.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { property } from "../property.ts";

/** What is stored of a text and what is asked with another: the same folding on both sides, whichever search it is. */

const { tenant } = testCall();
const workspaceId = newId("workspace");
const inboxId = newId("inbox");

/** Whether a text is found by a query, by what each kind of search has in its index and how it reads a row. */
const SEARCHES: Record<string, (text: string, query: string) => boolean> = {
  messages(text, query) {
    const wanted = asked(query);
    const terms = messageTerms(workspaceId, {
      inboxId,
      kind: "message",
      senderKind: "contact",
      body: text,
    }).split(" ");
    const indexed = (word: string) => terms.some((term) => term.endsWith(word));
    return wanted?.fits(text) === true && wanted.alternatives.some((words) => words.every(indexed));
  },
  contacts(text, query) {
    const row = findable([text]);
    const conditions = wordConditions(query);
    const terms = new Set(
      indexedTerms([workspaceId], row)
        .split(" ")
        .map((term) => term[0] + term.slice(23)),
    );
    return (
      conditions !== null &&
      fits(row, [conditions]) &&
      conditions.every((one) => one.terms.every((term) => terms.has(term)))
    );
  },
  "articles and products"(text, query) {
    const terms = rowTerms(tenant, { scope: "a", fields: [text], fuzzy: text }).split(" ");
    const forms = wordForms(query);
    const counted = forms.flat().map((form) => ({ form, rows: 1 }));
    const begins = (term: string) => terms.some((one) => one.startsWith(term.replace(/^"|"\*?$/g, "")));
    return (
      forms.length > 0 &&
      forms.every((word) => word.some((form) => begins(wordTerm(tenant, form)))) &&
      rank([{ fields: [text] }], [1], { rows: 10, forms: counted }).length === 1
    );
  },
  slips: (text, query) => closeness(query, text) > 0,
};

function lettersOf(script: string): string[] {
  const inScript = new RegExp(`^\\p{Script=${script}}$`, "u");
  return Array.from({ length: 0x1ffff }, (_, i) => String.fromCodePoint(i)).filter(
    (letter) => /\p{L}/u.test(letter) && inScript.test(letter) && /[\p{L}\p{N}]/u.test(fold(letter)),
  );
}

describe.each(Object.entries(SEARCHES))("search in %s", (kind, finds) => {
  it.each(["Latin", "Greek", "Cyrillic"])(
    "finds a word with any letter of %s by its plain form",
    (script) => {
      const [before, behind] =
        { Latin: ["qua", "nto"], Greek: ["κατ", "μεν"], Cyrillic: ["прав", "ник"] }[script] ?? [];
      const missed = lettersOf(script).filter((letter) => {
        const word = `${before}${letter}${behind}`;
        return ![fold(word), word, word.toUpperCase(), word.normalize("NFD")].every((query) => {
          // What has two forms in capitals (ᾳ is ΑΙ) is another word there.
          return (
            fold(query) !== fold(word) ||
            (finds(`so ${word}, it is`, query) && finds(`so ${query}, it is`, word))
          );
        });
      });
      expect(missed).toEqual([]);
    },
  );

  it.each([
    ["Łukasz Żółć", "lukasz zolc"],
    ["Günther Weiß", "gunther weiss"],
    ["Søren i Ålborg", "soren alborg"],
    ["Đorđe na đurđevdan", "dorde durdevdan"],
    ["une œuvre", "oeuvre"],
    ["Артём придёт", "артем придет"],
    ["Ευχαριστώ δρόμος", "ευχαριστω δρομοσ"],
    ["İstanbul", "istanbul"],
    ["Ver\u00adsand", "versand"],
    ["пʼятниця", "п'ятниця"],
    ["col·lecció", "colleccio"],
    ["می\u200cخواهم", "میخواهم"],
  ])("finds %s by %s", (text, query) => {
    expect(finds(text, query)).toBe(true);
  });

  it("finds a text by each of its words, whatever it is", async () => {
    // Slips are forgiven in words of some length, and of one script.
    const slips = kind === "slips";
    const shortest = slips ? 6 : 3;
    const letters = slips ? fc.constantFrom(..."aæößłžđ 'ґїщèéΩσς") : "grapheme";
    await property([fc.string({ unit: letters, minLength: 3, maxLength: 12 })], (text) => {
      for (const word of wordsOf(text).filter((one) => fold(one).length >= shortest)) {
        expect(finds(text, word), JSON.stringify([text, word])).toBe(true);
      }
    });
  });
});

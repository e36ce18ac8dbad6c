import { describe, expect, it } from "vitest";
import { sanitise } from "../../src/calls/sanitise.ts";
import { visibleText } from "../../src/tenant/visible-text.ts";

describe("visible text", () => {
  it("keeps what people write", () => {
    const texts = [
      "Plain text,\twith a tab\nand\r\nnewlines.",
      "naïve café Ångström 東京 한국어 ไทย עברית العربية",
      "👩‍👩‍👧 👍🏽 ❤️ 1️⃣ ☎︎ 🏳️‍🌈",
      "می‌خواهم",
      "क्‍ष ശ്രീ",
      "a  b\u00A0c",
    ];
    for (const text of texts) expect(visibleText(text), JSON.stringify(text)).toBe(text);
  });

  it("removes what cannot be seen", () => {
    const hidden: Record<string, string> = {
      "zero width space": "a\u200Bb",
      "zero width joiner between Latin letters": "a\u200Db",
      "several joiners in Arabic": "م\u200C\u200C\u200Cخ",
      "right-to-left override": "a\u202Eb",
      isolates: "a\u2066b\u2069",
      "left-to-right mark": "a\u200Eb",
      "arabic letter mark": "a\u061Cb",
      "byte order mark": "\uFEFFab",
      "soft hyphen": "a\u00ADb",
      "word joiner": "a\u2060b",
      "invisible times": "a\u2062b",
      "tag characters": "a\u{E0049}\u{E0067}b",
      "variation selectors": "a\uFE01\u{E0100}b",
      "variation selector on a letter": "a\uFE0Fb",
      "hangul filler": "a\u3164b",
      "combining grapheme joiner": "a\u034Fb",
      null: "a\u0000b",
      escape: "a\u001Bb",
      "delete and C1": "a\u007F\u0085b",
      "interlinear annotation": "a\uFFF9b\uFFFB",
      "deprecated format characters": "a\u206Ab",
    };
    for (const [what, text] of Object.entries(hidden)) {
      const clean = visibleText(text);
      expect(clean, what).not.toBe(text);
      expect(clean, what).toBe(what.includes("Arabic") ? "مخ" : "ab");
    }
    expect(visibleText("a\u2028b\u2029c")).toBe("a\nb\nc");
    expect(visibleText("a\uD800b")).toBe("a\uFFFDb");
    // Joins nothing once the selector in front of it is gone.
    expect(visibleText("a\uFE0F\u200D😀")).toBe("a😀");
    // The region of a flag is written in tag characters: the flag stays.
    expect(visibleText("🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}")).toBe("🏴");
  });

  it("holds for every string and key of a value", () => {
    const keys: string[] = [];
    const clean = sanitise(
      { "k\u200Bey": ["a\u202E", { deep: "b\u2066", n: 1, no: null, gone: undefined }], flag: true },
      (key) => keys.push(key),
    );
    expect(clean).toEqual({ key: ["a", { deep: "b", n: 1, no: null }], flag: true });
    expect(keys).toEqual(["k\u200Bey", "deep", "n", "no", "flag"]);
  });
});

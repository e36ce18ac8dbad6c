import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emailKey, readEmail, readWebAddress } from "../../src/tenant/typed-addresses.ts";
import { readDate, readMoment } from "../../src/tenant/typed-dates.ts";
import { plainDigits, readNumber } from "../../src/tenant/typed-numbers.ts";
import { property } from "../property.ts";

/** Every run of ten digits that Unicode knows, as its zero. */
const ZEROS = Array.from({ length: 0x1ffff }, (_, i) => i)
  .filter((at) => /\p{Nd}/u.test(String.fromCodePoint(at)) && !/\p{Nd}/u.test(String.fromCodePoint(at - 1)))
  .filter((at) => at < 0x1d7ce || at > 0x1d7ff);

describe("numbers", () => {
  it("are read in every script that has digits", () => {
    expect(ZEROS.length).toBeGreaterThan(50);
    for (const zero of ZEROS) {
      const typed = String.fromCodePoint(...[4, 0, 7, 9].map((digit) => zero + digit));
      expect([typed, plainDigits(typed), readNumber(typed)]).toEqual([typed, "4079", 4079]);
    }
  });

  it.each([
    ["1.000", "ambiguous"],
    ["1,000", "ambiguous"],
    ["-12.345", "ambiguous"],
    ["１，０００", "ambiguous"],
    ["0.500", 0.5],
    ["1000,000", 1000],
    ["5", 5],
    ["５", 5],
    ["٣", 3],
    ["٣٫٥", 3.5],
    ["١٬٠٠٠", 1000],
    ["①", 1],
    ["5️⃣", 5],
    ["5²", null],
    ["3½", null],
    ["1 000", 1000],
    ["1\u202f000,5", 1000.5],
    ["1'000.50", 1000.5],
    ["1.234,56", 1234.56],
    ["1,234.56", 1234.56],
    ["1,234,567", 1234567],
    ["12,34,567", 1234567],
    ["-3", -3],
    ["−3", -3],
    ["-0", 0],
    ["3.", 3],
    [",5", 0.5],
    ["1.2.3", null],
    ["1,2,3", null],
    ["12 34", null],
    ["1e5", null],
    ["0x5", null],
    ["five", null],
    ["12345678901234567", null],
    [" ", null],
  ])("%s is %s", (text, number) => {
    expect(readNumber(text)).toBe(number);
  });

  it("come back from how any language writes them, or are refused as ambiguous", async () => {
    const languages = ["en", "de", "fr", "de-CH", "es", "pl", "hi", "ar-EG", "fa", "bn", "sv"];
    await property(
      [
        fc.integer({ min: -9_999_999, max: 9_999_999 }),
        fc.integer({ min: 0, max: 2 }),
        fc.constantFrom(...languages),
      ],
      (units, places, language) => {
        const number = units / 10 ** places;
        const typed = new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(number);
        const read = readNumber(typed);
        if (read !== "ambiguous") expect([typed, read]).toEqual([typed, number + 0]);
        else expect(Math.abs(number)).toBeGreaterThanOrEqual(1000);
      },
      { runs: 300 },
    );
  });
});

describe("dates", () => {
  it.each([
    ["2026/1/31", "2026-01-31"],
    ["20260131", "2026-01-31"],
    ["31.1.2026", "2026-01-31"],
    ["1.2.2026", "2026-02-01"],
    ["31/01/2026", "2026-01-31"],
    ["01/31/2026", "2026-01-31"],
    ["5/5/2026", "2026-05-05"],
    ["01/02/2026", "ambiguous"],
    ["1-2-2026", "ambiguous"],
    ["31st of January 2026", "2026-01-31"],
    ["January 31, 2026", "2026-01-31"],
    ["31-Jan-2026", "2026-01-31"],
    ["31. Januar 2026", "2026-01-31"],
    ["31 de enero de 2026", "2026-01-31"],
    ["3 мая 2026", "2026-05-03"],
    ["2026年1月31日", "2026-01-31"],
    ["２０２６－０１－３１", "2026-01-31"],
    ["٢٠٢٦-٠١-٣١", "2026-01-31"],
    ["2026-02-29", null],
    ["13.13.2026", null],
    ["31.01.26", null],
    ["31/01-2026", null],
    ["today", null],
    ["", null],
  ])("%s is %s", (text, day) => {
    expect(readDate(text)).toBe(day);
  });

  it("come back from how languages write them at length", async () => {
    const days = fc.date({ min: new Date("1000-01-01"), max: new Date("9999-12-31"), noInvalidDate: true });
    await property(
      [days, fc.constantFrom("en-GB", "en-US", "de", "fr", "es", "it", "pt", "nl", "pl", "ru")],
      (at, language) => {
        const format = {
          day: "numeric",
          month: "long",
          year: "numeric",
          timeZone: "UTC",
          calendar: "gregory",
        } as const;
        const typed = new Intl.DateTimeFormat(language, format).format(at).replace(/ г\.$/, "");
        expect([typed, readDate(typed)]).toEqual([typed, at.toISOString().slice(0, 10)]);
      },
    );
  });
});

describe("moments", () => {
  const at = (text: string) => ({ kind: "instant", at: Date.parse(text) });
  const local = (text: string) => ({ kind: "local", reading: Date.parse(`${text}Z`) });
  it.each([
    ["2026-11-30", { kind: "day", day: "2026-11-30" }],
    ["2026-11-30T00:00Z", at("2026-11-30T00:00:00Z")],
    ["2026-11-30T00:00:00+0100", at("2026-11-29T23:00:00Z")],
    ["2026-11-30T00:00:00+01", at("2026-11-29T23:00:00Z")],
    ["2026-11-30t00:00:00z", at("2026-11-30T00:00:00Z")],
    ["2026-11-30 09:00 UTC", at("2026-11-30T09:00:00Z")],
    ["20261130T093000Z", at("2026-11-30T09:30:00Z")],
    ["2026-11-30T09:00:00.123456789-05:30", at("2026-11-30T14:30:00.123Z")],
    ["2026-11-30 00:00:00", local("2026-11-30T00:00:00")],
    ["2026-11-30T09:00", local("2026-11-30T09:00:00")],
    ["30.11.2026, 09:00", local("2026-11-30T09:00:00")],
    ["2026-11-30T24:00", local("2026-12-01T00:00:00")],
    ["2026-11-30T25:00", null],
    ["2026-11-30T09:60", null],
    ["2026-11-30T09:00+25:00", null],
    ["2026-02-30T09:00Z", null],
    ["01/02/2026 09:00", "ambiguous"],
    ["yesterday", null],
  ])("%s", (text, moment) => {
    expect(readMoment(text)).toEqual(moment);
  });
});

describe("emails", () => {
  it.each([
    [" A@Example.com ", "A@Example.com", "a@example.com"],
    ["jürgen@example.com", "jürgen@example.com", "jürgen@example.com"],
    ["user@münchen.example", "user@münchen.example", "user@xn--mnchen-3ya.example"],
    ["user@XN--MNCHEN-3YA.example", "user@XN--MNCHEN-3YA.example", "user@xn--mnchen-3ya.example"],
    ["John <j@x.example>", "j@x.example", "j@x.example"],
    ['"Doe, John" <j@x.example>', "j@x.example", "j@x.example"],
    ["mailto:j@x.example", "j@x.example", "j@x.example"],
    ["ｊ＠ｘ．ｅｘａｍｐｌｅ", "j@x.example", "j@x.example"],
    ["j\u200b@x.example", "j@x.example", "j@x.example"],
    ["u\u0308@x.example", "ü@x.example", "ü@x.example"],
    ["o'brien+tag@x.example", "o'brien+tag@x.example", "o'brien+tag@x.example"],
    ["用户@例子.公司", "用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d"],
  ])("%s is read", (text, email, key) => {
    expect(readEmail(text)).toBe(email);
    expect(emailKey(text)).toBe(key);
    expect(emailKey(email)).toBe(key);
  });

  it.each([
    "a@b",
    "a b@c.example",
    "a@@b.example",
    "a..b@c.example",
    ".a@c.example",
    "a.@c.example",
    "@c.example",
    "a@1.2.3.4",
    "a@[1.2.3.4]",
    "a@b_c.example",
    "a@-b.example",
    "a@b.example.",
    "a@b.example, c@d.example",
    "a@ex%41.example",
    "a@b.example/x",
    "a@b.example:25",
    "a@b\u2100.example",
    "a@",
    "",
    "\u200b",
    `${"a".repeat(65)}@b.example`,
  ])("%s is none", (text) => {
    expect(readEmail(text)).toBeNull();
  });
});

describe("web addresses", () => {
  it.each([
    ["example.com", "https://example.com"],
    [" https://x.example/a?b ", "https://x.example/a?b"],
    ["HTTP://X.example", "HTTP://X.example"],
    ["example.com:8080/a", "https://example.com:8080/a"],
    ["münchen.example", "https://münchen.example"],
    ["http://1.2.3.4/", "http://1.2.3.4/"],
    ["http://localhost", null],
    ["hello", null],
    ["1.5", null],
    ["john@example.com", null],
    ["https://u:p@x.example", null],
    ["ftp://x.example", null],
    ["javascript:alert(1)", null],
    ["mailto:a@b.example", null],
    ["www.example.com/x y", null],
    ["https://", null],
  ])("%s is %s", (text, address) => {
    expect(readWebAddress(text)).toBe(address);
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromMinorUnits, minorDigits, toMinorUnits } from "../../src/products/price.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { property } from "../property.ts";

describe("prices", () => {
  it.each([
    ["19.9", "EUR", 1990, "19.90"],
    ["0", "EUR", 0, "0.00"],
    ["0.05", "USD", 5, "0.05"],
    ["1500", "JPY", 1500, "1500"],
    ["1500.00", "JPY", 1500, "1500"],
    ["1.234", "KWD", 1234, "1.234"],
    ["007.10", "GBP", 710, "7.10"],
    ["1,50", "EUR", 150, "1.50"],
    [".5", "EUR", 50, "0.50"],
    ["1.234,56", "EUR", 123_456, "1234.56"],
    ["1,234,567", "JPY", 1_234_567, "1234567"],
    ["１９．９０", "EUR", 1990, "19.90"],
    ["١٩٫٩", "EUR", 1990, "19.90"],
    ["90071992547409.91", "EUR", 9_007_199_254_740_991, "90071992547409.91"],
  ])("%s %s are %i in the smallest unit", (price, currency, minor, shown) => {
    expect(toMinorUnits(price, currency)).toBe(minor);
    expect(fromMinorUnits(minor, currency)).toBe(shown);
  });

  it.each([
    ["19.999", "EUR"],
    ["1.5", "JPY"],
    ["1.000", "EUR"],
    ["1,000", "USD"],
    ["1,000", "KWD"],
    ["$5", "USD"],
    ["-1", "EUR"],
    ["1e3", "EUR"],
    ["", "EUR"],
    ["90071992547409.92", "EUR"],
    ["1", "eur"],
    ["1", "EURO"],
  ])("%s %s is refused", (price, currency) => {
    expect(() => toMinorUnits(price, currency)).toThrow(Failure);
  });

  it("come back as they were, in every currency", async () => {
    const currency = fc.constantFrom("EUR", "JPY", "KWD", "CLF", "USD", "ISK");
    await property([fc.maxSafeNat(), currency], (minor, code) => {
      const shown = fromMinorUnits(minor, code);
      expect(toMinorUnits(shown, code)).toBe(minor);
      expect(shown.split(".")[1]?.length ?? 0).toBe(minorDigits(code));
    });
  });
});

import { describe, expect, it } from "vitest";
import { sessionIn } from "./flows.ts";

/** What a question stores of an answer, or what it asks again with. */
function answered(data: Record<string, unknown>, text: string): unknown {
  const session = sessionIn(
    [
      ["start", "start"],
      ["ask", "question", { text: "?", variable: "v", ...data }],
      ["end", "end"],
    ],
    ["start > ask", "ask.answered > end"],
  );
  session.say(text);
  return session.state.variables.v ?? { again: session.said[0] };
}

describe("answers", () => {
  it.each<[string, string, unknown]>([
    ["number", "５", 5],
    ["number", "٣", 3],
    ["number", "1,5", 1.5],
    ["number", "1 000", 1000],
    ["number", "1.234,50", 1234.5],
    ["number", "1.000", { again: "Please write 1000 or 1." }],
    ["number", "2,500", { again: "Please write 2500 or 2.5." }],
    ["number", "many", { again: "Please enter a number." }],
    ["rating", "４", 4],
    ["rating", "9", { again: "Please choose a number from 1 to 5." }],
    ["email", " Ada <ada@example.com> ", "ada@example.com"],
    ["email", "jürgen@münchen.example", "jürgen@münchen.example"],
    ["email", "ada@example", { again: "Please enter a valid email address." }],
    ["phone", "+1-800-FLOWERS", "+1-800-3569377"],
    ["phone", "٠٣٠ ٩٩٩٩٩٩", "030 999999"],
    ["url", "example.com", "https://example.com"],
    ["url", "no address", { again: "Please enter a web address, for example https://example.com." }],
    ["date", "31.1.2026", "2026-01-31"],
    ["date", "31/01/2026", "2026-01-31"],
    ["date", "January 31, 2026", "2026-01-31"],
    [
      "date",
      "01/02/2026",
      { again: "Please write the month as a word, or year-month-day, for example 2026-01-31." },
    ],
    ["date", "31.02.2026", { again: expect.stringMatching(/^Please enter a date such as/) }],
    ["text", "\u200b", { again: "Please write an answer." }],
    ["text", " Ada ", "Ada"],
  ])("%s %j is %j", (answer, text, expected) => {
    expect(answered({ answer }, text)).toEqual(expected);
  });

  it.each<[Record<string, unknown>, string, string]>([
    [{ answer: "number", min: 1, max: 5 }, "9", "Please enter a number from 1 to 5."],
    [{ answer: "number", min: 1 }, "0", "Please enter a number of at least 1."],
    [{ answer: "number", max: 5 }, "6", "Please enter a number of at most 5."],
    [{ answer: "rating", min: 0, max: 10 }, "11", "Please choose a number from 0 to 10."],
    [{ min: 3 }, "ab", "Please write at least 3 characters."],
    [{ max: 3 }, "abcd", "Please write at most 3 characters."],
    [{ min: 2, max: 3 }, "a", "Please write from 2 to 3 characters."],
    [{ pattern: "\\d+" }, "abc", "Please answer in a different way."],
    [{ answer: "number", min: 1, retryText: "One to five?" }, "0", "One to five?"],
  ])("to %j, %s: says what would be right: %s", (data, text, again) => {
    expect(answered(data, text)).toEqual({ again });
  });

  it("have as many characters as people see", () => {
    expect(answered({ max: 2 }, "👨‍👩‍👧é")).toBe("👨‍👩‍👧é");
    expect(answered({ min: 2 }, "👨‍👩‍👧")).toEqual({ again: "Please write at least 2 characters." });
  });
});

import { readPhone } from "../../contacts/phones.ts";
import { readEmail, readWebAddress } from "../../tenant/typed-addresses.ts";
import { DATE_FORMS, readDate } from "../../tenant/typed-dates.ts";
import { plainDigits, readNumber } from "../../tenant/typed-numbers.ts";
import { isBlank } from "../../tenant/visible-text.ts";
import { characterCount } from "../graph/character-count.ts";
import { MAX_VALUE } from "../graph/limits.ts";
import type { NodeOf } from "../graph/nodes.ts";
import { compilePattern } from "../graph/pattern.ts";
import type { Value } from "../graph/placeholders.ts";
import { scaleOf } from "./scale.ts";
import type { FlowInput } from "./state.ts";

type Question = NodeOf<"question">["data"];
type MessageInput = Extract<FlowInput, { type: "message" }>;

/** What an answer comes to: a value, or what to ask again with where the author wrote nothing for it. */
export type ReadAnswer = { value: Value } | { again: string };

/** Reads an answer by what the question asks for. Nothing but the message is looked at. */
export function readTypedAnswer(question: Question, message: MessageInput): ReadAnswer {
  const answer = message.text.trim();
  const { pattern } = question;
  switch (question.answer) {
    case "text":
      return readText(question, answer);
    case "number":
      return readTypedNumber(question, answer);
    case "rating": {
      const { min, max } = scaleOf(question);
      const number = readNumber(answer);
      const fits = typeof number === "number" && Number.isInteger(number) && number >= min && number <= max;
      return fits ? { value: number } : { again: `Please choose a number from ${min} to ${max}.` };
    }
    case "email":
      return valueOr(readEmail(answer), "Please enter a valid email address.");
    case "phone": {
      const phone = readPhone(answer);
      const fits = phone !== null && matches(pattern, phone);
      return valueOr(fits ? phone : null, "Please enter a valid phone number.");
    }
    case "url":
      return valueOr(readWebAddress(answer), "Please enter a web address, for example https://example.com.");
    case "date": {
      const day = readDate(answer);
      if (day === "ambiguous") {
        return { again: "Please write the month as a word, or year-month-day, for example 2026-01-31." };
      }
      return valueOr(day, `Please enter ${DATE_FORMS}.`);
    }
    case "file": {
      const url = message.file && message.file.url.length <= MAX_VALUE ? message.file.url : null;
      return valueOr(url, "Please send a file.");
    }
  }
}

function valueOr(value: string | null, again: string): ReadAnswer {
  return value === null ? { again } : { value };
}

function readText({ min, max, pattern }: Question, answer: string): ReadAnswer {
  const characters = characterCount(answer);
  if (isBlank(answer)) return { again: "Please write an answer." };
  if (answer.length > MAX_VALUE || characters < (min ?? 0) || characters > (max ?? MAX_VALUE)) {
    const most = answer.length > MAX_VALUE ? Math.min(max ?? MAX_VALUE, MAX_VALUE) : max;
    return { again: `Please write ${range(min, most)} characters.` };
  }
  return matches(pattern, answer) ? { value: answer } : { again: "Please answer in a different way." };
}

function readTypedNumber({ min, max }: Question, answer: string): ReadAnswer {
  const number = readNumber(answer);
  if (number === "ambiguous") {
    const typed = plainDigits(answer).trim();
    const [thousand, one] = [typed.replace(/[.,]/, ""), Number(typed.replace(",", "."))];
    return { again: `Please write ${thousand} or ${one}.` };
  }
  const fits = number !== null && number >= (min ?? number) && number <= (max ?? number);
  if (fits) return { value: number };
  if (min === undefined && max === undefined) return { again: "Please enter a number." };
  const isBetween = min !== undefined && max !== undefined;
  return { again: `Please enter a number ${isBetween ? "" : "of "}${range(min, max)}.` };
}

/** What fits between two bounds, of which one may be open. */
function range(min: number | undefined, max: number | undefined): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `from ${min} to ${max}`;
}

function matches(pattern: string | undefined, text: string): boolean {
  return pattern === undefined || compilePattern(pattern)(text);
}

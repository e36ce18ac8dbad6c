import type { Variables } from "../../src/flows/graph/placeholders.ts";
import type { SimulatedInput } from "../../src/flows/run/simulate.ts";

/** What a visitor says to a template's flow from beginning to end, and what must come of it. */
export interface Script {
  says: SimulatedInput[];
  ends: "completed" | "handed_off";
  /** Leads and tickets, in order: `lead`, `ticket:high`. */
  files?: string[];
  /** What the contact is known by when it comes. */
  knows?: Variables;
}

export const ai = (answer: string): SimulatedInput => ({ result: { answer, confidence: 0.9 } });
export const noAnswer: SimulatedInput = { result: { answer: null } };
export const asksForPerson: SimulatedInput = { result: { answer: null, handoff: true } };
export const products = (...names: string[]): SimulatedInput => ({ result: { products: names } });
export const http = (status: number, body: unknown = {}): SimulatedInput => ({ result: { status, body } });
export const file = (name: string): SimulatedInput => ({ file: name });

/** The same wrong answer until the retries are spent. */
export const wrong = (text: string, times = 3): SimulatedInput[] => new Array<string>(times).fill(text);

import { z } from "zod";
import type { AnswerRecord } from "../../conversations/append.ts";
import type { Flow } from "../graph/document.ts";
import type { AnswerKind } from "../graph/node-data.ts";
import type { Value, Variables } from "../graph/placeholders.ts";
import type { ContactField } from "./contact-form.ts";
import type { Scale } from "./scale.ts";

/** Where a session in a flow stands, what comes in, and what shall be done: all of it plain data. */

/** `value` is stored in place of the label. */
const optionSchema = z.strictObject({ id: z.string(), label: z.string(), value: z.string().optional() });
export type Option = z.output<typeof optionSchema>;

const waitingSchema = z.discriminatedUnion("for", [
  z.strictObject({ for: z.literal("start") }),
  /** A question; `invalid` answers so far. */
  z.strictObject({ for: z.literal("answer"), invalid: z.int() }),
  z.strictObject({ for: z.literal("choice"), invalid: z.int(), options: z.array(optionSchema) }),
  /** An ai_answer that has answered `turns` questions and takes another one. */
  z.strictObject({ for: z.literal("message"), turns: z.int() }),
  z.strictObject({ for: z.literal("time") }),
  /** Something that the engine was asked to do: `call` tells a late result from the awaited one. */
  z.strictObject({
    for: z.literal("result"),
    kind: z.enum(["http", "ai", "products"]),
    call: z.int(),
    turns: z.int(),
    /** Of an ai_answer: what it is asked, so that it can be asked once more. */
    question: z.string().optional(),
  }),
]);
export type Waiting = z.output<typeof waitingSchema>;

const valueSchema = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())]);

export const FLOW_OUTCOMES = ["completed", "handed_off", "abandoned", "failed"] as const;

/** A session between two turns, as it is stored. */
export const flowStateSchema = z.strictObject({
  status: z.enum(["waiting", ...FLOW_OUTCOMES]),
  /** Why it ended; null while it has not. */
  reason: z
    .enum([
      "end",
      "handoff",
      "unconnected",
      "silence",
      "no_start",
      "missing_node",
      "missing_flow",
      "too_many_steps",
      "too_deep",
      "too_many_variables",
    ])
    .nullable(),
  /** The flows that led here, the current one last, each pinned to the version that it was entered in. */
  trail: z.array(z.strictObject({ flowId: z.string(), versionId: z.string() })).min(1),
  /** Where it waits or ended. */
  nodeId: z.string().nullable(),
  waiting: waitingSchema.nullable(),
  variables: z.record(z.string(), valueSchema),
  /** What the visitor said that no node has used yet. */
  unread: z.string().nullable(),
  /** When to wake it if nothing happens before, milliseconds UTC. */
  wakeAt: z.number().nullable(),
  /** Nodes entered since the visitor or time last did something, and in all. */
  steps: z.int(),
  /** Since then a choice from an empty list was passed. */
  passedEmpty: z.boolean().optional(),
  totalSteps: z.int(),
  /** Results asked for so far: the number of the last `call`. */
  calls: z.int(),
  /** State of the random numbers: the same session draws the same ones again. */
  seed: z.int(),
});
export type FlowState = z.output<typeof flowStateSchema>;
export type EndReason = NonNullable<FlowState["reason"]>;
export type FlowOutcome = (typeof FLOW_OUTCOMES)[number];

export interface OfferedProduct {
  id: string;
  name: string;
  price?: string;
  url?: string;
  imageUrl?: string;
}

/** What an answer of the AI carries besides its text. */
export interface AiSaid {
  /** The chatbot, as the sender. */
  by: { id: string; name: string };
  /** How it came about: kept with the message. */
  record: AnswerRecord;
  links?: { label: string; url: string }[];
  products?: readonly OfferedProduct[];
  /** The button that asks for a person. */
  personLabel?: string;
}

/** What the AI makes of a question. */
export interface AiResult {
  kind: "ai";
  answer: string | null;
  confidence: number;
  handoff: boolean;
  /** The answer asks back or returns a greeting: the visitor's next words belong to the same question. */
  asksBack?: boolean;
  /** Without an answer: what the visitor is told where the flow has nothing for that. */
  line?: string;
  /** The AI is alone: it goes on by itself, since nobody else does. */
  stays?: boolean;
  said?: AiSaid;
  /** Nothing that the team wrote answers it: kept as a question without an answer. */
  gap?: { question: string; hits: number };
}

/** What the engine answers to an effect that it was to do: `http_request`, `ai_answer`, `search_products`. */
export type EffectResult =
  /** The parsed JSON body, or its text. */
  | { kind: "http"; status: number; body: unknown }
  /** No answer at all: refused, unreachable, too slow. */
  | { kind: "http"; error: string }
  | AiResult
  | { kind: "products"; items: readonly OfferedProduct[] };

export type FlowInput =
  /** Begins the session; `text` is what the visitor opened with. */
  | { type: "start"; text?: string }
  /**
   * `optionIds` when options were picked rather than typed. `joins`: what is said while the AI answers is part of what it
   * answers, as people write in bursts.
   */
  | {
      type: "message";
      text: string;
      optionIds?: readonly string[];
      file?: { url: string; name: string };
      joins?: boolean;
    }
  /** The time `wakeAt` has come. */
  | { type: "wake" }
  | { type: "result"; call: number; result: EffectResult };

/** What a turn wants done, in this order. */
export type Effect = { nodeId: string } & (
  | {
      type: "send";
      /** Without it nothing is said here: the effect tells what is asked for. */
      text?: string;
      media?: { kind: "image" | "video" | "audio" | "file"; url: string; alt?: string };
      links?: { label: string; url: string }[];
      options?: Pick<Option, "id" | "label">[];
      multiple?: boolean;
      /** What kind of answer is expected, for a channel that can show a fitting field. */
      answer?: AnswerKind;
      /** Of a rating: its least and greatest number, and what they mean. */
      scale?: Scale;
      /** Details of the contact that are asked for here and by the questions directly behind: see `detailsAsked`. */
      fields?: ContactField[];
      products?: readonly OfferedProduct[];
      /** The AI says it, in place of the flow. */
      ai?: Pick<AiSaid, "by" | "record" | "personLabel">;
    }
  /** A question that the AI found no answer to. */
  | { type: "gap"; question: string; hits: number }
  /** A valid answer, for the response that the session leaves behind. */
  | { type: "answer"; variable: string | null; value: Value }
  | { type: "setField"; field: string; value: string }
  | { type: "addTag" | "removeTag"; tag: string }
  | { type: "createTicket"; subject: string; text: string; priority: "low" | "normal" | "high" | "urgent" }
  | {
      type: "createLead";
      name: string;
      email: string;
      phone: string;
      details: { name: string; value: string }[];
    }
  /** Wake the session at this time, milliseconds UTC, unless it moves on before. */
  | { type: "wait"; until: number }
  | {
      type: "httpRequest";
      call: number;
      method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
      url: string;
      headers: { name: string; value: string }[];
      body: string | null;
      timeoutSeconds: number;
    }
  | {
      type: "aiAnswer";
      call: number;
      question: string;
      instructions: string | null;
      categoryIds: string[] | null;
      minConfidence: number;
    }
  | { type: "searchProducts"; call: number; query: string; limit: number }
  | { type: "handoff"; assignee: string | null; note: string }
  | { type: "end"; outcome: FlowOutcome; reason: EndReason }
);

/** What a turn went through: nodes entered, and how they were left. `to` is null where no edge led on. */
export type Trace =
  | { type: "enter"; flowId: string; nodeId: string }
  /** `handle` is null for a goto. */
  | { type: "leave"; flowId: string; nodeId: string; handle: string | null; to: string | null };

export interface Turn {
  state: FlowState;
  effects: Effect[];
  path: Trace[];
}

/**
 * Finds a flow: the version asked for, or with null the one that is published.
 * Undefined: there is none, and a session that goes there fails.
 */
export type FlowLookup = (
  flowId: string,
  versionId: string | null,
) => { versionId: string; flow: Flow } | undefined;

/**
 * A session that has not begun.
 * @param from.seed any whole number: what makes its random numbers different from others'
 * @param from.calls results that the session asked for before it was restarted, or more
 */
export function newState(from: {
  flowId: string;
  versionId: string;
  variables?: Variables;
  seed: number;
  calls?: number;
}): FlowState {
  return {
    status: "waiting",
    reason: null,
    trail: [{ flowId: from.flowId, versionId: from.versionId }],
    nodeId: null,
    waiting: { for: "start" },
    variables: { ...from.variables },
    unread: null,
    wakeAt: null,
    steps: 0,
    totalSteps: 0,
    calls: from.calls ?? 0,
    seed: from.seed | 0,
  };
}

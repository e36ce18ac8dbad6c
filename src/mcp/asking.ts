import { z } from "zod";
import type { Caller } from "../calls/caller.ts";
import type { Call, ClientRequest } from "../calls/define.ts";
import { AnswerNeeded, ProtocolFault } from "../calls/fault.ts";
import { RPC } from "../http/answer.ts";
import { type Seal, seal, unseal } from "../http/sealing.ts";
import { canonicalJson } from "../tenant/canonical-json.ts";

/** How long a person may take to answer, in seconds. */
const ANSWER_WITHIN_SECONDS = 10 * 60;

/** The capability that a client declares for each kind of question that it can answer. */
export const QUESTION_CAPABILITY = {
  "elicitation/create": "elicitation",
  "sampling/createMessage": "sampling",
  "roots/list": "roots",
} as const satisfies Record<ClientRequest["method"], string>;

/** What clients answer with. Everything in it comes from outside. */
const ANSWERS: Record<ClientRequest["method"], z.ZodType<Record<string, unknown>>> = {
  "elicitation/create": z.looseObject({
    action: z.enum(["accept", "decline", "cancel"]),
    content: z.record(z.string(), z.unknown()).optional(),
  }),
  "sampling/createMessage": z.looseObject({ role: z.string(), model: z.string() }),
  "roots/list": z.looseObject({ roots: z.array(z.looseObject({ uri: z.string() })) }),
};

/** What travels with a question and comes back with its answer: what was asked, and what was answered before. */
const stateSchema = z.object({
  /** Key → digest of the question: an answer to another question than was asked is none. */
  asked: z.record(z.string(), z.string()),
  answered: z.record(
    z.string(),
    z.object({ question: z.string(), answer: z.record(z.string(), z.unknown()) }),
  ),
});
type State = z.output<typeof stateSchema>;

/** One round of a multi-round-trip request (2026-07-28), as the client sent it. */
export interface Round {
  responses: Record<string, unknown>;
  state: string | undefined;
}

/**
 * `Call.ask` where no client waits on a connection: the pass ends with an {@link AnswerNeeded}, and the call starts
 * over when the client sends it again with the answers. The state that goes with it is sealed and bound to the
 * caller, the method, the name and the exact arguments.
 */
export function askByRounds(
  secret: string,
  caller: Caller,
  round: Round,
  about: { method: string; name: string; args: unknown },
): Call["ask"] {
  const { workspaceId, credentialId } = caller.principal;
  // Made only when something is asked, which is after the arguments have been checked: before, they may be anything.
  const sealing = (): Seal => ({
    secret,
    purpose: "input request",
    boundTo: canonicalJson([workspaceId, credentialId, about.method, about.name, about.args ?? null]),
  });
  let opened: Promise<State> | undefined;
  /** Answers given so far in this pass, which a further question must remember. */
  const answered: State["answered"] = {};

  return async (questions, { sealed = true } = {}) => {
    const how = sealing();
    opened ??= open(round.state, how);
    const state = await opened;
    const missing: Record<string, ClientRequest> = {};
    const asked: State["asked"] = {};
    const answers: Record<string, Record<string, unknown>> = {};
    for (const [key, question] of Object.entries(questions)) {
      const digest = await digestOf(question);
      const remembered = state.answered[key];
      const fresh = state.asked[key] === digest || !sealed ? round.responses[key] : undefined;
      const answer = ANSWERS[question.method].safeParse(
        remembered?.question === digest ? remembered.answer : fresh,
      );
      if (answer.success) {
        answers[key] = answer.data;
        if (sealed) answered[key] = { question: digest, answer: answer.data };
      } else {
        missing[key] = question;
        asked[key] = digest;
      }
    }
    if (Object.keys(missing).length === 0) return answers;
    const remember = sealed || Object.keys(answered).length > 0;
    throw new AnswerNeeded(
      missing,
      remember ? await seal({ asked, answered }, ANSWER_WITHIN_SECONDS, how) : undefined,
    );
  };
}

/** @throws ProtocolFault when a state came along that is not ours, not this caller's, not of these arguments, or too old */
async function open(state: string | undefined, how: Seal): Promise<State> {
  if (state === undefined) return { asked: {}, answered: {} };
  const opened = stateSchema.safeParse(await unseal(state, how));
  if (opened.success) return opened.data;
  throw new ProtocolFault(RPC.invalidParams, "Invalid or expired requestState", {
    reason: "invalid_request_state",
  });
}

async function digestOf(question: ClientRequest): Promise<string> {
  const bytes = new TextEncoder().encode(canonicalJson(question));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toBase64({ omitPadding: true });
}

import { z } from "zod";
import { withinTime } from "../http/time-limit.ts";

/**
 * One client for language models: an OpenAI-compatible `chat/completions` endpoint (`MODEL_API_URL`), or Workers AI
 * for models whose name begins with `@cf/`, where the deployment binds it. Neither is there by default.
 */

export interface ChatMessage {
  role: "system" | "user" | "assistant";
  content: string;
}

export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  /** The longest answer, in tokens. */
  maxTokens: number;
  /** 0 (the same answer each time, as far as the model can) to 2. */
  temperature: number;
  /** Ends the request early: the caller's own. */
  signal?: AbortSignal;
  /** Milliseconds until the request is given up: 20,000 where nothing is said. */
  timeout?: number;
}

/** What can go wrong with a model, none of it the caller's fault. */
export type ModelFaultKind =
  /** The deployment has no endpoint for this model. */
  | "not_configured"
  | "timeout"
  /** No answer: the connection failed or broke off. */
  | "unreachable"
  /** The key is wrong, or may not use this model (401, 403). */
  | "denied"
  /** Too many requests, or the quota is used up (429). */
  | "limited"
  /** Any other status that is not 2xx. */
  | "refused"
  /** An answer that has no text, is too long or is no answer of this API. */
  | "unreadable";

const FAULT_TEXT: Record<ModelFaultKind, string> = {
  not_configured: "No model is configured.",
  timeout: "The model took too long.",
  unreachable: "The model could not be reached.",
  denied: "The model's API refused the deployment's key.",
  limited: "The model's API is over its limit.",
  refused: "The model's API refused the request.",
  unreadable: "The model's answer could not be read.",
};

/** A model that gave no answer. Its message names no address, key or text, so it may be shown. */
export class ModelFault extends Error {
  readonly kind: ModelFaultKind;
  /** The HTTP status, where there was one. */
  readonly status: number | null;

  constructor(kind: ModelFaultKind, options: { status?: number; cause?: unknown } = {}) {
    super(FAULT_TEXT[kind], { cause: options.cause });
    this.name = "ModelFault";
    this.kind = kind;
    this.status = options.status ?? null;
  }
}

const TIMEOUT = 20_000;
/** The longest answer that is read, in bytes: far more than the tokens that are asked for. */
const MAX_ANSWER_BYTES = 256 * 1024;

type ModelEnv = Pick<Env, "AI" | "MODEL_API_URL" | "MODEL_API_KEY">;

function runsOnWorkersAi(model: string): boolean {
  return model.startsWith("@cf/");
}

/** True when the deployment has what this model runs on. Whether it answers is another matter. */
export function isModelConfigured(env: ModelEnv, model: string): boolean {
  return runsOnWorkersAi(model) ? env.AI !== undefined : (env.MODEL_API_URL ?? "").trim() !== "";
}

/**
 * The text that a model answers to these messages.
 * @throws ModelFault when there is none; the signal's own reason when the caller gave up
 */
export async function complete(env: ModelEnv, request: ChatRequest): Promise<string> {
  const { signal, timeout = TIMEOUT } = request;
  signal?.throwIfAborted();
  if (!isModelConfigured(env, request.model)) throw new ModelFault("not_configured");
  return withinTime(timeout, async (time) => {
    const ended = signal ? AbortSignal.any([signal, time]) : time;
    try {
      const answer = runsOnWorkersAi(request.model)
        ? await until(ended, runOnWorkersAi(env, request))
        : await fetchCompletion(env, request, ended);
      return textOf(answer);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ModelFault) throw error;
      throw new ModelFault(time.aborted ? "timeout" : "unreachable", { cause: error });
    }
  });
}

/** Workers AI takes no signal: what comes after the end is dropped. */
function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    signal.addEventListener("abort", end, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", end));
  });
}

/** What of Workers AI is used. Its own types know each model by name; here the name is configuration. */
interface TextGeneration {
  run(model: string, input: Record<string, unknown>): Promise<unknown>;
}

function runOnWorkersAi({ AI }: ModelEnv, request: ChatRequest): Promise<unknown> {
  const ai: TextGeneration | undefined = AI;
  if (!ai) throw new ModelFault("not_configured");
  const { model, messages, maxTokens, temperature } = request;
  return ai.run(model, { messages, max_tokens: maxTokens, temperature });
}

async function fetchCompletion(env: ModelEnv, request: ChatRequest, signal: AbortSignal): Promise<unknown> {
  const { model, messages, maxTokens, temperature } = request;
  const base = (env.MODEL_API_URL ?? "").trim().replace(/\/+$/, "");
  const response = await fetch(`${base}/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json",
      ...(env.MODEL_API_KEY ? { authorization: `Bearer ${env.MODEL_API_KEY}` } : {}),
    },
    body: JSON.stringify({ model, messages, max_tokens: maxTokens, temperature, stream: false }),
    // A key goes to the configured address and to no other.
    redirect: "manual",
    signal,
  });
  const { status } = response;
  if (!response.ok) {
    await response.body?.cancel();
    if (status === 401 || status === 403) throw new ModelFault("denied", { status });
    throw new ModelFault(status === 429 ? "limited" : "refused", { status });
  }
  return readAnswer(response);
}

async function readAnswer(response: Response): Promise<unknown> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new ModelFault("unreadable");
    text += decoder.decode(chunk, { stream: true });
  }
  try {
    return JSON.parse(text + decoder.decode());
  } catch (cause) {
    throw new ModelFault("unreadable", { cause });
  }
}

const choices = z.object({
  choices: z.tuple([z.object({ message: z.object({ content: z.string() }) })], z.unknown()),
});
/** Workers AI's older models answer in their own form. */
const answered = z.union([
  choices.transform((answer) => answer.choices[0].message.content),
  z.object({ response: z.string() }).transform((answer) => answer.response),
]);

function textOf(answer: unknown): string {
  const parsed = answered.safeParse(answer);
  if (!parsed.success) throw new ModelFault("unreadable");
  return parsed.data;
}

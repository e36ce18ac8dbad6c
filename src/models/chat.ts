import { withinTime } from "../http/time-limit.ts";
import { readStreamed, readWhole, textOf } from "./answer-text.ts";
import { ModelFault } from "./model-fault.ts";

export { ModelFault, type ModelFaultKind } from "./model-fault.ts";

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
  /** Milliseconds until the request is given up, with all its tries: 20,000 where nothing is said. */
  timeout?: number;
  /** The answer shall be one JSON object. Asked again without, where the API does not know how to say so. */
  json?: boolean;
  /** Has the answer streamed: hears all of its text so far, each time there is more. */
  onText?: (soFar: string) => void;
  /** How often it is asked again where the API is over its limit for a moment, or fails itself: never where nothing is said. */
  retries?: number;
}

const TIMEOUT = 20_000;

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
export async function completeChat(env: ModelEnv, request: ChatRequest): Promise<string> {
  const { signal, timeout = TIMEOUT } = request;
  signal?.throwIfAborted();
  if (!isModelConfigured(env, request.model)) throw new ModelFault("not_configured");
  return withinTime(timeout, async (time) => {
    const ended = signal ? AbortSignal.any([signal, time]) : time;
    try {
      return await tried(env, request, ended);
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof ModelFault) throw error;
      throw new ModelFault(time.aborted ? "timeout" : "unreachable", { cause: error });
    }
  });
}

/** How long is waited before another try, in milliseconds: where the API does not say, and at most. */
const PAUSE = 500;
const LONGEST_PAUSE = 5_000;

async function tried(env: ModelEnv, given: ChatRequest, ended: AbortSignal): Promise<string> {
  let request = given;
  let written = false;
  const onText =
    given.onText &&
    ((text: string) => {
      written = true;
      given.onText?.(text);
    });
  for (let left = given.retries ?? 0; ; ) {
    try {
      return await once(env, { ...request, ...(onText ? { onText } : {}) }, ended);
    } catch (error) {
      if (!(error instanceof ModelFault) || written || ended.aborted) throw error;
      const { status } = error;
      if (request.json && (status === 400 || status === 422)) {
        const { json: _, ...without } = request;
        request = without;
        continue;
      }
      const passes = status === 429 || (status !== null && status >= 500);
      const pause = error.retryAfter ?? PAUSE;
      if (!passes || left <= 0 || pause > LONGEST_PAUSE) throw error;
      left -= 1;
      await until(ended, new Promise((resolve) => setTimeout(resolve, pause)));
    }
  }
}

async function once(env: ModelEnv, request: ChatRequest, ended: AbortSignal): Promise<string> {
  if (!runsOnWorkersAi(request.model)) return fetchCompletion(env, request, ended);
  const answer = await until(ended, runOnWorkersAi(env, request));
  return answer instanceof ReadableStream ? readStreamed(answer, request.onText) : textOf(answer);
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
  const { model, messages, maxTokens, temperature, json, onText } = request;
  return ai.run(model, {
    ...{ messages, max_tokens: maxTokens, temperature },
    ...(json ? { response_format: { type: "json_object" } } : {}),
    ...(onText ? { stream: true } : {}),
  });
}

async function fetchCompletion(env: ModelEnv, request: ChatRequest, signal: AbortSignal): Promise<string> {
  const { model, messages, maxTokens, temperature, json, onText } = request;
  const base = (env.MODEL_API_URL ?? "").trim().replace(/\/+$/, "");
  const response = await fetch(`${base}/chat/completions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: onText ? "text/event-stream, application/json" : "application/json",
      ...(env.MODEL_API_KEY ? { authorization: `Bearer ${env.MODEL_API_KEY}` } : {}),
    },
    body: JSON.stringify({
      ...{ model, messages, max_tokens: maxTokens, temperature },
      ...(json ? { response_format: { type: "json_object" } } : {}),
      stream: onText !== undefined,
    }),
    // A key goes to the configured address and to no other.
    redirect: "manual",
    signal,
  });
  const { status, headers } = response;
  if (!response.ok) {
    await response.body?.cancel();
    if (status === 401 || status === 403) throw new ModelFault("denied", { status });
    const retryAfter = secondsOf(headers.get("retry-after"));
    throw new ModelFault(status === 429 ? "limited" : "refused", { status, retryAfter });
  }
  const streams = headers.get("content-type")?.includes("text/event-stream") === true;
  return streams ? readStreamed(response.body, onText) : textOf(await readWhole(response.body));
}

/** A `Retry-After`, which is seconds or a date, in milliseconds. */
function secondsOf(header: string | null): number | null {
  if (header === null) return null;
  const seconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(seconds) ? null : Math.max(0, seconds);
}

import { afterEach, describe, expect, it, vi } from "vitest";
import { completeChat, isModelConfigured, ModelFault } from "../../src/models/chat.ts";
import { chatApi, type Exchange } from "./chat-api.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const env = { MODEL_API_URL: "https://models.example/v1/", MODEL_API_KEY: "sk-secret" };
const request = {
  model: "small-model",
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Hello?" },
  ],
  maxTokens: 20,
  temperature: 0.2,
} as const;

async function faultOf(work: Promise<unknown>): Promise<ModelFault> {
  const answer = await work.catch((error: unknown) => error);
  if (answer instanceof ModelFault) return answer;
  throw new Error(`Expected a fault, got ${JSON.stringify(answer) ?? answer}`, { cause: answer });
}

describe("a language model", () => {
  it("is asked as the API wants it, and its text is the answer", async () => {
    const exchanges: Exchange[] = chatApi(() => "Hi.");
    expect(await completeChat(env, request)).toBe("Hi.");
    expect(exchanges).toEqual([
      {
        url: "https://models.example/v1/chat/completions",
        method: "POST",
        authorization: "Bearer sk-secret",
        redirect: "manual",
        body: {
          model: "small-model",
          messages: request.messages,
          max_tokens: 20,
          temperature: 0.2,
          stream: false,
        },
      },
    ]);
  });

  it("needs no key where the endpoint wants none", async () => {
    const exchanges = chatApi(() => "Hi.");
    await completeChat({ MODEL_API_URL: "https://models.example" }, request);
    expect(exchanges[0]).toMatchObject({
      url: "https://models.example/chat/completions",
      authorization: null,
    });
  });

  it("runs on Workers AI when its name says so", async () => {
    const asked: unknown[] = [];
    const AI = {
      run: async (...args: unknown[]) => {
        asked.push(args);
        return { response: "Hi from Workers AI." };
      },
    };
    const model = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
    const bound = Object.assign({}, env, { AI: Object.assign(Object.create(null), AI) });
    expect(await completeChat(bound, { ...request, model })).toBe("Hi from Workers AI.");
    expect(asked).toEqual([[model, { messages: request.messages, max_tokens: 20, temperature: 0.2 }]]);
    expect((await faultOf(completeChat(env, { ...request, model }))).kind).toBe("not_configured");
  });

  it("is configured by its address, or by the binding", () => {
    expect(isModelConfigured(env, "small-model")).toBe(true);
    expect(isModelConfigured({ MODEL_API_URL: " " }, "small-model")).toBe(false);
    expect(isModelConfigured({}, "small-model")).toBe(false);
    expect(isModelConfigured(env, "@cf/meta/llama")).toBe(false);
  });
});

describe("a model that does not answer", () => {
  it.each([
    [401, "denied"],
    [403, "denied"],
    [429, "limited"],
    [400, "refused"],
    [500, "refused"],
    // A redirect could carry the key elsewhere.
    [302, "refused"],
  ] as const)("status %s is %s", async (status, kind) => {
    const exchanges = chatApi(() => new Response("secret details", { status, headers: { location: "/" } }));
    const fault = await faultOf(completeChat(env, request));
    expect(fault).toMatchObject({ kind, status });
    expect(fault.message).not.toMatch(/secret|models\.example/);
    expect(exchanges).toHaveLength(1);
  });

  it.each([
    ["no JSON", "<html>"],
    ["another form", JSON.stringify({ error: { message: "no" } })],
    ["no choice", JSON.stringify({ choices: [] })],
    ["no text", JSON.stringify({ choices: [{ message: { content: null } }] })],
    ["far too long an answer", JSON.stringify({ choices: [{ message: { content: "x".repeat(300_000) } }] })],
  ])("%s is unreadable", async (_, body) => {
    chatApi(() => new Response(body));
    expect((await faultOf(completeChat(env, request))).kind).toBe("unreadable");
  });

  it("is not configured, and nothing is sent", async () => {
    const exchanges = chatApi(() => "Hi.");
    expect((await faultOf(completeChat({}, request))).kind).toBe("not_configured");
    expect(exchanges).toEqual([]);
  });

  it("is unreachable when the connection fails", async () => {
    chatApi(() => {
      throw new TypeError("connection refused to 10.0.0.1");
    });
    const fault = await faultOf(completeChat(env, request));
    expect(fault.kind).toBe("unreachable");
    expect(fault.message).not.toContain("10.0.0.1");
  });

  it("is given up after the time it has, before or while it answers", async () => {
    chatApi(async (_, signal) => hang(signal));
    expect((await faultOf(completeChat(env, { ...request, timeout: 30 }))).kind).toBe("timeout");
    chatApi((_, signal) => new Response(new ReadableStream({ start: (stream) => stall(stream, signal) })));
    expect((await faultOf(completeChat(env, { ...request, timeout: 30 }))).kind).toBe("timeout");
    const AI = Object.assign(Object.create(null), { run: () => new Promise(() => {}) });
    const slow = { ...request, model: "@cf/meta/llama", timeout: 30 };
    expect((await faultOf(completeChat({ AI }, slow))).kind).toBe("timeout");
  });

  it("ends with the caller's own reason when the caller gives up", async () => {
    chatApi(async (_, signal) => hang(signal));
    const controller = new AbortController();
    const work = completeChat(env, { ...request, signal: controller.signal });
    controller.abort(new Error("gone away"));
    await expect(work).rejects.toThrow("gone away");
    await expect(completeChat(env, { ...request, signal: controller.signal })).rejects.toThrow("gone away");
  });
});

function hang(signal: AbortSignal | null): Promise<Response> {
  return new Promise((_, reject) => {
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
}

/** Begins an answer and never ends it, as a connection does that is cut when the request is given up. */
function stall(stream: ReadableStreamDefaultController, signal: AbortSignal | null): void {
  stream.enqueue(new TextEncoder().encode('{"choices":'));
  signal?.addEventListener("abort", () => stream.error(signal.reason));
}

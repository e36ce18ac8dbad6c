import { vi } from "vitest";

/** What was sent to the API. */
export interface Exchange {
  url: string;
  method: string;
  authorization: string | null;
  redirect: string | undefined;
  body: unknown;
}

/**
 * Stands in for the outside: every fetch of this test goes to an API that speaks `chat/completions`.
 * @param answer the text that the model answers, or a whole response
 * @returns what was sent, in order
 */
export function chatApi(
  answer: (body: unknown, signal: AbortSignal | null) => string | Response | Promise<string | Response>,
): Exchange[] {
  const exchanges: Exchange[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const { headers, method } = new Request(url, { method: init.method, headers: init.headers });
    const body: unknown = JSON.parse(String(init.body));
    const authorization = headers.get("authorization");
    exchanges.push({ url, method, authorization, redirect: init.redirect, body });
    const given = await answer(body, init.signal ?? null);
    if (given instanceof Response) return given;
    const message = { role: "assistant", content: given };
    return Response.json({
      id: "chatcmpl-1",
      object: "chat.completion",
      model: "small-model",
      choices: [{ index: 0, message, finish_reason: "stop" }],
      usage: { prompt_tokens: 10, completion_tokens: 2, total_tokens: 12 },
    });
  });
  return exchanges;
}

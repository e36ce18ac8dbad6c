import { EventSourceParserStream } from "eventsource-parser/stream";
import { RPC, rpcError } from "../http/answer.ts";

/** True for an answer that a lane writes as a stream of events. */
export function isStream(response: Response): boolean {
  return response.headers.get("content-type")?.includes("text/event-stream") ?? false;
}

interface Message {
  id?: unknown;
  method?: unknown;
}

/**
 * A stream's answers as one JSON body, for a client that takes no stream or has no use for one. Notifications on the way
 * are left out; a question to the client cannot be asked so, and ends it.
 * @param body what was sent: a message, or a batch of them whose answers come as an array
 */
export async function asOneBody(response: Response, body: unknown): Promise<Response> {
  const wanted = (Array.isArray(body) ? body : [body]).filter(isRequest).length;
  const answers: unknown[] = [];
  const reader = response.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream())
    .getReader();
  while (reader && answers.length < wanted) {
    const { done, value } = await reader.read();
    if (done) break;
    if (value.data === "") continue;
    const message: Message = JSON.parse(value.data);
    if (message.method === undefined) answers.push(message);
    else if (message.id !== undefined) {
      await reader.cancel();
      return rpcError(
        200,
        RPC.invalidRequest,
        "This asks its client, which takes a stream: send Accept: application/json, text/event-stream.",
        body,
      );
    }
  }
  if (answers.length === 0)
    return rpcError(500, RPC.internal, "The answer was lost on its way. Try again.", body);
  // Nothing more comes, but a stream that is left unread is an error in the log.
  await reader?.cancel().catch(() => {});
  const headers = new Headers(response.headers);
  for (const name of ["connection", "content-length", "cache-control", "x-accel-buffering"])
    headers.delete(name);
  headers.set("Content-Type", "application/json");
  const { status } = response;
  return new Response(JSON.stringify(Array.isArray(body) ? answers : answers[0]), { status, headers });
}

const isRequest = (message: unknown) =>
  typeof message === "object" && message !== null && "method" in message && "id" in message;

/** One JSON answer as the only event of a stream, for a client that takes nothing else. */
export function asStream(json: string, headers: Headers = new Headers()): Response {
  const streamed = new Headers(headers);
  streamed.delete("content-length");
  streamed.set("Content-Type", "text/event-stream");
  return new Response(`event: message\ndata: ${json}\n\n`, { headers: streamed });
}

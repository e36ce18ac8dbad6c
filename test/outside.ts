import { botApi } from "./channels/bot-api.ts";
import { graphApi } from "./channels/graph-api.ts";
import { mailProviders } from "./mail/providers.ts";

/**
 * What the Worker's requests to other servers come to in the tests: `https://outside.example` is here, Telegram at
 * `https://telegram.example`, Meta at `https://graph.example`, and mail providers at `https://resend.example` and
 * `https://postmark.example`; nothing else is.
 */

interface Heard {
  method: string;
  body: string;
  idempotencyKey: string | null;
  /** Those of Standard Webhooks. */
  signed: Record<string, string>;
}

const heard = new Map<string, Heard[]>();

/** What a model's API answers, see `test/answers/model-server.ts`. */
interface Reply {
  says?: unknown;
  whole?: boolean;
  wait?: number;
  between?: number;
  breaksAfter?: number;
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  hangs?: boolean;
}

const scripts = new Map<string, Reply[]>();
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Answers a request to a model's API as the script of that name says. */
async function completion(name: string, method: string, body: string): Promise<Response> {
  const before = heard.get(`model-${name}`) ?? [];
  heard.set(`model-${name}`, [...before, { method, body, idempotencyKey: null, signed: {} }]);
  const script = scripts.get(name) ?? [];
  const reply = script[Math.min(before.length, script.length - 1)] ?? {};
  if (reply.hangs) await new Promise(() => {});
  await pause(reply.wait ?? 0);
  const { status = 200, headers = {} } = reply;
  if (reply.body !== undefined || status !== 200)
    return new Response(reply.body ?? "no", { status, headers });
  const text = typeof reply.says === "string" ? reply.says : JSON.stringify(reply.says);
  if (reply.whole) {
    return Response.json({ choices: [{ index: 0, message: { role: "assistant", content: text } }] });
  }
  const pieces = text.match(/[\s\S]{1,12}/g) ?? [];
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      const send = (data: string) => controller.enqueue(new TextEncoder().encode(`data: ${data}\n\n`));
      send(JSON.stringify({ choices: [{ index: 0, delta: { role: "assistant" } }] }));
      for (const [i, content] of pieces.entries()) {
        if (i === reply.breaksAfter) return controller.error(new Error("broken off"));
        send(JSON.stringify({ choices: [{ index: 0, delta: { content } }] }));
        await pause(reply.between ?? 0);
      }
      send(JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }));
      send("[DONE]");
      controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

const PNG = "iVBORw0KGgoAAAANSUhEUg==";

/** Files to fetch: `/<name>?type=…&bytes=…`, a PNG where no bytes are wanted; `chunked` says no length, `to` leads elsewhere. */
function fileServer({ searchParams }: URL): Response {
  const to = searchParams.get("to");
  if (to !== null) return new Response(null, { status: 302, headers: { location: to } });
  const bytes = searchParams.get("bytes");
  const body = bytes === null ? Buffer.from(PNG, "base64") : Buffer.alloc(Number(bytes), 65);
  const headers = { "content-type": searchParams.get("type") ?? "image/png" };
  if (!searchParams.has("chunked")) return new Response(body, { headers });
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      for (let at = 0; at < body.length; at += 65_536) controller.enqueue(body.subarray(at, at + 65_536));
      controller.close();
    },
  });
  return new Response(stream, { headers });
}

/**
 * Answers `/<name>?wait=<milliseconds>` with how often it was asked there, after that time; `/<name>?wait=first` never
 * answers the first one. `?fail=<times>` answers 503 so often first, `?status=<status>` that always. `/heard/<name>` tells
 * what was asked. `/model/<name>/…` is a model's API, scripted by a POST to `/script/<name>`.
 */
export async function outside(request: {
  url: string;
  method: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
  formData(): Promise<Iterable<[string, string | { name: string; type: string; size: number }]>>;
}): Promise<Response> {
  const { hostname, pathname, searchParams } = new URL(request.url);
  if (hostname === "telegram.example") return botApi(request);
  if (hostname === "resend.example" || hostname === "postmark.example") return mailProviders(request);
  if (hostname === "graph.example") return graphApi(request);
  if (hostname === "files.example") return fileServer(new URL(request.url));
  if (hostname !== "outside.example") return new Response("Nothing leaves the machine.", { status: 502 });
  const [, first = "", second = ""] = pathname.split("/");
  if (first === "heard") return Response.json(heard.get(second) ?? []);
  if (first === "script") {
    scripts.set(second, JSON.parse(await request.text()));
    return Response.json({});
  }
  if (first === "model") return completion(second, request.method, await request.text());
  const before = heard.get(first) ?? [];
  const body = await request.text();
  const signed = Object.fromEntries(
    ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => [
      name,
      request.headers.get(name) ?? "",
    ]),
  );
  heard.set(first, [
    ...before,
    { method: request.method, body, idempotencyKey: request.headers.get("idempotency-key"), signed },
  ]);
  const wait = searchParams.get("wait") ?? "0";
  if (wait === "first" && before.length === 0) await new Promise(() => {});
  await new Promise((resolve) => setTimeout(resolve, Number(wait) || 0));
  const fails = before.length < Number(searchParams.get("fail") ?? "0");
  const status = fails ? 503 : Number(searchParams.get("status") ?? "200");
  return Response.json({ asked: before.length + 1 }, { status });
}

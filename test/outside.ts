import { botApi } from "./channels/bot-api.ts";

/**
 * What the Worker's requests to other servers come to in the tests: `https://outside.example` is here, and Telegram at
 * `https://telegram.example`; nothing else is.
 */

interface Heard {
  method: string;
  body: string;
  idempotencyKey: string | null;
  /** Those of Standard Webhooks. */
  signed: Record<string, string>;
}

const heard = new Map<string, Heard[]>();

/**
 * Answers `/<name>?wait=<milliseconds>` with how often it was asked there, after that time; `/<name>?wait=first` never
 * answers the first one. `?fail=<times>` answers 503 so often first, `?status=<status>` that always. `/heard/<name>` tells
 * what was asked.
 */
export async function outside(request: {
  url: string;
  method: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}): Promise<Response> {
  const { hostname, pathname, searchParams } = new URL(request.url);
  if (hostname === "telegram.example") return botApi(request);
  if (hostname !== "outside.example") return new Response("Nothing leaves the machine.", { status: 502 });
  const [, first = "", second = ""] = pathname.split("/");
  if (first === "heard") return Response.json(heard.get(second) ?? []);
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

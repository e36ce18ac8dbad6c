/** What the Worker's requests to other servers come to in the tests: `https://outside.example` is here, nothing else is. */

interface Heard {
  method: string;
  body: string;
  idempotencyKey: string | null;
}

const heard = new Map<string, Heard[]>();

/**
 * Answers `/<name>?wait=<milliseconds>` with how often it was asked there, after that time; `/<name>?wait=first` never
 * answers the first one. `/heard/<name>` tells what was asked.
 */
export async function outside(request: {
  url: string;
  method: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}): Promise<Response> {
  const { hostname, pathname, searchParams } = new URL(request.url);
  if (hostname !== "outside.example") return new Response("Nothing leaves the machine.", { status: 502 });
  const [, first = "", second = ""] = pathname.split("/");
  if (first === "heard") return Response.json(heard.get(second) ?? []);
  const before = heard.get(first) ?? [];
  const body = await request.text();
  heard.set(first, [
    ...before,
    { method: request.method, body, idempotencyKey: request.headers.get("idempotency-key") },
  ]);
  const wait = searchParams.get("wait") ?? "0";
  if (wait === "first" && before.length === 0) await new Promise(() => {});
  await new Promise((resolve) => setTimeout(resolve, Number(wait) || 0));
  return Response.json({ asked: before.length + 1 });
}

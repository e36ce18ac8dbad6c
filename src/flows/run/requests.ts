import { checkPublicUrl } from "../../http/public-url.ts";
import type { NodeOf } from "../graph/nodes.ts";
import { fillEncoded, fillJson, type Variables } from "../graph/placeholders.ts";
import { fillUrl } from "../graph/urls.ts";
import type { NodeResult, SessionRun } from "./session-run.ts";

/** What a flow asks for outside of itself, filled in. */

/** The URL filled in, if it still leads to where one may go. */
export function publicUrl(template: string, variables: Variables): string | null {
  const filled = fillUrl(template, variables);
  if (filled === null) return null;
  const check = checkPublicUrl(filled);
  return check.ok ? check.url.href : null;
}

/** Largest body that is sent, in characters. */
const MAX_BODY = 32_000;
const CONTENT_TYPES = {
  json: "application/json",
  form: "application/x-www-form-urlencoded",
  text: "text/plain; charset=utf-8",
} as const;

export function askHttp(data: NodeOf<"http_request">["data"], run: SessionRun): NodeResult {
  const { variables } = run.state;
  const url = publicUrl(data.url, variables);
  const body = data.body === undefined ? null : filledBody(data.bodyType, data.body, run);
  // What a visitor said can make it too long, and must never make it lead elsewhere.
  if (url === null || (body !== null && body.length > MAX_BODY)) return { leave: "error" };
  const type = body === null ? [] : [{ name: "Content-Type", value: CONTENT_TYPES[data.bodyType] }];
  const own = data.headers.map(({ name, value }) => ({ name, value: headerValue(run.fill(value)) }));
  const hasType = own.some(({ name }) => name.toLowerCase() === "content-type");
  run.effect({
    type: "httpRequest",
    call: run.newCall(),
    method: data.method,
    url,
    headers: hasType ? own : [...type, ...own],
    body,
    timeoutSeconds: data.timeoutSeconds,
  });
  return awaitResult(run, "http");
}

function filledBody(type: "json" | "form" | "text", body: string, run: SessionRun): string {
  if (type === "json") return fillJson(body, run.state.variables);
  return type === "form" ? fillEncoded(body, run.state.variables) : run.fill(body);
}

/** A line break would begin another header; the rest must be what HTTP calls visible, spaces and Latin-1. */
function headerValue(text: string): string {
  return text
    .replace(/[^\t\x20-\x7e\xa0-\xff]/g, " ")
    .trim()
    .slice(0, 1000);
}

/** Waits for the result of the effect just made. */
export function awaitResult(
  run: SessionRun,
  kind: "http" | "ai" | "products",
  turns = 0,
  question?: string,
): NodeResult {
  const asked = question === undefined ? {} : { question };
  return { wait: { for: "result", kind, call: run.state.calls, turns, ...asked } };
}

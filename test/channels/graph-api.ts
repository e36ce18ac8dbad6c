/**
 * A server that speaks Meta's Graph API as it is documented (developers.facebook.com, read December 2026): WhatsApp's
 * `/{phone}/messages`, `/{account}/phone_numbers`, `/{account}/subscribed_apps`, `/{account}/message_templates` and
 * webhook overrides. An access token stands for an account of its own; the app's secret is in it, so that
 * `appsecret_proof` is checked. Runs in Node, beside the Worker under test: `/control/<token>` says what happens next,
 * `/calls/<token>` what was asked.
 */
import { createHmac } from "node:crypto";

interface Refusal {
  status?: number;
  error: { code: number; message: string; error_subcode?: number; error_data?: { details: string } };
}

interface Account {
  calls: { method: string; path: string; body: Record<string, unknown>; answered: number }[];
  appSecret: string;
  /** What the next calls of `/messages` are refused with; null: one is let through; "down": no answer as itself. */
  next: (Refusal | "down" | null)[];
  /** Its token was revoked. */
  revoked: boolean;
  /** It answers nothing as itself. */
  down: boolean;
  /** The address to which webhooks go, by an override; refused where it may not be set. */
  override: string;
  refusesOverride: boolean;
  templates: Record<string, unknown>[];
  /** WhatsApp's own id of a number, where it is another one. */
  knownAs: Record<string, string>;
  sent: number;
}

const accounts = new Map<string, Account>();

function accountOf(token: string): Account {
  const there = accounts.get(token);
  if (there) return there;
  const made: Account = {
    ...{ calls: [], appSecret: "", next: [], revoked: false, down: false, override: "", sent: 0 },
    ...{ refusesOverride: false, templates: [], knownAs: {} },
  };
  accounts.set(token, made);
  return made;
}

interface Asked {
  url: string;
  method: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

const refuse = ({ status = 400, error }: Refusal) =>
  Response.json({ error: { type: "OAuthException", fbtrace_id: "A1", ...error } }, { status });
const wrong = (message: string) => refuse({ error: { code: 100, message } });

export async function graphApi(request: Asked): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url);
  const [, first = "", ...rest] = pathname.split("/");
  const text = await request.text();
  if (first === "calls") return Response.json(accountOf(rest[0] ?? "").calls);
  if (first === "control") {
    Object.assign(accountOf(rest[0] ?? ""), JSON.parse(text));
    return Response.json({ success: true });
  }
  const token = (request.headers.get("authorization") ?? "").replace(/^Bearer /, "");
  const account = accountOf(token);
  const body: Record<string, unknown> = text === "" ? {} : JSON.parse(text);
  const path = rest.join("/");
  const proof = createHmac("sha256", account.appSecret).update(token).digest("hex");
  const response = account.down
    ? new Response("<html>Bad gateway</html>", { status: 502 })
    : account.revoked || account.appSecret === ""
      ? refuse({
          status: 401,
          error: { code: 190, message: `Error validating access token: ${token} has expired` },
        })
      : searchParams.get("appsecret_proof") !== proof
        ? wrong("Invalid appsecret_proof provided in the API argument")
        : answer(account, request.method, rest, searchParams, body);
  account.calls.push({ method: request.method, path, body, answered: response.status });
  return response;
}

function answer(
  account: Account,
  method: string,
  [node = "", edge = ""]: string[],
  query: URLSearchParams,
  body: Record<string, unknown>,
): Response {
  switch (edge) {
    case "phone_numbers":
      return Response.json({
        data: [
          {
            id: `1${node}`,
            display_phone_number: "+1 555-078-3881",
            verified_name: "Lucky Shrub",
            quality_rating: "GREEN",
          },
        ],
        paging: { cursors: { before: "QV", after: "QV" } },
      });
    case "subscribed_apps":
      return Response.json({ success: true });
    case "message_templates":
      return Response.json({
        data: account.templates.filter(
          (one) => !query.has("name") || String(one.name).includes(query.get("name") ?? ""),
        ),
        paging: { cursors: { before: "MA", after: "MQ" } },
      });
    case "messages":
      return messages(account, body);
    default:
      return method === "GET"
        ? Response.json({ id: node, webhook_configuration: { phone_number: account.override } })
        : overridden(account, body);
  }
}

function overridden(account: Account, body: Record<string, unknown>): Response {
  if (account.refusesOverride) {
    return refuse({ error: { code: 2200, message: "(#2200) Callback verification failed" } });
  }
  const to = body.webhook_configuration;
  account.override =
    typeof to === "object" && to && "override_callback_uri" in to ? String(to.override_callback_uri) : "";
  return Response.json({ success: true });
}

function messages(account: Account, body: Record<string, unknown>): Response {
  if (body.messaging_product !== "whatsapp") return wrong("(#100) Missing messaging_product");
  if (body.status === "read") return Response.json({ success: true });
  const refusal = account.next.shift();
  if (refusal === "down") return new Response("", { status: 503 });
  if (refusal) return refuse(refusal);
  const problem = problemOf(body);
  if (problem) return wrong(`(#100) ${problem}`);
  account.sent += 1;
  const to = String(body.to ?? body.recipient);
  return Response.json({
    messaging_product: "whatsapp",
    contacts: [body.recipient ? { input: to, user_id: to } : { input: to, wa_id: account.knownAs[to] ?? to }],
    messages: [{ id: `wamid.${account.sent}.${to}`, message_status: "accepted" }],
  });
}

const lengths = { text: 4096, button: 20, row: 24, body: 1024 };

/** What the documentation forbids of a message object. */
function problemOf(body: Record<string, unknown>): string | null {
  const json = JSON.stringify(body);
  if ((body.to === undefined) === (body.recipient === undefined)) return "to or recipient is required";
  if (String(body.biz_opaque_callback_data ?? "").length > 512) return "biz_opaque_callback_data too long";
  const text = read(body, "text", "body");
  if (
    body.type === "text" &&
    (typeof text !== "string" || text.trim() === "" || text.length > lengths.text)
  ) {
    return "Param text['body'] must be at most 4096 characters long.";
  }
  if (body.type === "interactive") {
    const said = String(read(body, "interactive", "body", "text") ?? "");
    if (said.trim() === "" || said.length > lengths.body) return "interactive body";
    const titles = [...json.matchAll(/"title":"([^"]*)"/g)].map(([, title = ""]) => title);
    const isList = read(body, "interactive", "type") === "list";
    const most = isList ? 10 : 3;
    const long = isList ? lengths.row : lengths.button;
    if (titles.length === 0 || titles.length > most) return "Invalid buttons count. Min allowed buttons: 1";
    if (titles.some((title) => title === "" || title.length > long)) return "Button title length invalid";
    if (new Set(titles).size < titles.length) return "Duplicate button title";
  }
  return null;
}

function read(value: unknown, ...path: string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

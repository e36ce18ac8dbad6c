/**
 * A server that speaks Meta's Graph API as it is documented (developers.facebook.com, read December 2026): WhatsApp's
 * `/{phone}/messages`, `/{account}/phone_numbers`, `/{account}/subscribed_apps`, `/{account}/message_templates` and
 * webhook overrides; for Messenger and Instagram `/me`, `/{app}/subscriptions`, `/{page}/messages` of the Send API and users'
 * profiles. An access token stands for an account of its own; the app's secret is in it, so that
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
  /** The page that a token is of, with its account on Instagram. */
  page: { id: string; name: string; instagram_business_account?: { id: string; username: string } } | null;
  /** What is known of users, by their id. */
  profiles: Record<string, Record<string, string>>;
}

const accounts = new Map<string, Account>();

function accountOf(token: string): Account {
  const there = accounts.get(token);
  if (there) return there;
  const made: Account = {
    ...{ calls: [], appSecret: "", next: [], revoked: false, down: false, override: "", sent: 0 },
    ...{ refusesOverride: false, templates: [], knownAs: {}, page: null, profiles: {} },
  };
  accounts.set(token, made);
  return made;
}

/** Tokens of apps, and the account that each is of. */
const appTokens = new Map<string, string>();

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
  if (first === "media") return media(rest[0] ?? "", request);
  if (first === "control") {
    const { appId, ...what } = JSON.parse(text);
    Object.assign(accountOf(rest[0] ?? ""), what);
    if (appId) appTokens.set(`${appId}|${what.appSecret}`, rest[0] ?? "");
    return Response.json({ success: true });
  }
  const token = (request.headers.get("authorization") ?? "").replace(/^Bearer /, "");
  // An app's own token is its id and secret, and stands for the account that it is of.
  const account = accountOf(appTokens.get(token) ?? token);
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
      return account.page ? sendApi(account, body) : messages(account, body);
    case "subscriptions":
      if (method === "POST") {
        if (account.refusesOverride) {
          return refuse({ error: { code: 2200, message: "(#2200) Callback verification failed" } });
        }
        account.override = String(body.callback_url);
        return Response.json({ success: true });
      }
      return Response.json({
        data: ["page", "instagram"].map((object) => ({
          ...{ object, callback_url: account.override, active: true },
        })),
      });
    default:
      if (node.startsWith("media-")) {
        const name = node.slice("media-".length);
        const url = name === "stolen" ? "https://thief.example/x" : `https://graph.example/media/${name}`;
        return Response.json({ ...{ url, mime_type: "image/png", file_size: PNG.length }, id: node });
      }
      if (account.page && method === "GET") {
        const profile = account.profiles[node];
        if (node === "me") return Response.json(account.page);
        if (profile) return Response.json({ ...profile, id: node });
        return refuse({
          error: { code: 100, error_subcode: 33, message: `Object with ID '${node}' does not exist` },
        });
      }
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

/** A picture of one pixel. */
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

/** A file at the address that a media id names; WhatsApp's want the token, the others' do not. */
function media(name: string, request: Asked): Response {
  if (name === "gone") return new Response("gone", { status: 404 });
  if (name === "elsewhere")
    return new Response("", { status: 302, headers: { location: "https://x.example" } });
  const isKept =
    name.startsWith("kept-") && !(request.headers.get("authorization") ?? "").startsWith("Bearer EAA");
  if (isKept) return new Response("no", { status: 401 });
  return new Response(PNG, {
    headers: { "content-type": "image/png", "content-length": String(PNG.length) },
  });
}

/** The Send API of Messenger and Instagram. */
function sendApi(account: Account, body: Record<string, unknown>): Response {
  const to = read(body, "recipient", "id");
  if (typeof to !== "string") return wrong("(#100) Param recipient[id] must be a valid ID string");
  if (body.sender_action !== undefined) return Response.json({ recipient_id: to });
  const refusal = account.next.shift();
  if (refusal === "down") return new Response("", { status: 503 });
  if (refusal) return refuse(refusal);
  const text = read(body, "message", "text");
  const attachment = read(body, "message", "attachment");
  if ((text === undefined) === (attachment === undefined)) return wrong("(#100) text or attachment");
  if (typeof text === "string") {
    const most = account.page?.instagram_business_account ? 1000 : 8000;
    if (text.trim() === "" || text.length > 2000 || Buffer.byteLength(text) > most) {
      return wrong("(#100) Length of param message[text] must be less than or equal to 2000");
    }
  }
  const replies = read(body, "message", "quick_replies");
  if (replies !== undefined && (!Array.isArray(replies) || replies.length > 13 || replies.length === 0)) {
    return wrong("(#100) Param message[quick_replies] must be an array of at most 13");
  }
  for (const reply of Array.isArray(replies) ? replies : []) {
    const title = read(reply, "title");
    if (typeof title !== "string" || title.length > 20) return wrong("(#100) title must be at most 20");
  }
  const elements = read(attachment, "payload", "elements");
  for (const element of Array.isArray(elements) ? elements : []) {
    const more = ["subtitle", "image_url", "default_action", "buttons"].some((key) => read(element, key));
    if (!more) return wrong("(#100) Element needs at least one more property than its title");
  }
  account.sent += 1;
  return Response.json({ recipient_id: to, message_id: `m_${account.sent}.${to}` });
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

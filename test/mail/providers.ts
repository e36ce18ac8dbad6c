import { rawMail } from "../../bin/mail-folder.ts";

/**
 * Servers that speak the APIs of Resend (resend.com/docs/api-reference/emails/send-email, …/errors, idempotency keys) and
 * Postmark (postmarkapp.com/developer/api/email-api, …/overview#error-codes), shapes as of November 2026. They run in
 * Node, beside the Worker under test, one account for each key: `/control/<key>` says what happens next, `/sent/<key>`
 * what was taken, as it would go over the wire.
 */

interface Refusal {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

interface Account {
  sent: { id: string; key: string | null; raw: string }[];
  /** What the next requests are refused with; null: one is let through. */
  next: (Refusal | null)[];
  /** The key was revoked. */
  revoked: boolean;
  /** Every request is refused with it. */
  down: Refusal | null;
}

const accounts = new Map<string, Account>();

function accountOf(key: string): Account {
  const there = accounts.get(key);
  if (there) return there;
  const made: Account = { sent: [], next: [], revoked: false, down: null };
  accounts.set(key, made);
  return made;
}

interface Asked {
  url: string;
  method: string;
  headers: { get(name: string): string | null };
  text(): Promise<string>;
}

/** What Postmark takes, as Resend takes it. */
function asResend(body: Record<string, unknown>): object {
  const { From, To, Subject, TextBody, HtmlBody, ReplyTo, Headers, Attachments } = body;
  const named = (list: unknown) => (Array.isArray(list) ? list : []);
  return {
    ...{ from: From, to: To, subject: Subject, text: TextBody, html: HtmlBody, reply_to: ReplyTo },
    headers: Object.fromEntries(named(Headers).map(({ Name, Value }) => [Name, Value])),
    attachments: named(Attachments).map(({ Name, ContentType, Content }) => ({
      ...{ filename: Name, content_type: ContentType, content: Content },
    })),
  };
}

export async function mailProviders(request: Asked): Promise<Response> {
  const { hostname, pathname } = new URL(request.url);
  const isResend = hostname === "resend.example";
  const [, first = "", second = ""] = pathname.split("/");
  const text = await request.text();
  if (first === "sent") return Response.json(accountOf(second).sent);
  if (first === "control") {
    Object.assign(accountOf(second), JSON.parse(text));
    return Response.json({});
  }
  const bearer = request.headers.get("authorization") ?? "";
  const key = isResend
    ? bearer.replace(/^Bearer /, "")
    : (request.headers.get("x-postmark-server-token") ?? "");
  const account = accountOf(key);
  if (account.revoked || key === "" || key.startsWith("wrong")) {
    return isResend
      ? Response.json(
          { statusCode: 401, name: "invalid_api_key", message: "API key is invalid" },
          { status: 401 },
        )
      : Response.json(
          { ErrorCode: 10, Message: "Request does not contain a valid Server token." },
          { status: 401 },
        );
  }
  if (request.method === "GET") {
    // Of a key that may only send, Resend says so; Postmark tells of the server.
    return isResend
      ? Response.json(
          {
            statusCode: 401,
            name: "restricted_api_key",
            message: "This API key is restricted to only send emails",
          },
          { status: 401 },
        )
      : Response.json({ ID: 1, Name: "Test" });
  }
  const refusal = account.down ?? account.next.shift() ?? null;
  if (refusal) {
    return Response.json(refusal.body, { status: refusal.status, headers: refusal.headers ?? {} });
  }
  const once = isResend ? request.headers.get("idempotency-key") : null;
  const before = once === null ? undefined : account.sent.find((one) => one.key === once);
  const id = before?.id ?? crypto.randomUUID();
  if (!before) {
    const body = isResend ? JSON.parse(text) : asResend(JSON.parse(text));
    account.sent.push({ id, key: once, raw: (await rawMail(body, id)).toString("base64") });
  }
  return isResend
    ? Response.json({ id })
    : Response.json({
        To: "",
        SubmittedAt: new Date().toISOString(),
        MessageID: id,
        ErrorCode: 0,
        Message: "OK",
      });
}

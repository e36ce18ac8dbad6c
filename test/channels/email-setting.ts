import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { z } from "zod";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import worker from "../../src/index.ts";
import { testCall } from "../call.ts";
import { bodies, run, shapes } from "../conversations/setting.ts";
import { MailAccount } from "../mail/account.ts";
import { operate } from "../operator/operate.ts";

let made = 0;

/** A workspace with an inbox of mail that is connected, and the account that its mail goes out by. */
export async function mailWorkspace(given: { provider?: "resend" | "postmark"; more?: object } = {}) {
  made += 1;
  const { provider = "resend", more = {} } = given;
  const shard = made % 2 ? "TENANT_1" : "TENANT_2";
  const workspace = await createWorkspace(env, { name: "Shop", plan: "enterprise", shard });
  const team = testCall({
    workspaceId: workspace.id,
    database: env[shard],
    actor: { kind: "bot", name: "Mina" },
  });
  team.principal.shard = shard;
  const inbox = await createInbox(team.tenant, { channel: "email", name: "Support" });
  const { id: inboxId, publicKey } = inbox;
  await registerInboxKey(env.CONTROL, { publicKey, workspaceId: workspace.id, inboxId });
  const account = new MailAccount(provider);
  const address = `support@shop-${crypto.randomUUID().slice(0, 8)}.example`;
  const connection = `/workspaces/${workspace.id}/inboxes/${inboxId}/connection`;
  const wanted = { address, provider, token: account.key, sender: "Acme", ...more };
  const connected = await operate("PUT", connection, wanted);
  return { workspace, team, tenant: team.tenant, inbox, account, address, connection, connected };
}

/** What Cloudflare writes on top of a mail that it takes in, as of June 2026. */
export function stamp(results: string): string {
  return [
    "Received: from mail.example.net (2001:db8::1)",
    "        by cloudflare-email.net (cloudflare) id GY1KdjWjOU9O",
    "        for <support@shop.example>; Sun, 14 Jun 2026 21:02:54 +0000",
    "ARC-Seal: i=1; a=rsa-sha256; s=cf2024-1; d=cloudflare-email.net; cv=none; b=Wi8X==",
    `ARC-Authentication-Results: i=1; mx.cloudflare.net;\r\n\t${results}`,
    "Received-SPF: pass (mx.cloudflare.net: domain of x designates 2001:db8::1 as permitted sender)",
    `Authentication-Results: mx.cloudflare.net;\r\n\t${results}`,
    "Received: by mail.example.net with SMTP id 00721157; Sun, 14 Jun 2026 14:02:54 -0700 (PDT)",
  ].join("\r\n");
}

const domainOf = (address: string) => address.slice(address.lastIndexOf("@") + 1);

/** What Cloudflare finds of a mail that is from whom it says. */
export function good(from: string): string {
  const domain = domainOf(from);
  return `dkim=pass header.d=${domain} header.s=s1 header.b=L6CZ3OJ0; dmarc=pass header.from=${domain} policy.dmarc=none; spf=pass (mx.cloudflare.net: domain of ${from} designates 2001:db8::1 as permitted sender) smtp.mailfrom=${from}`;
}

export interface Letter {
  from: string;
  /** As From shows it. */
  shown?: string;
  to: string;
  subject?: string;
  text?: string;
  messageId?: string;
  inReplyTo?: string;
  references?: string;
  /** Further headers, each a line. */
  headers?: string[];
  /** What Cloudflare found; null: it wrote nothing. */
  results?: string | null;
  /** Of the envelope; From's where nothing is said. */
  envelopeFrom?: string;
  /** In place of the text: type and body of the mail. */
  body?: string[];
}

/** A mail over the wire. */
export function wire(letter: Letter): string {
  const { from, shown = from, to, subject = "Hello", text = "Hi", headers = [] } = letter;
  const {
    messageId = `<${crypto.randomUUID()}@mail.example>`,
    inReplyTo,
    references,
    results = good(from),
  } = letter;
  return [
    ...(results === null ? [] : [stamp(results)]),
    ...headers,
    `From: ${shown}`,
    `To: ${to}`,
    ...(subject === "" ? [] : [`Subject: ${subject}`]),
    "Date: Sun, 14 Jun 2026 17:02:17 -0400",
    ...(messageId === "" ? [] : [`Message-ID: ${messageId}`]),
    ...(inReplyTo ? [`In-Reply-To: ${inReplyTo}`] : []),
    ...(references ? [`References: ${references}`] : []),
    "MIME-Version: 1.0",
    ...(letter.body ?? ["Content-Type: text/plain; charset=utf-8", "", text]),
  ].join("\r\n");
}

/** Hands a mail to the Worker as Email Routing does. @returns why it was refused; null: it was taken */
export async function arrive(
  letter: Letter,
  raw: string | Uint8Array = wire(letter),
): Promise<string | null> {
  const bytes = typeof raw === "string" ? new TextEncoder().encode(raw) : raw;
  let refusal: string | null = null;
  const stream = new Response(bytes).body;
  if (!stream) throw new Error("unreachable: a body is there");
  const nothing = async () => ({ messageId: "" });
  const message = {
    ...{ from: letter.envelopeFrom ?? letter.from, to: letter.to, raw: stream, rawSize: bytes.byteLength },
    ...{ headers: new Headers(), forward: nothing, reply: nothing },
    setReject(reason: string) {
      refusal = reason;
    },
  };
  await worker.email(message, env);
  return refusal;
}

/** What an answer by a customer's program to a mail of ours looks like. */
export async function answerTo(
  account: MailAccount,
  from: string,
  text: string,
  more: Partial<Letter> = {},
): Promise<Letter> {
  const mail = (await account.mails()).at(-1);
  const to = z.string().parse(mail?.replyTo?.[0]?.address);
  const inReplyTo = z.string().parse(mail?.messageId);
  const references = `${mail?.references ?? ""} ${inReplyTo}`.trim();
  return { from, to, subject: mail?.subject ?? "", text, inReplyTo, references, ...more };
}

export type Place = Awaited<ReturnType<typeof mailWorkspace>>;

/** The conversations, the newest first. */
export async function conversationsIn({ team }: Pick<Place, "team">): Promise<string[]> {
  const { items } = await run(team, "list_conversations", {}, shapes.page);
  return items.map(({ id }) => id);
}

export async function onlyConversation(place: Place): Promise<string> {
  const [id, ...others] = await conversationsIn(place);
  expect(others).toEqual([]);
  return z.string().parse(id);
}

export async function reply(
  { team }: Pick<Place, "team">,
  conversationId: string,
  text: string,
): Promise<string> {
  return (await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent)).message.id;
}

export const textsIn = async ({ team }: Place, id: string) =>
  (await bodies(team, id)).map(([, body]) => body);

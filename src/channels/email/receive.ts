import { findIdentity } from "../../contacts/identities.ts";
import { mailKey } from "../../control/inbox-keys.ts";
import { MAX_TEXT } from "../../conversations/append.ts";
import { conversationsOf, firstOfIdentity, wroteSince } from "../../conversations/lately.ts";
import { messageIdOf } from "../../conversations/message-id.ts";
import { readBytes } from "../../http/body.ts";
import { logUnexpected } from "../../http/log.ts";
import { tellNews } from "../../http/news.ts";
import { Failure } from "../../tenant/failure.ts";
import { shardDatabase } from "../../tenant/shards.ts";
import { Tenant } from "../../tenant/tenant.ts";
import { emailKey, readEmail } from "../../tenant/typed-addresses.ts";
import { type Spoken, spokenOf, take } from "../hooks.ts";
import { limitVisitor } from "../web/limits.ts";
import { isAutomatic } from "./automatic.ts";
import { sourceOf } from "./compose.ts";
import { type ReceivedMail, readMail } from "./received.ts";
import { isProven } from "./sender-proof.ts";
import { isFromBlocked, knowSender, type MailSender } from "./senders.ts";
import { conversationOfToken, leftOfId, splitAddress } from "./thread-address.ts";

/** Bytes of a mail: Cloudflare takes 25 MiB, of which reading makes several times as much. */
const MAX_BYTES = 10 * 1024 * 1024;

/** What one sender may write before they are taken for a program: in a conversation, and conversations, within an hour. */
const HOUR_MS = 60 * 60_000;
const MOST_MAILS = 20;
const MOST_CONVERSATIONS = 10;

/** Characters of the whole text that are kept beside the message. */
const MAX_ORIGINAL = 100_000;

/** Failures that pass by themselves: the sending server tries again. */
const PASSING = ["conflict", "rate_limited", "internal"];

/** What is the team's own matter. */
const CLOSED = ["inbox_disabled", "workspace_suspended"];

/**
 * Takes in a mail from Cloudflare Email Routing. It is committed when this ends; one that nobody may write to is refused
 * with a sentence for its sender; what a program wrote is dropped.
 * @throws Failure and others where another attempt may succeed: the sending server makes it
 */
export async function receiveMail(message: ForwardableEmailMessage, env: Env): Promise<void> {
  const requestId = crypto.randomUUID();
  try {
    await takeIn(message, env, requestId);
  } catch (error) {
    if (!(error instanceof Failure)) logUnexpected(requestId, "mail", error);
    if (!(error instanceof Failure) || PASSING.includes(error.code)) throw error;
    message.setReject(CLOSED.includes(error.code) ? "This mailbox takes no mail at present." : error.message);
  }
}

async function takeIn(message: ForwardableEmailMessage, env: Env, requestId: string): Promise<void> {
  if (message.rawSize > MAX_BYTES) {
    throw new Failure("body_too_large", `Send at most ${MAX_BYTES / 1024 / 1024} MB.`);
  }
  const { spoken, address, tag } = await inboxOf(env, message.to);
  const raw = await readBytes(new Response(message.raw), MAX_BYTES);
  if (raw === null) {
    throw new Failure("body_too_large", `Send at most ${MAX_BYTES / 1024 / 1024} MB.`);
  }
  const mail = await readMail(raw);
  if (isAutomatic(mail.headers, message.from)) return;
  const { from } = mail;
  if (from === null) throw new Failure("invalid_input", "A mail has one sender in From.");
  const sender: MailSender = {
    inboxId: spoken.connected.inboxId,
    address: emailKey(from.address),
    name: from.name,
  };
  // Ours, whatever way it came back.
  if (splitAddress(sender.address).base === address) return;
  await limitVisitor(env.VISITOR_INBOX_LIMIT, "messages", sender.inboxId);
  const everybody = new Tenant(shardDatabase(env, spoken.shard), { ...spoken.tenant.options, inboxes: null });
  const proven = isProven(mail.headers, from.address, message.from);
  if (proven) await knowSender(everybody, sender);
  else if (await isFromBlocked(everybody, sender)) return;
  const sourceId = sourceOf(sender.address, proven);
  const conversationId = await goesOnIn(env, spoken, { mail, tag, sourceId });
  const incoming = {
    from: { sourceId, email: sender.address, ...(sender.name === "" ? {} : { name: sender.name }) },
    ...textsOf(mail, conversationId === null),
    files: mail.files,
    conversation: conversationId ?? "new",
    sourceId: idOf(mail.messageId ?? (await digestOf(raw)), sourceId),
    isAside: await isTalkative(spoken.tenant, { inboxId: sender.inboxId, sourceId }, conversationId),
  };
  await take(env, spoken, { type: "message", incoming }, requestId);
  await tellNews(env, spoken.tenant.workspaceId, requestId);
}

/**
 * The inbox that an address belongs to, with what stands behind the plus in it.
 * @throws Failure `not_found`; `workspace_suspended`, `inbox_disabled`
 */
async function inboxOf(
  env: Env,
  to: string,
): Promise<{ spoken: Spoken; address: string; tag: string | null }> {
  const read = readEmail(to);
  const { base, tag } = splitAddress(read === null ? "" : emailKey(read));
  const spoken = await spokenOf(env, mailKey(base)).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
    throw new Failure("not_found", "There is no mailbox of this name.");
  });
  return { spoken, address: base, tag };
}

/** The id of a sender's mail: the same one of two senders is two mails. */
function idOf(messageId: string, sourceId: string): string {
  return `${sourceId} ${messageId}`;
}

async function digestOf(raw: Uint8Array): Promise<string> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", raw)).toHex();
}

/**
 * The conversation that a mail answers: by the address that it was sent to, then by the mails that it refers to. Of
 * others' conversations nothing is known here. Null: it begins one.
 */
async function goesOnIn(
  env: Env,
  { tenant, connected: { inboxId } }: Spoken,
  { mail, tag, sourceId }: { mail: ReceivedMail; tag: string | null; sourceId: string },
): Promise<string | null> {
  const identity = await findIdentity(tenant, { inboxId, sourceId });
  if (!identity) return null;
  const newestFirst = mail.references.toReversed();
  const tokens = [...(tag === null ? [] : [tag]), ...newestFirst.map(leftOfId)];
  const named = await Promise.all(tokens.map((token) => conversationOfToken({ env, inboxId }, token)));
  const { identityId } = identity;
  const told = await firstOfIdentity(
    tenant,
    identityId,
    named.filter((one) => one !== null),
  );
  if (told !== null || newestFirst.length === 0) return told;
  const ids = await Promise.all(newestFirst.map((one) => messageIdOf(inboxId, idOf(one, sourceId))));
  // Providers name a mail by its whole id, or by what stands before the @.
  const sourceIds = newestFirst.flatMap((one) => [one, one.slice(1, -1), leftOfId(one)]);
  return firstOfIdentity(tenant, identityId, await conversationsOf(tenant, inboxId, { ids, sourceIds }));
}

/** So much within an hour that two programs may be answering each other: people see it, and nothing answers. */
async function isTalkative(
  tenant: Tenant,
  source: { inboxId: string; sourceId: string },
  conversationId: string | null,
): Promise<boolean> {
  const identity = await findIdentity(tenant, source);
  if (!identity) return false;
  const { identityId } = identity;
  const wrote = await wroteSince(tenant, { identityId, conversationId }, Date.now() - HOUR_MS);
  return wrote.messages >= MOST_MAILS || wrote.conversations >= MOST_CONVERSATIONS;
}

/** The message, and the rest of the mail. @param begins the subject says what it is about, so it is said first */
function textsOf(mail: ReceivedMail, begins: boolean) {
  const { subject, text, original, messageId, references, files } = mail;
  const said = begins && subject !== "" && !text.startsWith(subject) ? `${subject}\n\n${text}`.trim() : text;
  const shown = said.length <= MAX_TEXT ? said : `${said.slice(0, MAX_TEXT - 1).toWellFormed()}…`;
  const whole = original ?? (shown === said ? null : text);
  return {
    // Files say themselves what there is.
    text: shown !== "" || files.length > 0 ? shown : subject || "[empty mail]",
    mail: {
      thread: { subject: subject === "" ? "Message" : subject, messageId, references },
      original: whole?.slice(0, MAX_ORIGINAL).toWellFormed() ?? null,
    },
  };
}

import type { MailThread } from "../../conversations/append.ts";
import { subjectOf } from "../../conversations/mail-subject.ts";
import type { Mail, MailFile } from "../../mail/mail.ts";
import { emailKey } from "../../tenant/typed-addresses.ts";
import type { Outgoing } from "../channel.ts";
import { replyAddress, threadRoot } from "./thread-address.ts";

/** Bytes of a header's value: Cloudflare takes 2,048. */
const MAX_HEADER = 1_900;

/** What stands before an address whose owner has not proven to have written from it. */
const UNPROVEN = "unproven:";

/** Who a sender is in an inbox: their address, and something of its own where nothing proves that it is theirs. */
export function sourceOf(address: string, isProven: boolean): string {
  return isProven ? emailKey(address) : UNPROVEN + emailKey(address);
}

/** Where mail to somebody goes. */
export function addressOf(sourceId: string): string {
  return sourceId.startsWith(UNPROVEN) ? sourceId.slice(UNPROVEN.length) : sourceId;
}

/** The inbox that sends. */
export interface Sender {
  address: string;
  /** Stands beside the name of whoever writes, and alone where nobody does. */
  name: string | null;
}

/** A message as mail in its conversation's thread. @param token the conversation's @param files what goes with it */
export function mailOf(
  message: Omit<Outgoing, "files">,
  inbox: Sender,
  token: string,
  files: readonly MailFile[],
): Mail {
  const { id, to, text, caption, thread, sender } = message;
  const isPerson = sender.kind === "member" || sender.kind === "bot";
  return {
    from: { address: inbox.address, name: fromName(isPerson ? sender.name : null, inbox.name) },
    to: addressOf(to),
    replyTo: replyAddress(inbox.address, token),
    subject: answerSubject(thread, text),
    // A mail of files alone says them, as some programs show no empty one.
    ...{ text: caption || text, html: htmlOf(caption || text), files },
    headers: {
      ...threadHeaders(thread, threadRoot(inbox.address, token)),
      // RFC 3834: programs do not answer it. A person's is not marked so, or another team's would not see it.
      ...(sender.kind === "flow" || sender.kind === "ai"
        ? { "Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All" }
        : {}),
    },
    key: id,
  };
}

function fromName(person: string | null, team: string | null): string | undefined {
  if (person === null) return team ?? undefined;
  return team === null || team === person ? person : `${person} (${team})`;
}

function answerSubject(thread: MailThread | null, text: string): string {
  const subject = thread?.subject ?? subjectOf(text);
  if (!thread?.messageId) return subject;
  return /^(re|aw|sv|antw|odp|rv)\s*:/i.test(subject) ? subject : `Re: ${subject}`;
}

/** The conversation's own reference comes first, so that an answer names it whatever became of the address. */
function threadHeaders(thread: MailThread | null, root: string): Record<string, string> {
  const earlier = thread ? [...thread.references, ...(thread.messageId ? [thread.messageId] : [])] : [];
  const ids = [root];
  let length = root.length;
  const latest: string[] = [];
  for (const id of earlier.toReversed()) {
    length += id.length + 1;
    if (id === root || length > MAX_HEADER) continue;
    latest.unshift(id);
  }
  const headers: Record<string, string> = { References: [...ids, ...latest].join(" ") };
  if (thread?.messageId) headers["In-Reply-To"] = thread.messageId;
  return headers;
}

const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => ENTITIES[letter] ?? letter);
}

/** The text as HTML: its lines, and links where it has addresses. */
function htmlOf(text: string): string {
  const body = text
    .split(/(https?:\/\/[^\s<>"]{1,2000})/g)
    .map((part, i) => (i % 2 === 0 ? escaped(part) : linked(part)))
    .join("")
    .replace(/\r?\n/g, "<br>\n");
  return `<div dir="auto">${body}</div>`;
}

/** What ends a sentence is no part of the address in it. */
function linked(address: string): string {
  const url = address.replace(/[).,;:!?'\]]+$/, "");
  const rest = address.slice(url.length);
  return `<a href="${escaped(url)}">${escaped(url)}</a>${escaped(rest)}`;
}

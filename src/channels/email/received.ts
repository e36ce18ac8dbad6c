import type { Address, Attachment, Email } from "postal-mime";
import { Failure } from "../../tenant/failure.ts";
import { readEmail } from "../../tenant/typed-addresses.ts";
import type { IncomingFile } from "../channel.ts";
import { textOfHtml } from "./html-text.ts";
import { MailParser } from "./mail-parser.ts";
import { ownWords } from "./own-words.ts";
import type { MailHeader } from "./sender-proof.ts";

/** Ids of earlier mails that are looked at: the first, and the last ones. */
const MOST_REFERENCES = 20;
/** RFC 5322, 2.1.1. */
const MAX_ID = 998;
const MAX_SUBJECT = 250;
const MAX_NAME = 200;

/** A mail that came in, in our words. */
export interface ReceivedMail {
  /** The only address in From; null where there is none, or several. */
  from: { address: string; name: string } | null;
  headers: readonly MailHeader[];
  /** May be empty. */
  subject: string;
  /** With its angle brackets; null where it has none. */
  messageId: string | null;
  /** The mails that it answers, the first one first. */
  references: string[];
  /** What its sender wrote, without what is quoted and the signature. */
  text: string;
  /** All of its text; null where {@link text} is all. */
  original: string | null;
  /** What is attached, and pictures that stand in the text; the letterheads of HTML are none. */
  files: IncomingFile[];
}

/** Reads a mail as it came over the wire. @throws Failure `invalid_input` for what is none */
export async function readMail(raw: Uint8Array): Promise<ReceivedMail> {
  const email = await new MailParser().parse(raw).catch(() => {
    throw new Failure("invalid_input", "This is not a mail that can be read.");
  });
  const whole = await wholeText(email);
  const text = await ownText(email, whole);
  return {
    from: onlyAddress(email.from, email.headers),
    headers: email.headers,
    subject: [...shown(email.subject ?? "")].slice(0, MAX_SUBJECT).join(""),
    messageId: idsIn(email.messageId ?? "")[0] ?? null,
    references: referencesOf(email),
    text,
    original: whole === text ? null : whole,
    files: email.attachments.flatMap(fileOf),
  };
}

/** Bytes of a picture that HTML shows and that is one somebody put there, not a logo or a line. */
const LETTERHEAD = 10_000;

function fileOf({ filename, mimeType, related, content }: Attachment): IncomingFile[] {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : new Uint8Array(content);
  if (related && bytes.byteLength < LETTERHEAD) return [];
  const name = filename ?? (mimeType === "message/rfc822" ? "message.eml" : undefined);
  const kind = mimeType.startsWith("image/") ? "picture" : "file";
  return [{ kind, name, type: mimeType, size: bytes.byteLength, open: async () => ({ body: bytes }) }];
}

/** Of both forms the plain one is what its sender saw in the end, unless it is empty or says to look at the other. */
function plainOf({ text = "", html = "" }: Email): string | null {
  const plain = text.trim();
  if (html === "") return plain;
  const isPlaceholder = plain.length < 200 && /(html|view this (e-?mail|message)).{0,80}/i.test(plain);
  return plain === "" || isPlaceholder ? null : plain;
}

async function wholeText(email: Email): Promise<string> {
  return cleaned(plainOf(email) ?? (await textOfHtml(email.html ?? "", { quotes: true })));
}

async function ownText(email: Email, whole: string): Promise<string> {
  if (plainOf(email) !== null) return ownWords(whole);
  const unquoted = cleaned(await textOfHtml(email.html ?? ""));
  return ownWords(unquoted === "" ? whole : unquoted);
}

/** Without characters that nobody sees, and with line ends as we write them. */
function cleaned(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "")
    .toWellFormed()
    .trim();
}

function shown(text: string): string {
  return cleaned(text).replace(/\s+/g, " ");
}

/** The address, where From has exactly one and stands once: readers of mail differ on which of two counts. */
function onlyAddress(from: Address | undefined, headers: readonly MailHeader[]): ReceivedMail["from"] {
  const [header, ...others] = headers.filter(({ key }) => key === "from");
  if (!header || others.length > 0 || from?.address === undefined) return null;
  const address = readEmail(from.address);
  if (address === null || /[,;]/.test(withoutQuoted(header.value))) return null;
  const name = [...shown(from.name)].slice(0, MAX_NAME).join("").trim();
  // A name that looks like another address is there to deceive people.
  return { address, name: name.includes("@") ? "" : name };
}

function withoutQuoted(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"/g, "");
}

function referencesOf({ references = "", inReplyTo = "" }: Email): string[] {
  const ids = [...new Set([...idsIn(references), ...idsIn(inReplyTo)])];
  return ids.length <= MOST_REFERENCES ? ids : [ids[0] ?? "", ...ids.slice(1 - MOST_REFERENCES)];
}

function idsIn(text: string): string[] {
  return (text.slice(0, 64 * 1024).match(/<[^<>\s]{1,996}>/g) ?? []).filter((id) => id.length <= MAX_ID);
}

/** A mail that goes out to one person, in the words of every provider. */
export interface Mail {
  from: Mailbox;
  /** An address alone. */
  to: string;
  subject: string;
  text: string;
  /** The same as HTML; both go out, as alternatives. */
  html?: string;
  replyTo?: string;
  /** In-Reply-To, References and the like, by their names. */
  headers?: Readonly<Record<string, string>>;
  files?: readonly MailFile[];
  /** A name of this very mail, 1 to 256 characters: where the provider can tell, it sends the same one once. */
  key?: string;
}

export interface Mailbox {
  name?: string;
  address: string;
}

export interface MailFile {
  name: string;
  mediaType: string;
  /** As base64. */
  content: string;
}

/** What came of handing a mail over. */
export type MailFate =
  /** The provider has it. @property id its id of it, which its later reports name */
  | { outcome: "sent"; id: string }
  /** It will never take it. @property unreachable nor anything else to this address */
  | { outcome: "failed"; reason: string; unreachable: boolean }
  /** Not now. @property refused it does not let us send: nothing gets through until somebody sees to it */
  | {
      outcome: "later";
      reason: string;
      statusCode: number | null;
      retryAfterMs: number | null;
      refused: boolean;
    };

/** A provider of mail, with what it knows us by. */
export type MailWay =
  | { provider: "cloudflare" }
  | { provider: "resend"; key: string }
  | { provider: "postmark"; key: string };

/** A line of a header: what would begin another one is a blank. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ").trim();
}

/** A name with an address, as a header has it: quoted, and without what would end the quotes. */
export function mailboxText({ name, address }: Mailbox): string {
  const shown = oneLine(name ?? "").replace(/["\\<>]/g, "");
  return shown === "" ? address : `"${shown}" <${address}>`;
}

/** The mail with nothing in it that could become a header of its own. */
export function inOneLines(mail: Mail): Mail {
  const { from, subject, headers = {}, files = [] } = mail;
  return {
    ...mail,
    from: { address: oneLine(from.address), ...(from.name ? { name: oneLine(from.name) } : {}) },
    to: oneLine(mail.to),
    subject: oneLine(subject),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, oneLine(value)])),
    files: files.map((file) => ({ ...file, name: oneLine(file.name), mediaType: oneLine(file.mediaType) })),
  };
}

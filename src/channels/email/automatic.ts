import type { MailHeader } from "./sender-proof.ts";

/** Headers that only programs write, whatever they say (RFC 2369, 2919 and what autoresponders do). */
const PROGRAMS =
  /^(list-[a-z-]+|x-autoreply|x-autorespond|x-autoresponder|x-auto-reply|x-failed-recipients|x-loop)$/;

/** Senders of reports. */
const POSTMASTER = /^(mailer-daemon|postmaster)@/i;

/**
 * Whether a program wrote a mail by itself: an absence note, a report that something did not arrive, a mailing list.
 * Answering one makes loops (RFC 3834).
 * @param envelopeFrom as the sending server gave it: empty for reports
 */
export function isAutomatic(headers: readonly MailHeader[], envelopeFrom: string): boolean {
  const sender = envelopeFrom.replace(/[<>\s]/g, "");
  if (sender === "" || POSTMASTER.test(sender)) return true;
  return headers.some(({ key, value }) => {
    const said = value.trim().toLowerCase();
    switch (key) {
      case "auto-submitted":
        return !/^no\b/.test(said);
      case "precedence":
        return /^(bulk|junk|list|auto_reply)\b/.test(said);
      case "x-auto-response-suppress":
        return said !== "" && said !== "none";
      case "content-type":
        return said.startsWith("multipart/report");
      default:
        return PROGRAMS.test(key);
    }
  });
}

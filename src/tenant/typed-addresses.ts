import { visibleText } from "./visible-text.ts";

/** Addresses that people type: of email and of the web. */

/** Characters of an address: RFC 5321, 4.5.3.1.3, less the angle brackets. */
export const MAX_EMAIL = 254;
/** With a name in front. */
const MAX_MAILBOX = 600;
const MAX_WEB_ADDRESS = 2000;
/** RFC 5321, 4.5.3.1.1. */
const MAX_LOCAL = 64;

/** Dot-atoms (RFC 5322, 3.2.3), of which RFC 6531 makes every letter beyond ASCII a part. */
const LOCAL = /^[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+(?:\.[\w!#$%&'*+/=?^`{|}~\u0080-\u{10ffff}-]+)*$/u;
const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
/** A domain in A-labels (RFC 5890) of at least two labels, the last of them no number. */
const DOMAIN = new RegExp(`^(?:${LABEL}\\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{0,58}[a-z0-9])$`);

/**
 * A domain's ASCII form in small letters, as names are compared and looked up (IDNA, UTS 46): `münchen.example` is
 * `xn--mnchen-3ya.example`. Null when it is none of a public host with at least two labels.
 */
function asciiDomain(domain: string): string | null {
  // What would mean something else in an address: only letters, digits, hyphens and points are a host's.
  if (domain.length > 253 || /[^\p{L}\p{M}\p{N}.\u3002\u30fb\u00b7-]/u.test(domain)) return null;
  const host = URL.parse(`http://${domain}/`)?.hostname;
  return host !== undefined && DOMAIN.test(host) ? host : null;
}

/**
 * The email address that somebody typed or pasted: trimmed, without what cannot be seen, in NFKC; also out of
 * `John <j@x.example>` and `mailto:j@x.example`. Addresses in other scripts (RFC 6531) are as good as others, quoted
 * local parts and domains in brackets are refused.
 * @returns the address as it was written, or null
 */
export function readEmail(text: string): string | null {
  if (text.length > MAX_MAILBOX) return null;
  const typed = visibleText(text).normalize("NFKC").trim();
  const inside = typed.endsWith(">") ? typed.slice(typed.lastIndexOf("<") + 1, -1) : typed;
  const address = inside.trim().replace(/^mailto:/i, "");
  return emailParts(address) ? address : null;
}

function emailParts(address: string): { local: string; domain: string } | null {
  const at = address.lastIndexOf("@");
  const local = address.slice(0, at);
  if (at < 1 || address.length > MAX_EMAIL || local.length > MAX_LOCAL) return null;
  if (!LOCAL.test(local) || /[\p{Z}\p{C}]/u.test(local)) return null;
  const domain = asciiDomain(address.slice(at + 1));
  return domain === null ? null : { local, domain };
}

/**
 * What is compared of an address, in whatever form it was typed: small letters, the domain in A-labels. What is no
 * address comes back in small letters.
 */
export function emailKey(text: string): string {
  const address = readEmail(text);
  const parts = address === null ? null : emailParts(address);
  return parts ? `${parts.local.toLowerCase()}@${parts.domain}` : text.trim().toLowerCase();
}

/**
 * The web address that somebody typed, with its scheme: `example.com/a` is `https://example.com/a`. Hosts have a point
 * in them, and no name or password before them.
 * @returns null for what is none
 */
export function readWebAddress(text: string): string | null {
  const typed = visibleText(text).normalize("NFC").trim();
  if (typed.length > MAX_WEB_ADDRESS || /\s/.test(typed)) return null;
  const withScheme = /^https?:\/\//i.test(typed);
  if (!withScheme && /^[a-z][a-z0-9+.-]*:(?!\d)/i.test(typed)) return null;
  const address = withScheme ? typed : `https://${typed}`;
  const url = URL.parse(address);
  if (url === null || url.username !== "" || url.password !== "") return null;
  const host = url.hostname.replace(/\.$/, "");
  // With a scheme an address of numbers is meant as one; without, 1.5 is a number.
  const named = DOMAIN.test(host) || (withScheme && /^[^.]+(\.[^.]+)+$/.test(host));
  return named && address.length <= MAX_WEB_ADDRESS ? address : null;
}

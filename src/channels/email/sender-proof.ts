/**
 * Whether a mail is from whom it says. Cloudflare checks SPF, DKIM and DMARC when it takes a mail in, and writes what it
 * found on top of it (RFC 8601: `Authentication-Results: mx.cloudflare.net; dkim=…; dmarc=…; spf=…`, as seen in mail of
 * June 2026). What stands below its own lines the sender has written.
 */

/** Who vouches: Cloudflare's name in these headers. */
const OURS = "mx.cloudflare.net";

/** Headers that a receiving server writes. The first other one, or a second Received, is the sender's. */
const WRITTEN_ON_RECEIPT =
  /^(received|received-spf|return-path|delivered-to|authentication-results|arc-[a-z-]+|x-cf-[a-z-]+)$/;

/** A header, from the top of a mail down. @property key in small letters */
export interface MailHeader {
  key: string;
  value: string;
}

interface Result {
  method: string;
  value: string;
  properties: Map<string, string>;
}

/**
 * Whether the address in From is proven: DMARC passed for its domain; or, where the domain has no DMARC policy, a DKIM
 * signature by it or a domain above it did, or SPF for an envelope address in it. Whatever contradicts itself is not.
 * @param from the only address in From
 * @param envelopeFrom as the sending server gave it
 */
export function isProven(headers: readonly MailHeader[], from: string, envelopeFrom: string): boolean {
  const text = stampOf(headers);
  if (text === null) return false;
  const domain = domainOf(from);
  const results = resultsOf(text);
  const dmarc = results.filter(({ method }) => method === "dmarc");
  if (dmarc.length > 1) return false;
  const [policy] = dmarc;
  if (policy && policy.value !== "none") {
    return policy.value === "pass" && policy.properties.get("header.from") === domain;
  }
  return isSigned(text, domain) || isSentBySelf(results, domain, envelopeFrom);
}

/** What the receiving server found, without its name; null where it says nothing. */
function stampOf(headers: readonly MailHeader[]): string | null {
  let received = 0;
  for (const { key, value } of headers) {
    if (!WRITTEN_ON_RECEIPT.test(key)) return null;
    if (key === "received" && ++received > 1) return null;
    if (key !== "authentication-results") continue;
    const [name = "", ...results] = value.split(";");
    return name.trim().split(/\s/)[0]?.toLowerCase() === OURS ? results.join(";") : null;
  }
  return null;
}

/** A DKIM signature by the domain, or one above it. Comments may repeat what the sender said: what is behind one counts not. */
function isSigned(text: string, domain: string): boolean {
  const [before = ""] = text.split("(");
  return resultsOf(before).some(({ method, value, properties }) => {
    const signer = properties.get("header.d");
    return (
      method === "dkim" &&
      value === "pass" &&
      !!signer &&
      (domain === signer || domain.endsWith(`.${signer}`))
    );
  });
}

/** SPF for the envelope's address, which is in the very domain. */
function isSentBySelf(results: readonly Result[], domain: string, envelopeFrom: string): boolean {
  const sender = envelopeFrom.toLowerCase();
  if (domainOf(sender) !== domain) return false;
  const spf = results.filter(
    ({ method, properties }) => method === "spf" && properties.get("smtp.mailfrom") === sender,
  );
  return spf.length === 1 && spf[0]?.value === "pass";
}

/** `method=value property=value …; …` without its comments. */
function resultsOf(text: string): Result[] {
  return withoutComments(text)
    .split(";")
    .flatMap((part) => {
      const [first = "", ...rest] = part.trim().toLowerCase().split(/\s+/);
      const [method = "", value = ""] = first.split("=");
      if (method === "" || value === "") return [];
      const properties = new Map(
        rest.map((one): [string, string] => {
          const at = one.indexOf("=");
          return [one.slice(0, at), one.slice(at + 1).replace(/^"|"$/g, "")];
        }),
      );
      return [{ method, value, properties }];
    });
}

function withoutComments(text: string): string {
  let depth = 0;
  let left = "";
  for (let i = 0; i < text.length; i++) {
    const letter = text[i];
    if (letter === "\\") i++;
    else if (letter === "(") depth++;
    else if (letter === ")") depth = Math.max(0, depth - 1);
    else if (depth === 0) left += letter;
  }
  return left;
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf("@") + 1).toLowerCase();
}

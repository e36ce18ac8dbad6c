import { Failure } from "../tenant/failure.ts";

/**
 * Which web pages may open a chat with an inbox. The browser's Origin header is a courtesy of browsers, not proof
 * of anything: this keeps other sites from showing the widget, while the visitor's token is what authenticates.
 */

const MAX_DOMAINS = 50;
const DOMAIN = /^(\*\.)?([^:/?#@\s*]+)(:\d{1,5})?$/;

/**
 * Brings allowed domains into the form they are compared in: a host (`example.com`), a host with a port
 * (`localhost:3000`), or every host below one (`*.example.com`, which leaves out `example.com` itself).
 * Whole origins and international names are accepted and converted; doubles are dropped.
 * @throws Failure `invalid_input` naming the one that is no domain, or when there are more than 50
 */
export function normaliseDomains(domains: readonly string[]): string[] {
  if (domains.length > MAX_DOMAINS) {
    throw new Failure("invalid_input", `An inbox takes at most ${MAX_DOMAINS} allowed domains.`);
  }
  return [...new Set(domains.map(normaliseDomain))];
}

function normaliseDomain(domain: string): string {
  const bare = domain
    .trim()
    .replace(/^https?:\/\//i, "")
    .replace(/\/$/, "");
  const [, wildcard = "", name = "", port = ""] = DOMAIN.exec(bare) ?? [];
  // The URL parser turns international names into the ASCII form that an Origin header has.
  const host = name && URL.parse(`https://${name}`)?.hostname;
  if (!host) {
    throw new Failure("invalid_input", `${JSON.stringify(domain.slice(0, 80))} is not a domain.`, {
      hint: "Write it as example.com, *.example.com or localhost:3000.",
    });
  }
  return wildcard + host + port;
}

/**
 * True when a page of this origin may talk to an inbox with these allowed domains: none means any page.
 * A domain without a port stands for every port of it.
 * @param origin the value of an Origin header; `null` and anything else that is no web origin matches no domain
 */
export function originAllowed(allowedDomains: readonly string[], origin: string): boolean {
  if (allowedDomains.length === 0) return true;
  const url = URL.parse(origin);
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return false;
  const hostAndPort = `${url.hostname}:${url.port || (url.protocol === "https:" ? "443" : "80")}`;
  return allowedDomains.some((domain) => {
    const host = domain.includes(":") ? hostAndPort : url.hostname;
    return domain.startsWith("*.") ? host.endsWith(domain.slice(1)) : host === domain;
  });
}

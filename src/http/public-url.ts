import { leadsInside } from "./spelled-addresses.ts";

/**
 * Which addresses this deployment may be made to call: targets of webhooks, flows and media that people configure.
 * A Worker cannot pin what a name resolves to, so the compatibility flag `global_fetch_strictly_public` stands behind
 * these rules, and redirects are not followed.
 */

/** Longest URL taken, in characters. */
export const MAX_URL_LENGTH = 2048;

export type UrlRefusal =
  | "malformed"
  | "too_long"
  | "not_https"
  | "credentials"
  | "ip_literal"
  | "private_host"
  | "port"
  | "own_host";

const REASONS: Record<UrlRefusal, string> = {
  malformed: "not a valid absolute URL",
  too_long: `longer than ${MAX_URL_LENGTH} characters`,
  not_https: "only https is allowed",
  credentials: "user names and passwords do not belong into a URL",
  ip_literal: "IP addresses are not allowed, use a host name",
  private_host: "the host is not a public one",
  port: "the port is not one that the web is served on",
  own_host: "this deployment does not call itself",
};

export type UrlCheck = { ok: true; url: URL } | { ok: false; refusal: UrlRefusal; reason: string };

/** Names that never lead to the public internet (RFC 6761, 6762, 8375, and what networks use inside). */
const PRIVATE_SUFFIXES = [
  "localhost",
  "local",
  "internal",
  "intranet",
  "private",
  "corp",
  "home",
  "lan",
  "localdomain",
  "invalid",
  "onion",
  "arpa",
  "test",
  // Names inside clusters: Kubernetes, Docker, Consul, Nomad.
  "svc",
  "docker",
  "consul",
  "nomad",
  "cluster",
];

/** Below it the system's own services listen, and a web server on 443 (or, oddly, 80) alone. */
const FIRST_FREE_PORT = 1024;

/** Cloud metadata services under public-looking names; those under `.internal` and by address are refused anyway. */
const METADATA_HOSTS = ["metadata.goog", "metadata.azure.com", "metadata.platformequinix.com"];

/**
 * Whether a URL may be called: https, no credentials, a port of the web, a public host name and no address in any notation (the URL
 * parser turns decimal, octal, hexadecimal, short and full-width forms into dotted ones first).
 * @param ownHosts host names of this deployment, which must not be called either; lower case, without port
 */
export function checkPublicUrl(text: string, ownHosts: readonly string[] = []): UrlCheck {
  const refuse = (refusal: UrlRefusal): UrlCheck => ({ ok: false, refusal, reason: REASONS[refusal] });
  if (text.length > MAX_URL_LENGTH) return refuse("too_long");
  const url = URL.parse(text);
  if (!url) return refuse("malformed");
  if (url.protocol !== "https:") return refuse("not_https");
  if (url.username !== "" || url.password !== "" || /^https:\/*[^/?#]*@/i.test(text)) {
    return refuse("credentials");
  }
  const host = url.hostname.toLowerCase().replace(/\.$/, "");
  if (host.startsWith("[") || /^\d{1,3}(\.\d{1,3}){3}$/.test(host)) return refuse("ip_literal");
  if (ownHosts.includes(host)) return refuse("own_host");
  const port = url.port === "" ? 443 : Number(url.port);
  if (port < FIRST_FREE_PORT && port !== 443 && port !== 80) return refuse("port");
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  // A name of one label is looked up in the network's own search domain; a last label of digits is no domain.
  if (labels.length < 2 || labels.includes("") || /^\d+$/.test(last)) return refuse("private_host");
  if (PRIVATE_SUFFIXES.includes(last) || leadsInside(host)) return refuse("private_host");
  const isMetadata = METADATA_HOSTS.some((name) => host === name || host.endsWith(`.${name}`));
  return isMetadata ? refuse("private_host") : { ok: true, url };
}

/**
 * Which addresses this deployment may be made to call: targets of webhooks, flows and media that people configure.
 * A Worker cannot pin what a name resolves to, so the compatibility flag `global_fetch_strictly_public` stands behind
 * these rules, redirects are not followed, and whoever resolves a name beforehand asks {@link isPublicAddress}.
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
  | "own_host";

const REASONS: Record<UrlRefusal, string> = {
  malformed: "not a valid absolute URL",
  too_long: `longer than ${MAX_URL_LENGTH} characters`,
  not_https: "only https is allowed",
  credentials: "user names and passwords do not belong into a URL",
  ip_literal: "IP addresses are not allowed, use a host name",
  private_host: "the host is not a public one",
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
];

/** Cloud metadata services under public-looking names; those under `.internal` and by address are refused anyway. */
const METADATA_HOSTS = ["metadata.goog", "metadata.azure.com", "metadata.platformequinix.com"];

/**
 * Whether a URL may be called: https, no credentials, a public host name and no address in any notation (the URL
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
  if (host.startsWith("[") || parseV4(host) !== null) return refuse("ip_literal");
  if (ownHosts.includes(host)) return refuse("own_host");
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  // A name of one label is looked up in the network's own search domain; a last label of digits is no domain.
  if (labels.length < 2 || labels.includes("") || /^\d+$/.test(last)) return refuse("private_host");
  if (PRIVATE_SUFFIXES.includes(last)) return refuse("private_host");
  const isMetadata = METADATA_HOSTS.some((name) => host === name || host.endsWith(`.${name}`));
  return isMetadata ? refuse("private_host") : { ok: true, url };
}

/** IPv4 ranges that are not the public internet, as [first address, prefix length] (IANA special-purpose registry). */
const NOT_PUBLIC_V4: readonly [string, number][] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10], // carrier-grade NAT
  ["127.0.0.0", 8],
  ["169.254.0.0", 16], // link-local, cloud metadata
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24], // 6to4 relays
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];

/** Parts of 2000::/3 that are not plain public addresses, as [first groups, bits that count]. */
const NOT_PUBLIC_V6: readonly [readonly number[], number][] = [
  [[0x2001, 0x0000], 23], // Teredo, benchmarking, ORCHID
  [[0x2001, 0x0db8], 32], // documentation
  [[0x2002], 16], // 6to4: carries any IPv4 address
  [[0x3fff, 0x0000], 20], // documentation
];

/**
 * Whether an IP address (as DNS answers spell it) belongs to the public internet. Of IPv6 only global unicast
 * (2000::/3) does, which leaves out loopback, unique local, link- and site-local, multicast, IPv4-mapped and NAT64.
 * @returns false also for text that is no address
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseV4(address);
  if (v4 !== null) {
    return !NOT_PUBLIC_V4.some(([first, bits]) => sharesBits(v4, parseV4(first) ?? 0, 32 - bits));
  }
  const v6 = parseV6(address);
  if (v6 === null || ((v6[0] ?? 0) & 0xe000) !== 0x2000) return false;
  return !NOT_PUBLIC_V6.some(([prefix, bits]) =>
    prefix.every((group, i) => sharesBits(v6[i] ?? 0, group, Math.max(0, 16 * (i + 1) - bits))),
  );
}

/** Whether two numbers are equal but for the last `ignored` bits. Division, since shifts are signed 32-bit. */
function sharesBits(a: number, b: number, ignored: number): boolean {
  return Math.floor(a / 2 ** ignored) === Math.floor(b / 2 ** ignored);
}

/** Four decimal numbers with dots as one number; null for anything else. */
function parseV4(text: string): number | null {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return null;
  const bytes = text.split(".").map(Number);
  return bytes.some((byte) => byte > 255) ? null : bytes.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The eight groups of an IPv6 address; null for anything else. The URL parser knows the notations. */
function parseV6(text: string): number[] | null {
  if (!/^[0-9a-f:.]+$/i.test(text)) return null;
  const host = URL.parse(`http://[${text}]/`)?.hostname;
  if (!host) return null;
  const [head = "", tail] = host.slice(1, -1).split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16));
  const [before, after] = [groups(head), tail === undefined ? [] : groups(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

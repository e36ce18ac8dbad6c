/** Names that say which address they lead to: anybody can write one that leads into a private network. */

/** Every name below these leads to this machine. */
const LOOPBACK_NAMES = [
  ...["localtest.me", "lvh.me", "vcap.me", "lacolhost.com", "fuf.me", "localhost.direct", "localho.st"],
  ...["42foo.com", "ulh.us", "yoogle.com", "localdev.me"],
];

/** Below these a name leads to the address that it spells, dotted, with dashes, in hexadecimal, IPv4 or IPv6. */
const SPELLING_NAMES = [
  ...["nip.io", "sslip.io", "xip.io", "xip.name", "ipq.co", "backname.io", "traefik.me", "ip6.name"],
  ...["local-ip.co", "local-ip.sh", "local-ip.medicmobile.org", "localip.uk", "plex.direct", "nip.direct"],
];

/** And below these to one after another: made to get past rules like ours. */
const REBINDING_NAMES = ["rbndr.us", "1u.ms", "rebind.it", "rebind.network", "rebinder.it"];

/** First and last address of each range that is not the public internet's (IANA's special-purpose registry). */
const SPECIAL: readonly (readonly [first: string, last: string])[] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
];

const numberOf = (address: string) =>
  address.split(".").reduce((number, octet) => number * 256 + Number(octet), 0);
const ranges = SPECIAL.map(([first, last]) => [numberOf(first), numberOf(last)] as const);

/** Four numbers of an address in a row, with dots or with dashes between them. */
const SPELLED = /(?<![0-9])(?=(\d{1,3})([.-])(\d{1,3})\2(\d{1,3})\2(\d{1,3})(?![0-9]))/g;

/**
 * Whether a host name leads, by what it says, to an address that is not the public internet's. What says a public one
 * does not: machines of clouds are called so.
 * @param host in lower case, without a dot at its end
 */
export function leadsInside(host: string): boolean {
  const isBelow = (names: readonly string[]) =>
    names.some((name) => host === name || host.endsWith(`.${name}`));
  if (isBelow(LOOPBACK_NAMES) || isBelow(REBINDING_NAMES)) return true;
  const spelled = [...host.matchAll(SPELLED)]
    .map(([, a, , b, c, d]) => [a, b, c, d].map(Number))
    .filter((octets) => octets.every((octet) => octet <= 255));
  if (spelled.some((octets) => isSpecial(octets))) return true;
  if (!isBelow(SPELLING_NAMES)) return false;
  // Other spellings are not read: there, only an address that can be seen is a public one.
  return spelled.length === 0 || /(^|[.-])[0-9a-f]{8}(?=[.-])|--/.test(host);
}

function isSpecial(octets: readonly number[]): boolean {
  const number = numberOf(octets.join("."));
  return ranges.some(([first, last]) => number >= first && number <= last);
}

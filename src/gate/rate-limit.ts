/** The window of the native limits in seconds, as configured: what a refused caller is told to wait at most. */
const PERIOD = 60;

/**
 * Who to count: the client's address as Cloudflare saw it. Of IPv6 the first 64 bits, since one subscriber has them all.
 * Requests without an address (only possible off Cloudflare) share one count.
 */
export function clientAddress(request: Request): string {
  const address = request.headers.get("cf-connecting-ip") ?? "none";
  return address.includes(":") ? ipv6Network(address) : address;
}

function ipv6Network(address: string): string {
  const [head = "", tail] = address.split("::");
  const groups = head ? head.split(":") : [];
  if (tail !== undefined) {
    const rest = tail ? tail.split(":") : [];
    while (groups.length + rest.length < 8) groups.push("0");
    groups.push(...rest);
  }
  return groups.slice(0, 4).join(":");
}

/**
 * Counts a request against a native limit, per location and approximate, as a first gate before any work.
 * @param what keeps the counts of different endpoints on one binding apart
 * @returns seconds to wait when over the limit, otherwise null
 */
export async function overLimit(limit: RateLimit, what: string, whom: string): Promise<number | null> {
  const { success } = await limit.limit({ key: `${what}:${whom}` });
  return success ? null : PERIOD;
}

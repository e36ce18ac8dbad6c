import { env } from "cloudflare:workers";
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto";
import { publicOrigin } from "../http/addresses.ts";
import { bareId, isId, prefixedId } from "../tenant/ids.ts";

/**
 * Addresses at which a file can be fetched for a while: whoever has one may read that file, and nothing else. Signed with
 * a key of `PARLEY_SECRET`'s, and the same for the same file within an hour, so that browsers keep what they fetched.
 */

export const FILES_PATH = "/files";

const HOUR = 60 * 60_000;
/** Letters and digits of an id behind its prefix. */
const BARE = 22;
/** Bytes of the signature. */
const SIGNATURE = 16;

const utf8 = new TextEncoder();

let kept: { secret: string; key: Uint8Array<ArrayBuffer> } | null = null;

function keyOf(secret: string): Uint8Array<ArrayBuffer> {
  if (kept?.secret !== secret) {
    const key = new Uint8Array(hkdfSync("sha256", secret, "", "parley attachment address 1", 32));
    kept = { secret, key };
  }
  return kept.key;
}

function signature(said: string): string {
  const whole = createHmac("sha256", keyOf(env.PARLEY_SECRET)).update(said).digest();
  return new Uint8Array(whole.subarray(0, SIGNATURE)).toBase64({ alphabet: "base64url", omitPadding: true });
}

/** A file, wherever it is asked for. */
export interface FileReference {
  workspaceId: string;
  id: string;
}

/**
 * The address of a file, good for one to two hours.
 * @param file.name is put at its end, for programs that name what they fetch by it
 */
export function fileAddress(
  { workspaceId, id, name }: FileReference & { name: string },
  now = Date.now(),
): string {
  const hours = (Math.floor(now / HOUR) + 2).toString(36);
  const said = `${bareId(workspaceId)}${bareId(id)}.${hours}`;
  return `${publicOrigin(env)}${FILES_PATH}/${said}.${signature(said)}/${encodeURIComponent(name)}`;
}

/** The file that an address names; null where it was made up or changed, or its time is over. */
export function readFileAddress(token: string, now = Date.now()): FileReference | null {
  const [whose = "", hours = "", signed = "", ...more] = token.split(".");
  if (more.length > 0 || whose.length !== 2 * BARE || !/^[0-9a-z]{1,8}$/.test(hours)) return null;
  const right = utf8.encode(signature(`${whose}.${hours}`));
  const given = utf8.encode(signed);
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  if (Number.parseInt(hours, 36) * HOUR <= now) return null;
  const workspaceId = prefixedId("workspace", whose.slice(0, BARE));
  const id = prefixedId("attachment", whose.slice(BARE));
  return isId("workspace", workspaceId) && isId("attachment", id) ? { workspaceId, id } : null;
}

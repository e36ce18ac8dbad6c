import { expect } from "vitest";
import { Browser, PASSWORD } from "./oauth-world.ts";

/** The code of an app at a moment (RFC 6238: HMAC-SHA-1, six digits, 30 seconds). @param secret in Base32 */
export async function codeAt(secret: string, milliseconds: number): Promise<string> {
  const bits = [...secret.replace(/=+$/, "")]
    .map((letter) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(letter).toString(2).padStart(5, "0"))
    .join("");
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  const counter = new DataView(new ArrayBuffer(8));
  counter.setBigUint64(0, BigInt(Math.floor(milliseconds / 30_000)));
  const hash = { name: "HMAC", hash: "SHA-1" };
  const key = await crypto.subtle.importKey("raw", new Uint8Array(bytes), hash, false, ["sign"]);
  const mac = new DataView(await crypto.subtle.sign("HMAC", key, counter));
  const at = mac.getUint8(19) & 15;
  return String((mac.getUint32(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** The codes of this step and of the next: both hold now and for as long as a test takes, each once. */
export const codesOf = (secret: string) =>
  Promise.all([0, 30_000].map((later) => codeAt(secret, Date.now() + later)));

/** Turns the second factor on in a new browser, by the page's forms; the code of this moment is used up by it. */
export async function guard(email: string) {
  const browser = new Browser();
  await browser.signIn(email);
  const page = await (await browser.post("/account", { do: "factor-on", password: PASSWORD })).text();
  const [secret = "", backup = ""] = [...page.matchAll(/<code data-copyable[^>]*>([^<]+)</g)].map(
    ([, text]) => text ?? "",
  );
  expect(page).toContain('role="img"');
  const [first = ""] = await codesOf(secret);
  const done = await browser.post("/account", { do: "factor-confirm", code: first });
  expect(await done.text()).toContain("Two-factor sign-in is on");
  return { browser, secret, first, backup: backup.split("\n") };
}

import { checkPublicUrl, type UrlCheck } from "./public-url.ts";

/** What decides which addresses a deployment calls. */
export type TargetSettings = Pick<Env, "PUBLIC_URL" | "LOCAL_TARGETS">;

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/**
 * Whether this deployment may call an address that somebody configured: {@link checkPublicUrl} with its own host, but
 * a server on a developer's machine may also be let call the origins in LOCAL_TARGETS. Ask when the address is
 * configured and again before each call: rules and settings change, and what is stored may be older.
 */
export function checkTarget(settings: TargetSettings, text: string): UrlCheck {
  const own = URL.parse(settings.PUBLIC_URL)?.hostname.toLowerCase() ?? "";
  const check = checkPublicUrl(text, [own]);
  if (check.ok || !LOOPBACK.includes(own)) return check;
  const url = URL.parse(text);
  const isLocalTarget =
    url !== null &&
    check.refusal !== "too_long" &&
    check.refusal !== "credentials" &&
    url.username === "" &&
    url.password === "" &&
    (settings.LOCAL_TARGETS ?? "").split(",").some((origin) => origin.trim() === url.origin);
  return isLocalTarget ? { ok: true, url } : check;
}

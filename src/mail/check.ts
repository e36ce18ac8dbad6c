import { z } from "zod";
import { withinTime } from "../http/time-limit.ts";
import type { MailWay } from "./mail.ts";
import { providerOrigin } from "./origins.ts";

const TIMEOUT_MS = 15_000;

const refusal = z.object({ name: z.string().optional() });

/**
 * Whether a provider takes a key, asked in the cheapest way there is; sends nothing. A key of Resend that may only send is
 * told so, which is answer enough.
 * @returns null where it does; else why not, in a sentence
 */
export async function checkKey(env: Env, way: MailWay): Promise<string | null> {
  if (way.provider === "cloudflare") {
    return env.EMAIL ? null : "The deployment has no send_email binding named EMAIL.";
  }
  const isResend = way.provider === "resend";
  const name = isResend ? "Resend" : "Postmark";
  const url = providerOrigin(env, way.provider) + (isResend ? "/domains" : "/server");
  const headers: HeadersInit = isResend
    ? { authorization: `Bearer ${way.key}` }
    : { "x-postmark-server-token": way.key, accept: "application/json" };
  return withinTime(TIMEOUT_MS, async (signal) => {
    try {
      const response = await fetch(url, { headers, redirect: "manual", signal });
      if (response.ok) return null;
      const said = refusal.safeParse(await response.json().catch(() => null)).data?.name;
      if (said === "restricted_api_key") return null;
      if (response.status === 401 || response.status === 403 || response.status === 400) {
        return `${name} does not know this key.`;
      }
      return `${name} answered ${response.status}.`;
    } catch {
      return `${name} could not be reached.`;
    }
  });
}

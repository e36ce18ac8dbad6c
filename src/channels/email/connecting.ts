import { z } from "zod";
import { claimInboxAddress, findInboxAddress, releaseInboxAddress } from "../../control/inbox-keys.ts";
import { publicOrigin } from "../../http/addresses.ts";
import { checkKey } from "../../mail/check.ts";
import type { MailWay } from "../../mail/mail.ts";
import { deploymentWay, handMail } from "../../mail/send.ts";
import { Failure } from "../../tenant/failure.ts";
import { randomText } from "../../tenant/ids.ts";
import { emailKey, readEmail } from "../../tenant/typed-addresses.ts";
import type { Connected, Connecting } from "../channel.ts";
import { hookPath } from "../hook-path.ts";
import { MAX_LOCAL, splitAddress } from "./thread-address.ts";

const PROVIDERS = ["cloudflare", "resend", "postmark"] as const;

const way = z.discriminatedUnion("provider", [
  z.object({ provider: z.literal("cloudflare") }),
  z.object({ provider: z.literal("resend"), key: z.string() }),
  z.object({ provider: z.literal("postmark"), key: z.string() }),
]);

/** What is sealed of a connection. */
const credentialsSchema = z.object({
  /** The inbox's own address, see `emailKey`. */
  address: z.string(),
  /** The team's name, beside that of whoever writes. */
  sender: z.string().nullable(),
  /** Null: the deployment's provider. */
  way: way.nullable(),
  /** What Postmark shows with its reports. */
  hookSecret: z.string(),
  /** What Resend signs its reports with; null: none are taken. */
  signingSecret: z.string().nullable(),
});
export type Credentials = z.output<typeof credentialsSchema>;

export function credentialsOf({ credentials }: Pick<Connected, "credentials">): Credentials {
  return credentialsSchema.parse(credentials);
}

/** What `parley inbox connect` gives. */
const givenSchema = z.strictObject({
  address: z.string(),
  provider: z.enum(PROVIDERS).optional(),
  token: z.string().trim().min(1).max(500).optional(),
  signingSecret: z
    .string()
    .trim()
    .regex(/^whsec_[A-Za-z0-9+/=]{20,200}$/)
    .optional(),
  sender: z.string().trim().min(1).max(100).optional(),
});

const FLAGS =
  "Pass --address, and --provider (cloudflare, resend, postmark) with --token where the deployment has no provider of its own; --sender and --signing-secret are optional.";

/** How an address is connected: its mail arrives here by Cloudflare Email Routing, and goes out by a provider. */
export const connecting: Connecting = {
  async connect(given, { inboxId, publicKey, env }) {
    const { success, data } = givenSchema.safeParse(given);
    if (!success) throw new Failure("invalid_input", FLAGS);
    const address = inboxAddress(data.address);
    const chosen = chosenWay(data);
    const used = chosen ?? deploymentWay(env);
    if (!used)
      throw new Failure("invalid_input", "This deployment sends no mail by itself.", { hint: FLAGS });
    const refused = await checkKey(env, used);
    if (refused !== null) throw new Failure("invalid_input", refused);
    const place = await findInboxAddress(env.CONTROL, publicKey);
    if (
      !place ||
      !(await claimInboxAddress(env.CONTROL, address, { workspaceId: place.workspaceId, inboxId }))
    ) {
      throw new Failure("conflict", `Mail to ${address} arrives in another inbox.`, {
        hint: "Disconnect that one first, or take another address.",
      });
    }
    const hookSecret = randomText(32);
    const { sender = null, signingSecret = null } = data;
    return {
      connection: {
        credentials: { address, sender, way: chosen, hookSecret, signingSecret } satisfies Credentials,
        shown: {
          address,
          provider: chosen?.provider ?? `${used.provider} (the deployment's)`,
          ...(sender ? { sender } : {}),
        },
      },
      once: { next: nextSteps(address), ...reportsTo(env, used, publicKey, hookSecret) },
    };
  },
  async test(connected) {
    const { env, inboxId } = connected;
    const { address, sender } = credentialsOf(connected);
    const used = wayOf(connected);
    if (!used) throw new Failure("not_allowed", "This deployment sends no mail by itself any more.");
    const fate = await handMail(env, used, {
      ...{ from: { address, ...(sender ? { name: sender } : {}) }, to: address },
      ...{ subject: "Test of this inbox", text: `A test of the inbox ${inboxId}. Nobody need answer it.` },
      headers: { "Auto-Submitted": "auto-generated" },
      key: `test/${inboxId}/${crypto.randomUUID()}`,
    });
    if (fate.outcome !== "sent") throw new Failure("not_allowed", fate.reason);
    return `${used.provider} took a mail from ${address} to itself. Write to the address to see that mail arrives.`;
  },
  async replaced(before, now) {
    const { address } = credentialsOf(before);
    if (address !== credentialsOf(now).address) await connecting.disconnect(before);
  },
  async disconnect(connected) {
    const { address } = credentialsOf(connected);
    await releaseInboxAddress(connected.env.CONTROL, address, connected.inboxId);
  },
};

/** The provider of an inbox; null where it is the deployment's, which has none any more. */
export function wayOf(connected: Connected): MailWay | null {
  return credentialsOf(connected).way ?? deploymentWay(connected.env);
}

/** @throws Failure `invalid_input` for an address whose answers could not come back to it */
function inboxAddress(text: string): string {
  const read = readEmail(text);
  if (read === null) throw new Failure("invalid_input", `${JSON.stringify(text)} is no email address.`);
  const address = emailKey(read);
  if (splitAddress(address).tag !== null) {
    throw new Failure(
      "invalid_input",
      "Take an address without a plus: what stands behind it names a conversation.",
    );
  }
  if (address.lastIndexOf("@") > MAX_LOCAL) {
    throw new Failure("invalid_input", `Take an address with at most ${MAX_LOCAL} characters before the @.`);
  }
  return address;
}

/** @throws Failure `invalid_input` for a provider without its key, and the other way round */
function chosenWay({ provider, token }: z.output<typeof givenSchema>): MailWay | null {
  if (provider === undefined) {
    if (token === undefined) return null;
    throw new Failure("invalid_input", "Say by --provider whose key it is: resend or postmark.");
  }
  if (provider === "cloudflare") {
    if (token === undefined) return { provider };
    throw new Failure("invalid_input", "Cloudflare's binding takes no --token.");
  }
  if (token !== undefined) return { provider, key: token };
  throw new Failure("invalid_input", `Pass --token, the key of ${provider}.`);
}

function nextSteps(address: string): string {
  const domain = address.slice(address.lastIndexOf("@") + 1);
  return `At Cloudflare, under ${domain}, Email Routing: switch on Subaddressing, and add a rule that sends ${address} to this Worker.`;
}

/** Where the provider tells what became of a mail; Cloudflare does not. */
function reportsTo(
  env: Env,
  { provider }: MailWay,
  publicKey: string,
  secret: string,
): Record<string, string> {
  const url = new URL(publicOrigin(env) + hookPath(publicKey));
  if (provider === "cloudflare") return {};
  if (provider === "postmark") {
    url.username = "parley";
    url.password = secret;
  }
  return { reports: url.href };
}

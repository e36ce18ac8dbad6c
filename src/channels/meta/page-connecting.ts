import { z } from "zod";
import { Failure } from "../../tenant/failure.ts";
import type { Connected, Connecting } from "../channel.ts";
import { askGraph } from "./asking.ts";
import { callGraph, type GraphAccess } from "./graph.ts";
import { hookAddress, verifyToken } from "./handshake.ts";

/** What is sealed of a connection. */
const credentialsSchema = z.object({
  token: z.string(),
  appSecret: z.string(),
  appId: z.string().optional(),
  pageId: z.string(),
  /** The account that webhooks speak of: the page's own id, or that of its Instagram account. */
  accountId: z.string(),
});
export type Credentials = z.output<typeof credentialsSchema>;

export function credentialsOf({ credentials }: Pick<Connected, "credentials">): Credentials {
  return credentialsSchema.parse(credentials);
}

/** What `parley inbox connect` gives. */
const givenSchema = z.strictObject({
  token: z.string().trim().min(20).max(1000),
  appSecret: z
    .string()
    .trim()
    .regex(/^[0-9a-f]{32}$/i),
  appId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/)
    .optional(),
});

const me = z.object({
  id: z.string(),
  name: z.string().default(""),
  instagram_business_account: z.object({ id: z.string(), username: z.string().default("") }).optional(),
});

const subscriptions = z.object({
  data: z.array(z.object({ object: z.string(), callback_url: z.string().optional() })),
});

/** What is told of a page, and of an account on Instagram. */
const FIELDS = [
  ...["messages", "messaging_postbacks", "message_reactions", "message_edits", "messaging_referrals"],
  ...["message_deliveries", "message_reads"],
];
const INSTAGRAM_FIELDS = [
  ...["messages", "messaging_postbacks", "message_reactions", "messaging_referral", "messaging_seen"],
];

/** One of Meta's two ways of messaging: what webhooks call it, and what people do. */
export interface Product {
  object: "page" | "instagram";
  label: "Messenger" | "Instagram";
}

/** How a page is connected: the app is subscribed to it, and the app's webhooks are sent here. */
export function connectingOf({ object, label }: Product): Connecting {
  const connecting: Connecting = {
    async connect(given, { inboxId, publicKey, env }) {
      const { success, data } = givenSchema.safeParse(given);
      if (!success) {
        throw new Failure(
          "invalid_input",
          "Pass --token, that of the page, --app-secret and, if you like, --app-id, and nothing else.",
          { hint: "The app's id and secret stand under App settings, Basic." },
        );
      }
      const { page, accountId, shown } = await find(env, data, object);
      await must(env, data, `${page.id}/subscribed_apps`, { subscribed_fields: FIELDS.join(",") });
      const callback = hookAddress(env, publicKey);
      const token = await verifyToken(env, inboxId);
      const failed = await subscribe(env, data, { object, callback, token });
      const { appId } = data;
      return {
        connection: {
          credentials: { ...data, ...(appId ? { appId } : {}), pageId: page.id, accountId },
          shown: { ...shown, account: accountId, callback },
        },
        once:
          failed === null
            ? { next: `Write to ${shown.name} on ${label}: it arrives in this inbox.` }
            : {
                next: `${failed} Paste both in the app under ${label}, Webhooks, and subscribe to ${(object === "page" ? FIELDS : INSTAGRAM_FIELDS).join(", ")}.`,
                ...{ callback, verifyToken: token },
              },
      };
    },
    async test(connected) {
      const { env, publicKey } = connected;
      const credentials = credentialsOf(connected);
      const { shown } = await find(env, credentials, object);
      const { appId, appSecret } = credentials;
      if (appId === undefined)
        return `The token of ${shown.name} is taken. Without --app-id nobody can look where webhooks go.`;
      const app = { token: `${appId}|${appSecret}`, appSecret };
      const { data } = subscriptions.parse(await must(env, app, `${appId}/subscriptions`));
      const to = data.find((one) => one.object === object)?.callback_url;
      // Of several pages of one app all webhooks go to one of their inboxes, which hands them on.
      if (to === undefined || new URL(to).origin !== new URL(hookAddress(env, publicKey)).origin) {
        throw new Failure("not_allowed", `What is written to ${shown.name} goes to another address.`, {
          hint: "Connect the inbox again, or set the webhook of the app to the inbox's callback.",
        });
      }
      return `${shown.name} is connected.`;
    },
    async disconnect() {
      // The subscription is the app's, and other pages' too: without the inbox its address answers nothing.
    },
  };
  return connecting;
}

/** @returns why it could not be done; null: it was */
async function subscribe(
  env: Env,
  { appId, appSecret }: { appId?: string; appSecret: string },
  { object, callback, token }: { object: Product["object"]; callback: string; token: string },
): Promise<string | null> {
  if (appId === undefined) return "Without --app-id the app is not told where to send.";
  const answer = await callGraph(
    env,
    { token: `${appId}|${appSecret}`, appSecret },
    `${appId}/subscriptions`,
    {
      ...{ object, callback_url: callback, verify_token: token },
      fields: (object === "page" ? FIELDS : INSTAGRAM_FIELDS).join(","),
    },
  );
  return answer.ok ? null : `Meta does not send here by itself (${answer.description}).`;
}

/** Whose token it is. @throws Failure saying what is wrong */
async function find(env: Env, access: GraphAccess, object: Product["object"]) {
  const fields = object === "page" ? "id,name" : "id,name,instagram_business_account{id,username}";
  const page = me.parse(await must(env, access, `me?fields=${fields}`));
  if (object === "page") return { page, accountId: page.id, shown: { page: page.name, name: page.name } };
  const { instagram_business_account: instagram } = page;
  if (instagram) {
    return { page, accountId: instagram.id, shown: { page: page.name, name: `@${instagram.username}` } };
  }
  throw new Failure(
    "invalid_input",
    `No professional Instagram account is linked to the page ${page.name}.`,
    {
      hint: "Link it in the page's settings under Linked accounts, then make the token anew.",
    },
  );
}

const TOKEN_HINT = "Make one for the page, of a system user or one that does not end.";

/** @throws Failure with what is wrong, in Meta's own words */
const must = (env: Env, access: GraphAccess, path: string, body?: Record<string, unknown>) =>
  askGraph(env, access, { path, body }, TOKEN_HINT);

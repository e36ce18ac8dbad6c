import { z } from "zod";
import { Failure } from "../../tenant/failure.ts";
import type { Connected, Connecting } from "../channel.ts";
import { askGraph } from "../meta/asking.ts";
import { callGraph, type GraphAccess } from "../meta/graph.ts";
import { hookAddress, verifyToken } from "../meta/handshake.ts";
import { credentialsOf } from "./credentials.ts";

/** What `parley inbox connect` gives. */
const givenSchema = z.strictObject({
  token: z.string().trim().min(20).max(1000),
  phoneNumberId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/),
  businessAccountId: z
    .string()
    .trim()
    .regex(/^\d{5,30}$/),
  appSecret: z
    .string()
    .trim()
    .regex(/^[0-9a-f]{32}$/i),
});

const numbers = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      display_phone_number: z.string().default(""),
      verified_name: z.string().default(""),
    }),
  ),
});
type Numbered = z.output<typeof numbers>["data"][number];

/** Where webhooks of a number go: its own address, else its account's, else the app's. */
const route = z.object({
  webhook_configuration: z
    .object({
      phone_number: z.string().optional(),
      whatsapp_business_account: z.string().optional(),
      application: z.string().optional(),
    })
    .optional(),
});

interface Number extends GraphAccess {
  phoneNumberId: string;
  businessAccountId: string;
}

/** How a number is connected: the app is subscribed to its account, and the number's webhooks are sent here. */
export const connecting: Connecting = {
  async connect(given, { inboxId, publicKey, env }) {
    const { success, data } = givenSchema.safeParse(given);
    if (!success) {
      throw new Failure(
        "invalid_input",
        "Pass --token, --phone-number-id, --business-account-id and --app-secret, and nothing else.",
        {
          hint: "The ids stand in the app's dashboard under WhatsApp, API Setup; the secret under App settings, Basic.",
        },
      );
    }
    const number = await find(env, data);
    await must(env, data, `${data.businessAccountId}/subscribed_apps`, {});
    const callback = hookAddress(env, publicKey);
    const token = await verifyToken(env, inboxId);
    const routed = await callGraph(env, data, data.phoneNumberId, {
      webhook_configuration: { override_callback_uri: callback, verify_token: token },
    });
    return {
      connection: {
        credentials: data,
        shown: {
          ...{ number: number.display_phone_number, name: number.verified_name },
          ...{ account: data.phoneNumberId, callback },
        },
      },
      once: routed.ok
        ? { next: `Write to ${number.display_phone_number} on WhatsApp: it arrives in this inbox.` }
        : {
            next:
              "WhatsApp does not send here by itself " +
              `(${routed.description}). Paste both under WhatsApp, Configuration, Webhook, and subscribe to the field messages.`,
            ...{ callback, verifyToken: token },
          },
    };
  },
  async test(connected) {
    const { env, publicKey } = connected;
    const number = credentialsOf(connected);
    const { display_phone_number: shown, verified_name: name } = await find(env, number);
    const { webhook_configuration: to } = route.parse(
      await must(env, number, `${number.phoneNumberId}?fields=webhook_configuration`),
    );
    const address = to?.phone_number || to?.whatsapp_business_account || to?.application;
    if (address !== hookAddress(env, publicKey)) {
      throw new Failure("not_allowed", `What is written to ${shown} goes to another address.`, {
        hint: "Connect the inbox again, or set the webhook of the app to the inbox's callback.",
      });
    }
    return `${shown} (${name}) is connected.`;
  },
  async replaced(before, now) {
    if (credentialsOf(before).phoneNumberId !== credentialsOf(now).phoneNumberId) {
      await connecting.disconnect(before);
    }
  },
  async disconnect(connected: Connected) {
    const number = credentialsOf(connected);
    await callGraph(connected.env, number, number.phoneNumberId, {
      webhook_configuration: { override_callback_uri: "" },
    });
  },
};

/** The number among those of its account. @throws Failure saying what is wrong */
async function find(env: Env, number: Number): Promise<Numbered> {
  const fields = "fields=id,display_phone_number,verified_name&limit=100";
  const read = numbers.safeParse(
    await must(env, number, `${number.businessAccountId}/phone_numbers?${fields}`),
  );
  const found = read.data?.data.find(({ id }) => id === number.phoneNumberId);
  if (found) return found;
  const known = (read.data?.data ?? []).map(({ id, display_phone_number: shown }) => ({ id, name: shown }));
  throw new Failure("invalid_input", "The WhatsApp Business account has no number with this id.", {
    hint: "Pass the phone number ID, not the number itself.",
    candidates: known.slice(0, 20),
  });
}

const TOKEN_HINT =
  "Make one for a system user, without expiry, with whatsapp_business_messaging and whatsapp_business_management.";

/** @throws Failure with what is wrong, in Meta's own words */
const must = (env: Env, access: GraphAccess, path: string, body?: Record<string, unknown>) =>
  askGraph(env, access, { path, body }, TOKEN_HINT);

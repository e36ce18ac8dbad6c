import { eq } from "drizzle-orm";
import { z } from "zod";
import { publicOrigin } from "../http/addresses.ts";
import type { Inbox } from "../inboxes/store.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { chatbots } from "./schema.ts";

/** What puts the widget on a page. */
export const embedOutput = z.object({
  snippet: z.string().nullable().describe("HTML for a page"),
  reason: z.string().nullable().describe("Why there is none"),
});
export type Embed = z.output<typeof embedOutput>;

/**
 * The line of HTML that puts the widget of an inbox on a page, where it would show there; else why it would not.
 * @param widgetEnabled of the inbox's chatbot; true without one
 */
export function embedOf(
  env: Env,
  { publicKey, state }: Pick<Inbox, "publicKey" | "state">,
  widgetEnabled: boolean,
): Embed {
  const refused = (reason: string) => ({ snippet: null, reason });
  if (!widgetEnabled) {
    return refused("The chatbot's widget is switched off: update_chatbot with widgetEnabled true shows it.");
  }
  if (state !== "active") {
    return refused("The inbox is switched off: update_channel with state active lets visitors in.");
  }
  const address = `${publicOrigin(env)}/widget.js?inbox=${publicKey}`;
  return { snippet: `<script src="${address}" async></script>`, reason: null };
}

/** {@link embedOf} for one inbox, asking after its chatbot. */
export async function embedOfInbox(
  { tenant, env }: { tenant: Tenant; env: Env },
  inbox: Pick<Inbox, "publicKey" | "state" | "chatbotId">,
): Promise<Embed> {
  if (inbox.chatbotId === null) return embedOf(env, inbox, true);
  const [chatbot] = await tenant.db
    .select({ widgetEnabled: chatbots.widgetEnabled })
    .from(chatbots)
    .where(tenant.of(chatbots, eq(chatbots.id, inbox.chatbotId)));
  return embedOf(env, inbox, chatbot?.widgetEnabled ?? true);
}

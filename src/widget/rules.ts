import { z } from "zod";
import { admitPage, inboxBehind } from "../channels/web/visited-inbox.ts";
import { chatbotOfInbox } from "../chatbots/store.ts";
import { inboxOf } from "../inboxes/store.ts";
import { noteRule, RULE_MOMENTS } from "../sales/counts.ts";
import type { AskingPage } from "./config.ts";

/** Body of POST /rules: what became of a sales rule on a page. */
export const ruleInput = z.strictObject({
  inboxKey: z.string().max(100),
  ruleId: z.string().max(100),
  what: z.enum(RULE_MOMENTS),
});

/**
 * Counts what a page says of an active rule of its chatbot; of any other nothing is counted, and nothing is said of that.
 * Pages say it of themselves, so the figures are as honest as these.
 * @throws Failure as `visitInbox`
 */
export async function countRule(
  env: Env,
  { inboxKey, origin }: AskingPage,
  { ruleId, what }: Pick<z.output<typeof ruleInput>, "ruleId" | "what">,
): Promise<void> {
  const { tenant, inboxId, unknown } = await inboxBehind(env, inboxKey);
  const [[inbox], [chatbot]] = await tenant.db.batch([
    inboxOf(tenant, inboxId),
    chatbotOfInbox(tenant, inboxId),
  ]);
  if (!inbox) throw unknown;
  admitPage(inbox, chatbot?.widget.allowedDomains ?? [], origin);
  if (chatbot?.widgetEnabled) await noteRule(tenant, { ruleId, chatbotId: chatbot.id, inboxId, what });
}

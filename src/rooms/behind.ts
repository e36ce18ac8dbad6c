import { admitting } from "../channels/web/visited-inbox.ts";
import { chatbotOfInbox } from "../chatbots/store.ts";
import { identityOf } from "../contacts/identities.ts";
import { messagesAfter } from "../conversations/visitor-view.ts";
import { inboxOf } from "../inboxes/store.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Behind } from "./sockets.ts";

/** Messages that are read at once for a socket that lacks some. */
const PAGE = 100;

/** Reads what a customer may see behind a number, with who may see it now. @param tenant that sees the inbox */
export async function readBehind(
  tenant: Tenant,
  where: { inboxId: string; sourceId: string },
  afterSeq: number,
): Promise<Behind> {
  const [[inbox], [chatbot], [identity]] = await tenant.db.batch([
    inboxOf(tenant, where.inboxId),
    chatbotOfInbox(tenant, where.inboxId),
    identityOf(tenant, where),
  ]);
  return {
    admits: admitting(inbox ?? null, chatbot?.widget.allowedDomains ?? []),
    messages: identity ? await messagesAfter(tenant, identity.identityId, afterSeq, PAGE) : [],
  };
}

import { desc, gte, lt } from "drizzle-orm";
import { z } from "zod";
import { type Completion, defineResource, type Resource } from "../calls/define.ts";
import { listContacts } from "../contacts/list.ts";
import { contactBriefs } from "../contacts/lookup.ts";
import type { Tenant } from "../tenant/tenant.ts";
import {
  CUT,
  conversationDetails,
  showMessage,
  UNTRUSTED_CONTACT,
  UNTRUSTED_CONVERSATION,
  UNTRUSTED_VISITOR,
} from "./answers.ts";
import type { Conversation } from "./append.ts";
import { resolveFilters } from "./filters.ts";
import { listConversations } from "./list.ts";
import { getConversation, latestMessages } from "./read.ts";
import { conversations } from "./schema.ts";
import { describeConversation, readsNotes } from "./tools/reading.ts";

/** Messages that the resource carries; `get_conversation` has them all. */
const LATEST = 20;
/** Values offered for one argument. */
const OFFERED = 20;
/** Contacts whose conversations are offered for a typed name. */
const CONTACTS_OFFERED = 5;
/** Ids that are looked through for a typed beginning. */
const LOOKED_THROUGH = 200;

/** Visible conversations whose id begins so, the newest first. */
async function byIdPrefix(tenant: Tenant, prefix: string): Promise<Conversation[]> {
  const rows = await tenant.db
    .select()
    .from(conversations)
    // Ids hold characters below "~" only.
    .where(tenant.of(conversations, gte(conversations.id, prefix), lt(conversations.id, `${prefix}~`)))
    .orderBy(desc(conversations.id))
    .limit(LOOKED_THROUGH);
  return rows.filter(({ inboxId }) => tenant.sees(inboxId)).slice(0, OFFERED);
}

async function latest(tenant: Tenant, args: { contactId?: string }, limit: number): Promise<Conversation[]> {
  return (await listConversations(tenant, await resolveFilters(tenant, args), { args, limit })).items;
}

/** Conversations by the beginning of their id or by their contact's name, email or phone; else the latest. */
async function completeConversation(tenant: Tenant, typed: string): Promise<Completion[]> {
  const text = typed.slice(0, 200);
  const found = await (async () => {
    if (/^cv_[0-9a-z]+$/.test(text)) return byIdPrefix(tenant, text);
    if (text.trim() === "" || text === "cv_") return latest(tenant, {}, OFFERED);
    const contacts = await listContacts(tenant, { query: text, sort: "newest", limit: CONTACTS_OFFERED });
    const each = contacts.items.map(({ id }) =>
      latest(tenant, { contactId: id }, OFFERED / CONTACTS_OFFERED),
    );
    return (await Promise.all(each)).flat();
  })();
  const contacts = await contactBriefs(
    tenant,
    found.map(({ contactId }) => contactId),
  );
  return found.map(({ id, contactId }) => {
    const label = contacts.get(contactId)?.name;
    return { value: id, ...(label ? { label } : {}) };
  });
}

const conversationResource = conversationDetails.extend({
  earlierMessages: z.boolean().describe("get_conversation has earlier ones"),
});

export const conversationResources: readonly Resource[] = [
  defineResource({
    name: "conversation",
    title: "Conversation",
    description: `One conversation with its contact and its latest ${LATEST} messages, long ones cut.`,
    uri: "parley://conversation/{conversationId}",
    toolset: "conversations",
    scope: "conversations:read",
    mimeType: "application/json",
    untrusted: [...UNTRUSTED_CONVERSATION, "text", ...UNTRUSTED_CONTACT, ...UNTRUSTED_VISITOR],
    async read(call, { conversationId = "" }) {
      const conversation = await getConversation(call.tenant, conversationId);
      const [described, messages] = await Promise.all([
        describeConversation(call, conversation),
        latestMessages(call.tenant, conversationId, { notes: readsNotes(call), limit: LATEST }),
      ]);
      return conversationResource.parse({
        ...described,
        messages: messages.items.map((message) => showMessage(call.tenant, message, CUT)),
        earlierMessages: messages.earlier,
      });
    },
    async complete({ tenant }, variable, typed) {
      return variable === "conversationId" ? completeConversation(tenant, typed) : [];
    },
  }),
];

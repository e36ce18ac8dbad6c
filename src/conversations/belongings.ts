import { asc, eq, getTableColumns, sql } from "drizzle-orm";
import { z } from "zod";
import { fileAddress } from "../attachments/address.ts";
import { filesOfConversation } from "../attachments/removal.ts";
import type { Belonging, BelongingPage } from "../contacts/belongings.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { conversations, drafts, messages } from "./schema.ts";

/** What a contact's conversations hold, for an export: itself, and what is read conversation by conversation. */

const { workspaceId: _, lastSeq: __, ...columns } = getTableColumns(conversations);

/** In the order of their last activity: one that is written in meanwhile comes again at the end. */
async function conversationsAfter(
  tenant: Tenant,
  contactId: string,
  after: readonly [number, string] | null,
  size: number,
) {
  const behind = after === null ? sql`1` : sql`(last_activity_at, id) > (${after[0]}, ${after[1]})`;
  return tenant.db
    .select(columns)
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        sql`${conversations.id} IN (SELECT id FROM conversations INDEXED BY conversations_by_contact
          WHERE workspace_id = ${tenant.workspaceId} AND contact_id = ${contactId} AND ${behind}
          ORDER BY last_activity_at, id LIMIT ${size})`,
      ),
    )
    .orderBy(asc(conversations.lastActivityAt), asc(conversations.id));
}

const place = z.tuple([z.number(), z.string(), z.union([z.string(), z.number()]).nullable()]);

/** Conversations that one page of what is in them looks at. */
const LOOKED_AT = 10;

/**
 * Pages of what is in a contact's conversations: of one conversation after the other.
 * @param read what is in a conversation behind a key, in the order of the keys, `size` at most; one question of a batch
 */
export function inConversations(
  read: (
    tenant: Tenant,
    conversationId: string,
    after: string | number | null,
    size: number,
  ) => PromiseLike<{ key: string | number; item: object }[]>,
): Belonging["page"] {
  return async (tenant, contactId, after, size): Promise<BelongingPage> => {
    const [at, id, key] = after === null ? [null, null, null] : place.parse(JSON.parse(after));
    const items: object[] = [];
    let last: readonly [number, string] | null = null;
    if (at !== null) {
      last = [at, id];
      // The one that the page before ended in.
      const rest = key === null ? [] : await read(tenant, id, key, size);
      items.push(...rest.map(({ item }) => item));
      const end = rest.at(-1);
      if (rest.length === size && end) return { items, after: JSON.stringify([at, id, end.key]) };
    }
    const next = await conversationsAfter(tenant, contactId, last, LOOKED_AT);
    for (const conversation of next) {
      const left = size - items.length;
      const seen = tenant.sees(conversation.inboxId);
      const found = seen ? await read(tenant, conversation.id, null, left) : [];
      items.push(...found.map(({ item }) => item));
      last = [conversation.lastActivityAt, conversation.id];
      const end = found.at(-1);
      if (found.length === left && end) return { items, after: JSON.stringify([...last, end.key]) };
    }
    const more = next.length === LOOKED_AT && last !== null;
    return { items, after: more ? JSON.stringify([...(last ?? []), null]) : null };
  };
}

/** The conversations themselves, with what the visitor's page said and how it was rated. */
export const conversationBelonging: Omit<Belonging, "erase"> = {
  kind: "conversation",
  scope: "conversations:read",
  async page(tenant, contactId, after, size) {
    const behind = after === null ? null : z.tuple([z.number(), z.string()]).parse(JSON.parse(after));
    const rows = await conversationsAfter(tenant, contactId, behind, size);
    const end = rows.at(-1);
    return {
      items: rows.filter(({ inboxId }) => tenant.sees(inboxId)),
      after: rows.length === size && end ? JSON.stringify([end.lastActivityAt, end.id]) : null,
    };
  },
};

const { workspaceId: ___, n: ____, ...messageColumns } = getTableColumns(messages);

const messagesOf = (notes: boolean) =>
  inConversations(async (tenant, conversationId, after, size) => {
    const kinds = notes ? sql`${messages.kind} = 'note'` : sql`${messages.kind} <> 'note'`;
    const rows = await tenant.db
      .select(messageColumns)
      .from(messages)
      .where(
        tenant.of(
          messages,
          eq(messages.conversationId, conversationId),
          after === null ? undefined : sql`${messages.seq} > ${after}`,
          kinds,
        ),
      )
      .orderBy(asc(messages.seq))
      .limit(size);
    return rows.map((item) => ({ key: item.seq, item }));
  });

/** What was said in them. */
export const messageBelonging: Belonging = {
  kind: "message",
  scope: "conversations:read",
  page: messagesOf(false),
};

/** What the team noted in them. */
export const noteBelonging: Belonging = { kind: "note", scope: "notes:read", page: messagesOf(true) };

/** Files that came and went in them, each with an address for a while. */
export const attachmentBelonging: Belonging = {
  kind: "attachment",
  scope: "conversations:read",
  page: inConversations(async (tenant, conversationId, after, size) => {
    const rows = await filesOfConversation(tenant, conversationId, after, size);
    return rows.map((file) => ({
      key: file.id,
      item: { ...file, url: fileAddress({ workspaceId: tenant.workspaceId, ...file }) },
    }));
  }),
};

const { workspaceId: _____, ...draftColumns } = getTableColumns(drafts);

/** Replies that were written in them, sent or not. */
export const draftBelonging: Belonging = {
  kind: "draft",
  scope: "drafts:read",
  page: inConversations(async (tenant, conversationId, after, size) => {
    const behind = after === null ? sql`1` : sql`id > ${after}`;
    const rows = await tenant.db
      .select(draftColumns)
      .from(drafts)
      .where(
        tenant.of(
          drafts,
          sql`${drafts.id} IN (SELECT id FROM drafts INDEXED BY drafts_by_conversation
            WHERE workspace_id = ${tenant.workspaceId} AND conversation_id = ${conversationId} AND ${behind}
            ORDER BY id LIMIT ${size})`,
        ),
      )
      .orderBy(asc(drafts.id));
    return rows.map((item) => ({ key: item.id, item }));
  }),
};

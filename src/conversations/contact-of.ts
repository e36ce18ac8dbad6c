import { type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Tenant } from "../tenant/tenant.ts";

/**
 * The contact of a conversation that another table's column names, as a column of a query: what belongs to a
 * conversation need not hold its contact, and a merge has nothing to move there. Null where there is no conversation.
 */
export function contactOf(tenant: Tenant, conversationId: SQLiteColumn): SQL<string | null> {
  return sql<string | null>`(SELECT of_contact.contact_id FROM conversations of_contact
    WHERE of_contact.workspace_id = ${tenant.workspaceId} AND of_contact.id = ${conversationId})`;
}

import { asc, desc, getTableColumns, sql } from "drizzle-orm";
import { MOST_LOOKED_AT, type Scan } from "../tenant/list.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation } from "./append.ts";
import { type Filters, passes } from "./filters.ts";
import { USUAL_PRIORITY } from "./labels.ts";
import { conversations } from "./schema.ts";

/** Lists of conversations that have a tag, or another priority than the usual one. */

/** Where a conversation stands in a list. */
export type Position = Pick<Conversation, "lastActivityAt" | "id">;

const { workspaceId: _, ...columns } = getTableColumns(conversations);

/** What the conversations of these filters are found by; null: they have no label in common. */
export function labelFor({ tag, priority }: Filters): string | null {
  if (tag !== undefined) return tag;
  return priority === undefined || priority === USUAL_PRIORITY ? null : priority;
}

/** By creation, of those that have a label: down the label's own index. */
export function byLabel(
  tenant: Tenant,
  filters: Filters,
  label: string,
  sort: "newest" | "oldest",
): Scan<Conversation, Position>[] {
  const newest = sort === "newest";
  const take = (after: Position | null, size: number) => {
    const { workspaceId } = tenant;
    const behind = after === null ? sql`1` : sql`conversation_id ${newest ? sql`<` : sql`>`} ${after.id}`;
    return tenant.db
      .select(columns)
      .from(conversations)
      .where(
        tenant.of(
          conversations,
          sql`${conversations.id} IN (SELECT conversation_id FROM conversation_labels
            WHERE workspace_id = ${workspaceId} AND label = ${label} AND ${behind}
            ORDER BY conversation_id ${newest ? sql`DESC` : sql`ASC`} LIMIT ${size})`,
        ),
      )
      .orderBy(newest ? desc(conversations.id) : asc(conversations.id))
      .limit(size);
  };
  return [{ take, keeps: passes(filters) }];
}

/** By last activity, of a label that few have: all of them are read, and put in order here. Null: they are not few. */
export async function fewOfLabel(
  tenant: Tenant,
  filters: Filters,
  label: string,
): Promise<Scan<Conversation, Position>[] | null> {
  const { workspaceId } = tenant;
  const found = await tenant.db.all<{ id: string }>(
    sql`SELECT conversation_id AS id FROM conversation_labels
      WHERE workspace_id = ${workspaceId} AND label = ${label} LIMIT ${MOST_LOOKED_AT + 1}`,
  );
  if (found.length > MOST_LOOKED_AT) return null;
  const ids = JSON.stringify(found.map(({ id }) => id));
  const rows = await tenant.db
    .select(columns)
    .from(conversations)
    .where(tenant.of(conversations, sql`${conversations.id} IN (SELECT value FROM json_each(${ids}))`));
  const isBefore = (a: Position, b: Position) =>
    a.lastActivityAt === b.lastActivityAt ? a.id > b.id : a.lastActivityAt > b.lastActivityAt;
  const inOrder = rows.filter(passes(filters)).sort((a, b) => (isBefore(a, b) ? -1 : 1));
  const take = async (after: Position | null, size: number) =>
    inOrder.filter((row) => after === null || isBefore(after, row)).slice(0, size);
  return [{ take }];
}

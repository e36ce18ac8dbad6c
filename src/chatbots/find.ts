import { asc, eq, sql } from "drizzle-orm";
import type { Tenant } from "../tenant/tenant.ts";
import { chatbots } from "./schema.ts";
import { type Chatbot, nameKeyOf } from "./store.ts";

/** Names are looked through for a part of them this far; beyond that only their beginnings are found. */
const LOOKED_THROUGH = 500;

/**
 * Chatbots whose id or name begins as typed, then those whose name has it somewhere; the first ones when nothing
 * was typed. Reads a bounded number of rows.
 */
export async function findChatbots(
  tenant: Tenant,
  typed: string,
  limit: number,
): Promise<Pick<Chatbot, "id" | "name">[]> {
  const columns = { id: chatbots.id, name: chatbots.name };
  const text = typed.trim().slice(0, 100);
  if (/^cb_[0-9a-z]*$/.test(text)) {
    // Ids hold characters below "~" only.
    const begins = sql`${chatbots.id} >= ${text} AND ${chatbots.id} < ${`${text}~`}`;
    return tenant.db.select(columns).from(chatbots).where(tenant.of(chatbots, begins)).limit(limit);
  }
  const key = nameKeyOf(text);
  const byName = tenant.db
    .select(columns)
    .from(chatbots)
    .where(
      // U+10FFFF sorts behind every other character.
      tenant.of(chatbots, sql`${chatbots.nameKey} >= ${key} AND ${chatbots.nameKey} < ${`${key}\u{10ffff}`}`),
    )
    .orderBy(asc(chatbots.nameKey), asc(chatbots.id))
    .limit(limit);
  const inside = tenant.db
    .select(columns)
    .from(chatbots)
    .where(
      tenant.of(
        chatbots,
        sql`${chatbots.id} IN (SELECT id FROM (
          SELECT id, name_key FROM chatbots WHERE workspace_id = ${tenant.workspaceId}
          ORDER BY name_key, id LIMIT ${LOOKED_THROUGH}
        ) WHERE instr(name_key, ${key}) > 0)`,
      ),
    )
    .orderBy(asc(chatbots.id))
    .limit(limit);
  const [first, others] = await tenant.db.batch([byName, inside]);
  const found = new Map([...first, ...others].map((chatbot) => [chatbot.id, chatbot]));
  return [...found.values()].slice(0, limit);
}

/** Chatbots that are not disabled, the first made first: whose articles anybody may read. Reads up to 200 rows. */
export function chatbotsInUse(
  tenant: Tenant,
  limit: number,
): Promise<Pick<Chatbot, "id" | "name" | "language">[]> {
  return tenant.db
    .select({ id: chatbots.id, name: chatbots.name, language: chatbots.language })
    .from(chatbots)
    .where(
      tenant.of(
        chatbots,
        sql`${chatbots.id} IN (SELECT id FROM chatbots WHERE workspace_id = ${tenant.workspaceId}
          ORDER BY id LIMIT 200)`,
        eq(chatbots.disabled, false),
      ),
    )
    .orderBy(asc(chatbots.id))
    .limit(limit);
}

/** Chatbots of this name, whatever its case; at most ten. */
export function chatbotsCalled(tenant: Tenant, name: string): Promise<Pick<Chatbot, "id" | "name">[]> {
  return tenant.db
    .select({ id: chatbots.id, name: chatbots.name })
    .from(chatbots)
    .where(tenant.of(chatbots, eq(chatbots.nameKey, nameKeyOf(name))))
    .limit(10);
}

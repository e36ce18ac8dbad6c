import { asc, eq, gt, sql } from "drizzle-orm";
import { type Belonging, NOTHING } from "../contacts/belongings.ts";
import { asLead, deleteSearchRows } from "./record.ts";
import { leads } from "./schema.ts";

/** Leads that one step erases. */
const ROWS = 500;

/** A contact's leads. */
export const leadBelonging: Belonging = {
  kind: "lead",
  scope: "leads:read",
  async page(tenant, contactId, after, size) {
    const rows = await tenant.db
      .select()
      .from(leads)
      .where(
        tenant.of(
          leads,
          eq(leads.contactId, contactId),
          gt(leads.n, Number(after ?? 0)),
          tenant.visible(leads.inboxId),
        ),
      )
      .orderBy(asc(leads.n))
      .limit(size);
    return { items: rows.map(asLead), after: rows.length === size ? String(rows.at(-1)?.n) : null };
  },
  erase: {
    async step(tenant, contactId) {
      const rows = await tenant.db
        .select({ n: leads.n })
        .from(leads)
        .where(tenant.of(leads, eq(leads.contactId, contactId)))
        .limit(ROWS);
      if (rows.length === 0) return NOTHING;
      const numbers = JSON.stringify(rows.map(({ n }) => n));
      const among = sql`${leads.n} IN (SELECT value FROM json_each(${numbers}))`;
      return {
        statements: [
          deleteSearchRows(tenant, numbers),
          tenant.db.delete(leads).where(tenant.of(leads, among)),
        ],
        removed: { leads: rows.length },
      };
    },
  },
};

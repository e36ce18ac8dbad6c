import { eq, sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import type { ContactMover } from "../contacts/merge.ts";
import { findableContact } from "../contacts/search-index.ts";
import { seesContact } from "../contacts/visibility.ts";
import { countDaily } from "../figures/day-counts.ts";
import { indexedTerms } from "../search/beginnings.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { bareId, newId, prefixedId } from "../tenant/ids.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { storableText } from "../tenant/typed-text.ts";
import { type LeadSource, leads } from "./schema.ts";

export type Lead = Omit<typeof leads.$inferSelect, "workspaceId" | "n" | "captureKey">;

export interface CapturedLead {
  contactId: string;
  /** The conversation and inbox that it was captured in, and the inbox's chatbot; null where there is none. */
  conversationId: string | null;
  inboxId: string | null;
  chatbotId: string | null;
  name?: string | null;
  email?: string | null;
  phone?: string | null;
  /** At most 20 values, each cut to 500 characters. */
  source?: LeadSource;
  /** What else was asked, such as the company's size; the same limits. */
  details?: Record<string, string>;
  /** Names this very capture, for example `<flow session>/<node>`: captured again under it, it is the same lead. */
  captureKey?: string;
  /** Milliseconds, UTC; now where nothing is said. */
  at?: number;
}

const MAX_SOURCE_VALUES = 20;
const MAX_VALUE = 500;

/** The scope of leads without an inbox in the search index, where others have their inbox. */
export function noInbox(workspaceId: string): string {
  return prefixedId("inbox", `none${bareId(workspaceId)}`);
}

/** The full-text table as drizzle writes it. Not in schema.ts: drizzle-kit cannot make virtual tables. */
const leadsSearch = sqliteTable("leads_search", {
  rowid: integer().primaryKey(),
  terms: text().notNull(),
});

/** What goes into the index of a lead: found in its workspace, and in its inbox for callers limited to it. */
export function leadTerms(
  workspaceId: string,
  lead: Pick<Lead, "inboxId" | "name" | "email" | "phone">,
  country: string | null,
): string {
  return indexedTerms([workspaceId, lead.inboxId ?? noInbox(workspaceId)], findableContact(lead, country));
}

function stored(value: string | null | undefined): string | null {
  const text = storableText(value ?? "").trim();
  return text === "" ? null : text.slice(0, MAX_VALUE).toWellFormed();
}

function storedValues(values: Record<string, string> = {}): Record<string, string> {
  const entries = Object.entries(values).slice(0, MAX_SOURCE_VALUES);
  return Object.fromEntries(
    entries.map(([key, value]) => [storableText(key).slice(0, 60), storableText(value).slice(0, MAX_VALUE)]),
  );
}

function leadOf(tenant: Tenant, captured: CapturedLead): Lead {
  const at = captured.at ?? tenant.now();
  const { contactId, conversationId, inboxId, chatbotId } = captured;
  return {
    id: newId("lead", at),
    ...{ contactId, conversationId, inboxId, chatbotId },
    name: stored(captured.name),
    email: stored(captured.email),
    phone: stored(captured.phone),
    source: storedValues(captured.source),
    details: captured.details === undefined ? null : storedValues(captured.details),
    capturedAt: at,
  };
}

/**
 * A lead and the statements that record it, for the batch of whatever captured it (a flow's step, say): its row,
 * search row, event and count. The contact must exist when the batch reaches them. The batch fails on a unique index
 * when the capture key was used before.
 */
export function leadStatements(
  tenant: Tenant,
  captured: CapturedLead,
): { lead: Lead; statements: Statement[] } {
  const lead = leadOf(tenant, captured);
  const { id, contactId, conversationId, inboxId, chatbotId, capturedAt: at } = lead;
  const statements = [
    tenant.db.insert(leads).values(tenant.row({ ...lead, captureKey: captured.captureKey ?? null })),
    tenant.db.insert(leadsSearch).select(
      sql`SELECT ${leads.n}, ${leadTerms(tenant.workspaceId, lead, tenant.phoneCountry)}
        FROM ${leads} WHERE ${tenant.of(leads, eq(leads.id, id))}`,
    ),
    recordEvent(
      tenant,
      {
        type: "lead.captured",
        subjectId: id,
        inboxId,
        data: { contactId, conversationId, chatbotId },
      },
      { at },
    ),
    countDaily(tenant, { inboxId: inboxId ?? "", chatbotId, metric: "leads_captured" }, { at }),
  ];
  return { lead, statements };
}

/**
 * Records a lead in a batch of its own. With a `captureKey` it can be repeated safely, also at the same time: the
 * first one is answered again and nothing is written.
 * @throws Failure `invalid_input` without a name, email and phone; `not_found` when there is no such contact
 */
export async function recordLead(tenant: Tenant, captured: CapturedLead): Promise<Lead> {
  const first = await findCapture(tenant, captured.captureKey);
  if (first) return first;
  if (!stored(captured.name) && !stored(captured.email) && !stored(captured.phone)) {
    throw new Failure("invalid_input", "A lead needs a name, email or phone.");
  }
  if (!(await seesContact(tenant, captured.contactId))) throw notFound("contact", captured.contactId);
  const { lead, statements } = leadStatements(tenant, captured);
  try {
    await tenant.batch(statements);
    return lead;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const winner = await findCapture(tenant, captured.captureKey);
    if (!winner) throw error;
    return winner;
  }
}

async function findCapture(tenant: Tenant, captureKey: string | undefined): Promise<Lead | null> {
  if (captureKey === undefined) return null;
  const [row] = await tenant.db
    .select()
    .from(leads)
    .where(tenant.of(leads, eq(leads.captureKey, captureKey)));
  return row ? asLead(row) : null;
}

/** Removes the search rows of these leads, before they go. @param numbers JSON */
export function deleteSearchRows(tenant: Tenant, numbers: string): Statement {
  return tenant.db
    .delete(leadsSearch)
    .where(
      sql`rowid IN (SELECT ${leads.n} FROM ${leads} WHERE ${tenant.of(
        leads,
        sql`${leads.n} IN (SELECT value FROM json_each(${numbers}))`,
      )})`,
    );
}

/** A row without what is only the storage's. */
export function asLead({ workspaceId: _, n: __, captureKey: ___, ...lead }: typeof leads.$inferSelect): Lead {
  return lead;
}

/** Gives a merged contact's leads to the contact that stays. */
export const leadContactMover: ContactMover = (tenant, fromContactId, toContactId) => [
  tenant.db
    .update(leads)
    .set({ contactId: toContactId })
    .where(tenant.of(leads, eq(leads.contactId, fromContactId))),
];

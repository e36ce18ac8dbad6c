import { eq, isNull, sql } from "drizzle-orm";
import { adjustTotal } from "../figures/totals.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { ACROSS_WORKSPACES, type Statement, type Tenant } from "../tenant/tenant.ts";
import type { Belonging, EraseStep } from "./belongings.ts";
import type { Contact } from "./fields.ts";
import { resolveContact } from "./lookup.ts";
import { mayBeRemoved } from "./merge.ts";
import {
  contactAliases,
  contactErasures,
  contactFieldValues,
  contactIdentities,
  contacts,
  contactTags,
  contactViewers,
} from "./schema.ts";
import { deleteSearchRow } from "./search-index.ts";

/**
 * Erasing a person, as the law asks: who they are goes first and at once, then all that they left behind, in steps of a
 * bounded size, and the contact itself last, with a record that it was done. What was begun is ended by housekeeping.
 */

/** Steps of one call: of the thousand statements that an invocation may send, each takes some fifteen. */
const STEPS = 40;
/** Rows of the contact's own that one step removes. */
const ROWS = 500;

export interface Erased {
  contactId: string;
  /** False: there is more than one call does; it goes on by itself, or with the next call. */
  erased: boolean;
  /** Everything removed so far, by what it is. */
  removed: Record<string, number>;
  requestedAt: number;
  erasedAt: number | null;
}

type ErasureRow = typeof contactErasures.$inferSelect;

/**
 * Erases a contact and everything of it. Of one that was erased the record is answered.
 * @param reference as `resolveContact` takes it; an id once it has begun
 * @throws Failure `not_found`; `not_allowed` for callers limited to inboxes when the contact is known in others as well
 */
export async function eraseContact(
  tenant: Tenant,
  reference: string,
  belongings: readonly Belonging[],
  steps = STEPS,
): Promise<Erased> {
  const done = tenant.inboxes === null ? await recordOf(tenant, reference.trim()) : null;
  if (done && done.finishedAt !== null) return erasedOf(done);
  const contact = await resolveContact(tenant, reference);
  await mayBeRemoved(tenant, contact, "This contact");
  if (!done) await tenant.batch(begin(tenant, contact));
  return goOn(tenant, contact.id, belongings, steps);
}

async function recordOf(tenant: Tenant, contactId: string): Promise<ErasureRow | null> {
  const [row] = await tenant.db
    .select()
    .from(contactErasures)
    .where(tenant.of(contactErasures, eq(contactErasures.contactId, contactId)));
  return row ?? null;
}

function erasedOf({ contactId, removed, requestedAt, finishedAt }: ErasureRow): Erased {
  return { contactId, erased: finishedAt !== null, removed, requestedAt, erasedAt: finishedAt };
}

/** From here on nobody finds or sees who it was. */
function begin(tenant: Tenant, { id }: Contact): Statement[] {
  const at = tenant.now();
  const { kind, id: actorId } = tenant.actor;
  const nobody = { name: null, email: null, emailKey: null, phone: null, phoneKey: null, externalId: null };
  return [
    tenant.db
      .insert(contactErasures)
      .values(
        tenant.row({
          ...{ contactId: id, requestedByKind: kind, requestedBy: actorId, requestedAt: at },
          ...{ finishedAt: null, removed: {} },
        }),
      )
      .onConflictDoNothing(),
    deleteSearchRow(tenant, id),
    tenant.db
      .update(contacts)
      .set({ ...nobody, sortKey: "", updatedAt: at })
      .where(tenant.of(contacts, eq(contacts.id, id))),
    ...[contactAliases, contactTags, contactFieldValues].map((table) =>
      tenant.db.delete(table).where(tenant.of(table, eq(table.contactId, id))),
    ),
  ];
}

async function goOn(
  tenant: Tenant,
  contactId: string,
  belongings: readonly Belonging[],
  steps: number,
): Promise<Erased> {
  const erasers = [...belongings.flatMap(({ erase }) => erase ?? []), { step: identityStep }];
  let next = 0;
  for (let taken = 0; taken < steps; taken++) {
    const eraser = erasers[next];
    try {
      if (eraser === undefined) {
        await tenant.batch(end(tenant, contactId));
        break;
      }
      const { statements, removed } = await eraser.step(tenant, contactId);
      if (statements.length === 0) next += 1;
      else await tenant.batch([...statements, noted(tenant, contactId, removed)]);
    } catch (error) {
      // Somebody wrote meanwhile: what is new goes as well.
      if (!(error instanceof Failure && error.code === "conflict")) throw error;
      next = 0;
    }
  }
  const record = await recordOf(tenant, contactId);
  if (!record) throw new Error("unreachable: the erasure has begun");
  return erasedOf(record);
}

/** The statement that adds to the record what a step removes. */
function noted(tenant: Tenant, contactId: string, removed: EraseStep["removed"]): Statement {
  const sums = Object.entries(removed).map(([what, count]) => {
    const path = `$.${what}`;
    return sql`${path}, coalesce(${contactErasures.removed} ->> ${path}, 0) + ${count}`;
  });
  return tenant.db
    .update(contactErasures)
    .set({ removed: sql`json_set(${contactErasures.removed}, ${sql.join(sums, sql`, `)})` })
    .where(tenant.of(contactErasures, eq(contactErasures.contactId, contactId)));
}

async function identityStep(tenant: Tenant, contactId: string): Promise<EraseStep> {
  const rows = await tenant.db
    .select({ id: contactIdentities.id })
    .from(contactIdentities)
    .where(tenant.of(contactIdentities, eq(contactIdentities.contactId, contactId)))
    .limit(ROWS);
  if (rows.length === 0) return { statements: [], removed: {} };
  const ids = JSON.stringify(rows.map(({ id }) => id));
  return {
    statements: [
      tenant.db
        .delete(contactIdentities)
        .where(
          tenant.of(
            contactIdentities,
            eq(contactIdentities.contactId, contactId),
            sql`${contactIdentities.id} IN (SELECT value FROM json_each(${ids}))`,
          ),
        ),
    ],
    removed: { identities: rows.length },
  };
}

/** The contact itself, once nothing is left by which something of it could still be written. */
function end(tenant: Tenant, contactId: string): Statement[] {
  const at = tenant.now();
  const { workspaceId } = tenant;
  return [
    tenant.assertThat(sql`NOT EXISTS (SELECT 1 FROM contact_identities
        WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId})
      AND NOT EXISTS (SELECT 1 FROM conversations INDEXED BY conversations_by_contact
        WHERE workspace_id = ${workspaceId} AND contact_id = ${contactId})
      AND EXISTS (SELECT 1 FROM contacts WHERE workspace_id = ${workspaceId} AND id = ${contactId})`),
    // What somebody wrote into it since the beginning.
    deleteSearchRow(tenant, contactId),
    ...[contactAliases, contactTags, contactFieldValues, contactViewers].map((table) =>
      tenant.db.delete(table).where(tenant.of(table, eq(table.contactId, contactId))),
    ),
    tenant.db.delete(contacts).where(tenant.of(contacts, eq(contacts.id, contactId))),
    adjustTotal(tenant, { metric: "contacts", inboxId: null, by: -1 }),
    tenant.db
      .update(contactErasures)
      .set({ finishedAt: at })
      .where(tenant.of(contactErasures, eq(contactErasures.contactId, contactId))),
    recordEvent(
      tenant,
      { type: "contact.erased", subjectId: contactId, inboxId: null, data: { contactId } },
      { at },
    ),
  ];
}

/** Erasures that one run of housekeeping goes on with in a workspace. */
const AT_ONCE = 5;

/** The workspaces of a tenant database in which something is being erased: for the housekeeping. */
export async function workspacesErasing(database: D1Database): Promise<string[]> {
  const { results } = await database
    .prepare(
      `${ACROSS_WORKSPACES} SELECT DISTINCT workspace_id FROM contact_erasures INDEXED BY contact_erasures_unfinished
       WHERE finished_at IS NULL LIMIT 1000`,
    )
    .all<{ workspace_id: string }>();
  return results.map((row) => row.workspace_id);
}

/** Goes on with what a call began and did not end. @param tenant of Parley itself, seeing all inboxes */
export async function goOnErasing(tenant: Tenant, belongings: readonly Belonging[]): Promise<void> {
  const rows = await tenant.db
    .select({ contactId: contactErasures.contactId })
    .from(contactErasures)
    .where(tenant.of(contactErasures, isNull(contactErasures.finishedAt)))
    .limit(AT_ONCE);
  for (const { contactId } of rows) await goOn(tenant, contactId, belongings, STEPS / AT_ONCE);
}

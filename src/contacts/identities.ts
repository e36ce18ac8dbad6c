import { and, eq, type SQL, sql } from "drizzle-orm";
import { recordEvent } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { type Claims, claimedColumns, contactNameInput, emailInput, type FieldColumns } from "./fields.ts";
import { assertContact, type ContactDetails, type Identity } from "./lookup.ts";
import { phoneInput } from "./phones.ts";
import { contactIdentities, contacts } from "./schema.ts";
import { insertContact } from "./store.ts";
import { contactViewerStatements } from "./visibility.ts";

/** Who writes in an inbox. */
export interface KnownIdentity {
  identityId: string;
  contactId: string;
  /** contacts.n, the contact's storage number. */
  contactN: number;
  contactName: string | null;
  /** Since when nothing of the contact is taken in; null: it may write. */
  blockedAt: number | null;
  /** Since when it is noted that they write, see `inboundStatements`; 0: it has to be, whenever they do. */
  notedAt: number;
}

/** The identity with this source id in this inbox (a visitor id, a chat, a number); null when it never wrote. */
export async function findIdentity(
  tenant: Tenant,
  source: { inboxId: string; sourceId: string },
): Promise<KnownIdentity | null> {
  const [row] = await identityOf(tenant, source);
  return row ?? null;
}

/** The query of {@link findIdentity}, for a batch of several. */
export function identityOf(tenant: Tenant, source: { inboxId: string; sourceId: string }) {
  return tenant.db
    .select({
      identityId: contactIdentities.id,
      contactId: contactIdentities.contactId,
      contactN: contacts.n,
      contactName: contacts.name,
      blockedAt: contacts.blockedAt,
      notedAt: sql<number>`iif(${contactIdentities.unreachable} IS NULL,
        min(coalesce(${contactIdentities.lastInboundAt}, 0), ${contacts.lastActivityAt}), 0)`.as("noted_at"),
    })
    .from(contactIdentities)
    .innerJoin(
      contacts,
      and(
        eq(contacts.workspaceId, contactIdentities.workspaceId),
        eq(contacts.id, contactIdentities.contactId),
      ),
    )
    .where(
      tenant.of(
        contactIdentities,
        eq(contactIdentities.inboxId, source.inboxId),
        eq(contactIdentities.sourceId, source.sourceId),
      ),
    );
}

/** The contact's newest identity in an inbox: where a message to it would go. Null when it has none there. */
export async function identityInInbox(
  tenant: Tenant,
  contactId: string,
  inboxId: string,
): Promise<(Identity & Pick<Reach, "unreachable">) | null> {
  const [row] = await tenant.db
    .select({
      id: contactIdentities.id,
      inboxId: contactIdentities.inboxId,
      channel: contactIdentities.channel,
      sourceId: contactIdentities.sourceId,
      lastInboundAt: contactIdentities.lastInboundAt,
      createdAt: contactIdentities.createdAt,
      unreachable: contactIdentities.unreachable,
    })
    .from(contactIdentities)
    .where(
      tenant.of(
        contactIdentities,
        eq(contactIdentities.contactId, contactId),
        eq(contactIdentities.inboxId, inboxId),
      ),
    )
    .orderBy(sql`${contactIdentities.id} DESC`)
    .limit(1);
  return row ?? null;
}

/**
 * The ids of a contact's identities, in all inboxes or in these. Null when it has more than `most` in all. Reads so many
 * rows at most.
 */
export async function identityIdsOf(
  tenant: Tenant,
  contactId: string,
  most: number,
  inboxIds: readonly string[] | null,
): Promise<string[] | null> {
  const rows = await tenant.db
    .select({ id: contactIdentities.id, inboxId: contactIdentities.inboxId })
    .from(contactIdentities)
    .where(tenant.of(contactIdentities, eq(contactIdentities.contactId, contactId)))
    .limit(most + 1);
  if (rows.length > most) return null;
  return rows.filter(({ inboxId }) => inboxIds?.includes(inboxId) ?? true).map(({ id }) => id);
}

/** How an identity is reached. */
export interface Reach {
  /** The channel's own id of it. */
  sourceId: string;
  /** Why nothing gets through to it, as its channel says it; null: it does. */
  unreachable: string | null;
}

/** How an identity is reached; null when it does not exist (any more). */
export async function reachOf(
  tenant: Tenant,
  { contactId, identityId }: { contactId: string; identityId: string },
): Promise<Reach | null> {
  const [row] = await tenant.db
    .select({ sourceId: contactIdentities.sourceId, unreachable: contactIdentities.unreachable })
    .from(contactIdentities)
    // By its contact first: no index has the id alone.
    .where(
      tenant.of(
        contactIdentities,
        eq(contactIdentities.contactId, contactId),
        eq(contactIdentities.id, identityId),
      ),
    );
  return row ?? null;
}

/**
 * The statement that notes that nothing gets through to an identity; with null, that it does again.
 * @param reason as the channel says it
 */
export function noteReach(
  tenant: Tenant,
  source: { inboxId: string; sourceId: string },
  reason: string | null,
): Statement {
  return tenant.db
    .update(contactIdentities)
    .set({ unreachable: reason })
    .where(
      tenant.of(
        contactIdentities,
        eq(contactIdentities.inboxId, source.inboxId),
        eq(contactIdentities.sourceId, source.sourceId),
        sql`${contactIdentities.unreachable} IS NOT ${reason}`,
      ),
    );
}

/** The statement that gives an identity another id of its channel, unless somebody has that one. */
export function moveSource(
  tenant: Tenant,
  source: { inboxId: string; sourceId: string },
  to: string,
): Statement {
  const { workspaceId } = tenant;
  return tenant.db
    .update(contactIdentities)
    .set({ sourceId: to })
    .where(
      tenant.of(
        contactIdentities,
        eq(contactIdentities.inboxId, source.inboxId),
        eq(contactIdentities.sourceId, source.sourceId),
        sql`NOT EXISTS (SELECT 1 FROM contact_identities other WHERE other.workspace_id = ${workspaceId}
          AND other.inbox_id = ${source.inboxId} AND other.source_id = ${to})`,
      ),
    );
}

/** The channel's own id of an identity as a column of another noun's query. @param contactId as SQL of that query */
export function sourceIdOf({ workspaceId }: Tenant, contactId: SQL, identityId: SQL): SQL<string | null> {
  return sql<string | null>`(SELECT who.source_id FROM contact_identities who
    WHERE who.workspace_id = ${workspaceId} AND who.contact_id = ${contactId} AND who.id = ${identityId})`;
}

/** What an identity is made of. */
interface NewIdentity {
  id: string;
  contactId: string;
  inboxId: string;
  channel: string;
  sourceId: string;
  at: number;
  /** It writes in the same batch. */
  writes?: boolean;
}

function insertIdentity(tenant: Tenant, identity: NewIdentity): Statement {
  const { at, writes = false, ...columns } = identity;
  return tenant.db
    .insert(contactIdentities)
    .values(tenant.row({ ...columns, lastInboundAt: writes ? at : null, createdAt: at }));
}

/**
 * The statements that give an existing contact an identity in an inbox and let the inbox's callers see the contact.
 * The batch fails with `conflict` when the contact is gone, and on a unique index when somebody has the source id.
 */
export function addIdentityStatements(tenant: Tenant, identity: NewIdentity): Statement[] {
  return [
    assertContact(tenant, identity.contactId),
    insertIdentity(tenant, identity),
    ...contactViewerStatements(tenant, { id: identity.contactId }, identity.inboxId),
  ];
}

/** Somebody who writes in an inbox, with what they or their channel say of themselves. */
export interface Visitor {
  inboxId: string;
  channel: string;
  /** The channel's own id of them, 1 to 200 characters. */
  sourceId: string;
  name?: string;
  email?: string;
  phone?: string;
}

/**
 * The contact behind a visitor, made if they never wrote before, with `contact.created` and the inbox as a viewer.
 * First messages at the same time make one contact: the unique index on identities decides, and the others read
 * again.
 *
 * What a visitor says of itself proves nothing: it is shown, and no key (see `claimedColumns`).
 * @throws Failure `invalid_input` for a name, email or phone that no contact can have
 */
export async function findOrCreateVisitorContact(
  tenant: Tenant,
  visitor: Visitor,
): Promise<KnownIdentity & { created: boolean }> {
  const columns = visitorColumns(visitor);
  const changed = new Failure("conflict", "The data changed meanwhile.", { hint: "Repeat it." });
  return retryOnConflict(async () => {
    const known = await findIdentity(tenant, visitor);
    if (known) return { ...known, created: false };
    const { statements } = visitorStatements(tenant, visitor, columns, tenant.now());
    await tenant.batch(statements).catch((error) => {
      throw isUniqueViolation(error) ? changed : error;
    });
    const made = await findIdentity(tenant, visitor);
    if (!made) throw changed;
    return { ...made, created: true };
  });
}

/**
 * A visitor that never wrote before, as statements for the batch of its first message. The batch fails on a unique
 * index when others have the identity by then: {@link findOrCreateVisitorContact} sorts that out.
 * @throws Failure `invalid_input` for a name, email or phone that no contact can have
 */
export function newVisitor(tenant: Tenant, visitor: Visitor, at = tenant.now()) {
  const columns = visitorColumns(visitor);
  return visitorStatements(tenant, visitor, columns, at, true);
}

function visitorStatements(
  tenant: Tenant,
  visitor: Visitor,
  columns: FieldColumns,
  at: number,
  writes = false,
) {
  const contactId = newId("contact", at);
  const identityId = newId("identity", at);
  const { inboxId, channel, sourceId } = visitor;
  const statements: Statement[] = [
    ...insertContact(tenant, { id: contactId, columns, at }, inboxId),
    insertIdentity(tenant, { id: identityId, contactId, inboxId, channel, sourceId, at, writes }),
    recordEvent(
      tenant,
      { type: "contact.created", subjectId: contactId, inboxId, data: { identityId } },
      { at },
    ),
  ];
  /** As the batch makes it; its storage number is given there. */
  const contact: ContactDetails = {
    ...{ n: 0, id: contactId, ...columns, createdBy: null, blockedAt: null, droppedMessages: 0 },
    ...{ lastActivityAt: at, createdAt: at, updatedAt: at, tags: [], customFields: [], identities: [] },
  };
  return { identity: { contactId, identityId, contactName: columns.name ?? null }, contact, statements };
}

function visitorColumns(visitor: Visitor): FieldColumns {
  const checked = { name: contactNameInput, email: emailInput, phone: phoneInput };
  const claims: Claims = {};
  for (const field of ["name", "email", "phone"] as const) {
    if (visitor[field] === undefined) continue;
    const result = checked[field].safeParse(visitor[field]);
    if (!result.success) {
      throw new Failure("invalid_input", `${field}: ${result.error.issues[0]?.message ?? "not valid"}.`);
    }
    claims[field] = result.data;
  }
  return claimedColumns(claims);
}

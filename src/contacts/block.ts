import { eq, isNotNull, isNull, type SQL, sql } from "drizzle-orm";
import { recordEvent } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { whenChanged } from "../tenant/writes.ts";
import type { Contact } from "./fields.ts";
import { type ContactDetails, contactDetails, resolveContact } from "./lookup.ts";
import { mayBeRemoved } from "./merge.ts";
import { contacts } from "./schema.ts";

/**
 * Blocks a contact, with `contact.blocked`: what it writes is dropped and counted from then on, whatever inbox it writes
 * in, and nothing can be sent to it. One that is blocked stays as it is.
 * @param reference as `resolveContact` takes it
 * @throws Failure `not_found`; `not_allowed` for callers limited to inboxes when the contact is known in others as well
 */
export function blockContact(tenant: Tenant, reference: string): Promise<ContactDetails> {
  return changeBlock(tenant, reference, true);
}

/** Takes {@link blockContact} back, with `contact.updated`. What was dropped meanwhile is gone. */
export function unblockContact(tenant: Tenant, reference: string): Promise<ContactDetails> {
  return changeBlock(tenant, reference, false);
}

async function changeBlock(tenant: Tenant, reference: string, blocks: boolean): Promise<ContactDetails> {
  const contact = await resolveContact(tenant, reference);
  await mayBeRemoved(tenant, contact, "This contact");
  const at = tenant.now();
  const event = blocks
    ? ({ type: "contact.blocked", data: {} } as const)
    : ({ type: "contact.updated", data: { changed: ["blocked"] } } as const);
  await tenant.batch(
    whenChanged(
      tenant.db
        .update(contacts)
        .set(
          blocks ? { blockedAt: at, droppedMessages: 0, updatedAt: at } : { blockedAt: null, updatedAt: at },
        )
        .where(
          tenant.of(
            contacts,
            eq(contacts.id, contact.id),
            blocks ? isNull(contacts.blockedAt) : isNotNull(contacts.blockedAt),
          ),
        ),
      (onlyIf) => recordEvent(tenant, { ...event, subjectId: contact.id, inboxId: null }, { onlyIf, at }),
    ),
  );
  return contactDetails(tenant, await resolveContact(tenant, contact.id));
}

/** The statement that counts a message of a blocked contact, which is kept nowhere. */
export function countDropped(tenant: Tenant, contactId: string): Statement {
  return tenant.db
    .update(contacts)
    .set({ droppedMessages: sql`${contacts.droppedMessages} + 1` })
    .where(tenant.of(contacts, eq(contacts.id, contactId)));
}

/** @throws Failure `not_allowed` where nothing may be sent to a contact */
export function mustNotBeBlocked({ id, blockedAt }: Pick<Contact, "id" | "blockedAt">): void {
  if (blockedAt === null) return;
  throw new Failure("not_allowed", `The contact ${id} is blocked: nothing is sent to it.`, {
    hint: "unblock_contact ends that.",
  });
}

/** Since when a contact is blocked as a column of another noun's query; null: it is not. @param contactId as SQL of that query */
export function blockedAtOf({ workspaceId }: Tenant, contactId: SQL): SQL<number | null> {
  return sql<number | null>`(SELECT whose.blocked_at FROM contacts whose
    WHERE whose.workspace_id = ${workspaceId} AND whose.id = ${contactId})`;
}

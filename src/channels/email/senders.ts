import { countDropped } from "../../contacts/block.ts";
import type { Contact } from "../../contacts/fields.ts";
import { addIdentityStatements, findIdentity } from "../../contacts/identities.ts";
import { resolveContact } from "../../contacts/lookup.ts";
import { createContact } from "../../contacts/store.ts";
import { Failure } from "../../tenant/failure.ts";
import { newId } from "../../tenant/ids.ts";
import { retryOnConflict } from "../../tenant/retry.ts";
import { isUniqueViolation, type Tenant } from "../../tenant/tenant.ts";

/** A sender, as their mail says. @property address see `emailKey` */
export interface MailSender {
  inboxId: string;
  address: string;
  name: string;
}

/**
 * Makes the owner of a proven address known in an inbox: as the contact whose confirmed address it is, or a new one.
 * @param tenant that sees all contacts
 */
export async function knowSender(tenant: Tenant, { inboxId, address, name }: MailSender): Promise<void> {
  if (await findIdentity(tenant, { inboxId, sourceId: address })) return;
  await retryOnConflict(async () => {
    const contact = (await contactAt(tenant, address)) ?? (await newContact(tenant, address, name));
    const at = tenant.now();
    const identity = { id: newId("identity", at), contactId: contact.id, inboxId, channel: "email", at };
    await tenant
      .batch(addIdentityStatements(tenant, { ...identity, sourceId: address }))
      .catch((error: unknown) => {
        // Two first mails at once: it is the same person.
        if (!isUniqueViolation(error)) throw error;
      });
  });
}

/** @throws Failure `conflict` where somebody made them meanwhile */
async function newContact(tenant: Tenant, email: string, name: string): Promise<{ id: string }> {
  try {
    return await createContact(tenant, { email, ...(name === "" ? {} : { name }) });
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "duplicate") throw error;
    throw new Failure("conflict", "The data changed meanwhile.");
  }
}

/** The contact with this confirmed address; null: nobody has it. */
async function contactAt(tenant: Tenant, address: string): Promise<Contact | null> {
  try {
    return await resolveContact(tenant, `email:${address}`);
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return null;
    throw error;
  }
}

/**
 * Whether mail that only says it is from an address is a blocked contact's: it counts as theirs then, and is dropped.
 * What is proven, the sender's room drops.
 */
export async function isFromBlocked(tenant: Tenant, { inboxId, address }: MailSender): Promise<boolean> {
  const [identity, contact] = await Promise.all([
    findIdentity(tenant, { inboxId, sourceId: address }),
    contactAt(tenant, address),
  ]);
  const blocked = [
    ...(identity?.blockedAt ? [identity.contactId] : []),
    ...(contact?.blockedAt ? [contact.id] : []),
  ];
  const [first] = blocked;
  if (first === undefined) return false;
  await tenant.batch([countDropped(tenant, first)]);
  return true;
}

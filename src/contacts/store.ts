import { eq } from "drizzle-orm";
import { adjustTotal } from "../figures/totals.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { emailKey } from "../tenant/typed-addresses.ts";
import { whenChanged } from "../tenant/writes.ts";
import { whoIs } from "./aliases.ts";
import { checkedValues, realChanges, type ValueChange, writeValues } from "./custom-fields.ts";
import type { CustomValue } from "./field-values.ts";
import {
  type Contact,
  type ContactFields,
  changedColumns,
  changedFields,
  type FieldColumns,
  newColumns,
} from "./fields.ts";
import { assertContactUnchanged, type ContactDetails, contactDetails, resolveContact } from "./lookup.ts";
import { phoneKey } from "./phones.ts";
import { contacts } from "./schema.ts";
import { insertContactRow, replaceSearchRow } from "./search-index.ts";
import {
  assertRoom,
  attachTags,
  detachTags,
  missingTags,
  resolveTags,
  type Tag,
  tagStatements,
  tagsOfContact,
} from "./tags.ts";
import { duplicateFailure, keysFor } from "./unique-keys.ts";
import { contactViewerStatements } from "./visibility.ts";

/** What creating and changing a contact takes; checked by the tools' input schemas. */
export interface ContactInput extends Partial<ContactFields> {
  /** Names; added to those that the contact carries, and made if they do not exist. */
  tags?: string[];
  /** By key; null clears. */
  customFields?: Record<string, CustomValue | null>;
}

/**
 * The statements that make a contact: its row, search row, count and viewer. The caller adds `contact.created`.
 * The batch fails on a unique index when another contact has the same email, phone or external id.
 * @param viewer who may see it besides callers that see all: an inbox, or the credential that made it
 */
export function insertContact(
  tenant: Tenant,
  { id, columns, at }: { id: string; columns: FieldColumns; at: number },
  viewer: string | null,
): Statement[] {
  const row = { id, ...columns, createdBy: tenant.actor.credentialId, blockedAt: null, droppedMessages: 0 };
  return [
    tenant.db
      .insert(contacts)
      .values(tenant.row({ ...row, lastActivityAt: at, createdAt: at, updatedAt: at })),
    ...insertContactRow(tenant, id, columns),
    adjustTotal(tenant, { metric: "contacts", inboxId: null, by: 1 }),
    ...(viewer === null ? [] : contactViewerStatements(tenant, { id }, viewer)),
  ];
}

/**
 * Makes a contact, with its tags and custom values, in one batch. The credential that made it sees it.
 * @throws Failure `invalid_input` for a contact without any of the four fields; `duplicate` when another contact
 *   has the same email, phone or external id; `not_allowed` for an external id by a caller limited to inboxes;
 *   `not_found` for an unknown custom field
 */
export async function createContact(tenant: Tenant, input: ContactInput): Promise<ContactDetails> {
  return retryOnConflict(() => createOnce(tenant, input));
}

/** One try of {@link createContact}. @throws Failure `conflict` when others changed contacts meanwhile */
async function createOnce(tenant: Tenant, input: ContactInput): Promise<ContactDetails> {
  const wanted = newColumns(input, tenant.phoneCountry);
  if (wanted.sortKey === "" && wanted.externalId === null) {
    throw new Failure("invalid_input", "A contact needs a name, email, phone or externalId.");
  }
  const at = tenant.now();
  const id = newId("contact", at);
  const { columns, asserted } = await keysFor(tenant, id, wanted, null);
  const values = (await checkedValues(tenant, input.customFields ?? {})).filter(({ stored }) => stored);
  const tags = missingTags([], input.tags ?? []);
  try {
    await tenant.batch([
      ...asserted,
      ...insertContact(tenant, { id, columns, at }, tenant.actor.credentialId),
      ...(tags.length > 0 ? attachTags(tenant, id, tags, at) : []),
      ...writeValues(tenant, id, values, at),
      recordEvent(tenant, { type: "contact.created", subjectId: id, inboxId: null }, { at }),
    ]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw await duplicateFailure(tenant, columns, null);
  }
  return contactDetails(tenant, await resolveContact(tenant, id));
}

/** What shall be different about a contact, all of it checked. */
export interface ContactChange {
  columns: FieldColumns;
  /** Names of tags that it does not carry yet. */
  tags: readonly string[];
  /** Ids of tags that come off. */
  withoutTags?: readonly string[];
  /** Values that differ from those it has. */
  values: readonly ValueChange[];
}

/** What a change changes, as `contact.updated` names it: nothing when everything is so already. */
export function changesOf(
  before: Contact,
  { columns, tags, withoutTags = [], values }: ContactChange,
): string[] {
  return [
    ...changedFields(before, columns),
    ...(tags.length + withoutTags.length > 0 ? ["tags"] : []),
    ...values.map(({ field }) => `customFields.${field.key}`),
  ];
}

/**
 * The statements that change a contact and record it, for the batch of whatever changes it (a flow's step, say). The
 * batch fails with `conflict` when the contact's own fields are not those of `before` any more, and on a unique index
 * when another contact has the same email, phone or external id.
 */
export function changeStatements(
  tenant: Tenant,
  before: Contact,
  change: ContactChange,
  at = tenant.now(),
): Statement[] {
  const { columns, tags, withoutTags = [], values } = change;
  const { id } = before;
  return [
    assertContactUnchanged(tenant, before),
    tenant.db
      .update(contacts)
      .set({ ...columns, updatedAt: at })
      .where(tenant.of(contacts, eq(contacts.id, id))),
    ...(changedFields(before, columns).length > 0 ? replaceSearchRow(tenant, id, columns) : []),
    ...(tags.length > 0 ? attachTags(tenant, id, tags, at) : []),
    ...(withoutTags.length > 0 ? [detachTags(tenant, id, withoutTags)] : []),
    ...writeValues(tenant, id, values, at),
    recordEvent(
      tenant,
      {
        type: "contact.updated",
        subjectId: id,
        inboxId: null,
        data: { changed: changesOf(before, change) },
      },
      { at },
    ),
  ];
}

/**
 * Changes the named fields; undefined leaves one as it is, null clears it. Tags are added, custom values set.
 * Nothing is written, and no event, when everything is as it was already. Holds also when others change the same
 * contact at the same time.
 * @throws Failure `not_found`, `duplicate`, `invalid_input`
 */
export async function updateContact(
  tenant: Tenant,
  reference: string,
  input: ContactInput,
): Promise<ContactDetails> {
  // Resolved once: a change of email must not make "email:…" name nobody on the second attempt.
  const { id } = await resolveContact(tenant, reference);
  const given = await checkedValues(tenant, input.customFields ?? {});
  return retryOnConflict(() => changeOnce(tenant, id, input, given));
}

/** One try of {@link updateContact}. @throws Failure `conflict` when others changed the contact meanwhile */
async function changeOnce(
  tenant: Tenant,
  id: string,
  input: ContactInput,
  given: readonly ValueChange[],
): Promise<ContactDetails> {
  const before = await contactDetails(tenant, await resolveContact(tenant, id));
  const wanted = changedColumns(before, input, tenant.phoneCountry);
  const tags = missingTags(before.tags, input.tags ?? []);
  const values = realChanges(before.customFields, given);
  const changed = changesOf(before, { columns: wanted, tags, values });
  if (changed.length === 0) return before;
  const { columns, asserted } = await keysFor(tenant, id, wanted, before);
  try {
    await tenant.batch([...asserted, ...changeStatements(tenant, before, { columns, tags, values })]);
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw await duplicateFailure(tenant, columns, id);
  }
  return contactDetails(tenant, await resolveContact(tenant, id));
}

export type MatchField = "email" | "phone" | "externalId";

/**
 * Changes the contact that has this email, phone or external id, or that one was merged into which had it; else makes
 * one. Two calls at the same time make one.
 * @throws Failure `invalid_input` when the field to match by is missing; `duplicate` when another field belongs to another
 *   contact; `not_allowed` for an external id that a caller limited to inboxes gives
 */
export async function upsertContact(
  tenant: Tenant,
  matchBy: MatchField,
  input: ContactInput,
): Promise<{ contact: ContactDetails; created: boolean }> {
  const value = input[matchBy];
  if (value === undefined || value === null) {
    throw new Failure("invalid_input", `matchBy is ${matchBy}, so ${matchBy} must be given.`);
  }
  const key = {
    email: emailKey,
    phone: (phone: string) => phoneKey(phone, tenant.phoneCountry) ?? "",
    externalId: (id: string) => id,
  }[matchBy](value);
  const match = async () => {
    const { holder, merged } = await whoIs(tenant, matchBy, key);
    return { id: holder ?? merged, byMerge: holder === null && merged !== null };
  };
  const given = await checkedValues(tenant, input.customFields ?? {});
  return retryOnConflict(async () => {
    const { id, byMerge } = await match();
    try {
      if (id === null) return { contact: await createOnce(tenant, input), created: true };
      // What a merge left behind finds the contact, and does not take the place of its own.
      const change = byMerge ? { ...input, [matchBy]: undefined } : input;
      return { contact: await changeOnce(tenant, id, change, given), created: false };
    } catch (error) {
      // Made, merged or renamed by somebody else between the look and the write: look again.
      const raced = error instanceof Failure && (await match()).id !== id;
      throw raced ? new Failure("conflict", "The data changed meanwhile.", { hint: "Repeat it." }) : error;
    }
  });
}

/** A change of a contact's tags, recorded if there was one. */
function recordedTags(tenant: Tenant, contactId: string, change: Statement): Statement[] {
  const at = tenant.now();
  return whenChanged(
    change,
    (onlyIf) =>
      recordEvent(
        tenant,
        { type: "contact.updated", subjectId: contactId, inboxId: null, data: { changed: ["tags"] } },
        { onlyIf, at },
      ),
    (onlyIf) =>
      tenant.db
        .update(contacts)
        .set({ updatedAt: at })
        .where(tenant.of(contacts, eq(contacts.id, contactId), onlyIf)),
  );
}

/** Tags named by id, by name, or both. */
export interface NamedTags {
  ids?: readonly string[];
  names?: readonly string[];
}

/**
 * Puts tags on a contact, making those whose name does not exist. Tags that it carries already change nothing.
 * @returns the contact's tags afterwards
 * @throws Failure `not_found` for the contact or a tag id; `invalid_input` above 100 tags
 */
export async function addContactTags(
  tenant: Tenant,
  reference: string,
  named: NamedTags,
): Promise<{ contactId: string; tags: Tag[] }> {
  const { id } = await resolveContact(tenant, reference);
  const [ids, carried] = await Promise.all([
    resolveTags(tenant, { ids: named.ids ?? [] }),
    tagsOfContact(tenant, id),
  ]);
  const names = missingTags(carried, named.names ?? []);
  const added = ids.filter((tagId) => !carried.some((tag) => tag.id === tagId));
  assertRoom(carried.length + names.length + added.length);
  const { newTags, attached } = tagStatements(tenant, id, { ids: added, names });
  await tenant.batch([newTags, ...recordedTags(tenant, id, attached)]);
  return { contactId: id, tags: await tagsOfContact(tenant, id) };
}

/**
 * Takes tags off a contact. Tags that it does not carry change nothing.
 * @returns the contact's tags afterwards
 * @throws Failure `not_found` for the contact, or for a tag that does not exist at all
 */
export async function removeContactTags(
  tenant: Tenant,
  reference: string,
  named: NamedTags,
): Promise<{ contactId: string; tags: Tag[] }> {
  const { id } = await resolveContact(tenant, reference);
  const tagIds = await resolveTags(tenant, named);
  await tenant.batch(recordedTags(tenant, id, detachTags(tenant, id, tagIds)));
  return { contactId: id, tags: await tagsOfContact(tenant, id) };
}

import { and, eq, isNull, sql } from "drizzle-orm";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { contactIdentities, contacts } from "./schema.ts";

/** How old a contact's activity must be to be moved: it is written once an hour at most, in milliseconds. */
const ACTIVITY_STEP = 60 * 60_000;

/**
 * The statements that note a message from an identity: it wrote, and its contact was active, both to the hour, so that
 * most messages write nothing here (whoever needs the minute of the last message asks the conversation). Times only move
 * forward. The batch fails with `conflict` unless the identity is still this contact's (a merge may have moved it).
 * @param message.notedAt as it was read with the identity: what needs no note is then only looked at, in one statement,
 * and the batch fails as well where nothing reaches them any more, which has to be taken back
 */
export function inboundStatements(
  tenant: Tenant,
  message: { identityId: string; contactId: string; at: number; notedAt?: number },
): Statement[] {
  const isNoted = message.notedAt !== undefined && message.notedAt > message.at - ACTIVITY_STEP;
  const identity = tenant.of(
    contactIdentities,
    eq(contactIdentities.id, message.identityId),
    eq(contactIdentities.contactId, message.contactId),
  );
  if (isNoted) {
    // Unless it was found meanwhile that nothing reaches them.
    const holds = and(identity, isNull(contactIdentities.unreachable));
    return [tenant.assertThat(sql`EXISTS (SELECT 1 FROM ${contactIdentities} WHERE ${holds})`)];
  }
  return [
    tenant.assertThat(sql`EXISTS (SELECT 1 FROM ${contactIdentities} WHERE ${identity})`),
    tenant.db
      .update(contactIdentities)
      // Who writes can be reached again.
      .set({ lastInboundAt: message.at, unreachable: null })
      .where(
        and(
          identity,
          sql`(coalesce(${contactIdentities.lastInboundAt}, 0) <= ${message.at - ACTIVITY_STEP}
            OR ${contactIdentities.unreachable} IS NOT NULL)`,
        ),
      ),
    tenant.db
      .update(contacts)
      .set({ lastActivityAt: message.at })
      .where(
        tenant.of(
          contacts,
          eq(contacts.id, message.contactId),
          sql`${contacts.lastActivityAt} <= ${message.at - ACTIVITY_STEP}`,
        ),
      ),
  ];
}

import { eq, type SQL, sql } from "drizzle-orm";
import { mustSeeAllInboxes } from "../inboxes/shared.ts";
import { notFound } from "../tenant/failure.ts";
import { inSteps, STEP } from "../tenant/in-steps.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { contactTags, tags } from "./schema.ts";

/** What else carries tags, in another noun: handed in by the catalogue. */
export interface TagCarrier {
  /** Takes a tag off some, `size` at most. */
  step(tenant: Tenant, tagId: string, size: number): Statement;
  /** "Something of these carries the tag", as a condition. */
  carried(tenant: Tenant, tagId: string): SQL;
}

/**
 * Deletes a tag, from however many contacts and others have it.
 * @returns from how many it went, and whether it is gone: false when there are more than one call does
 * @throws Failure `not_found`; `not_allowed` as {@link mustSeeAllInboxes}
 */
export async function deleteTag(
  tenant: Tenant,
  id: string,
  others: readonly TagCarrier[],
): Promise<{ contacts: number; deleted: boolean }> {
  mustSeeAllInboxes(tenant, "A tag");
  const [tag] = await tenant.db
    .select({ id: tags.id })
    .from(tags)
    .where(tenant.of(tags, eq(tags.id, id)));
  if (!tag) throw notFound("tag", id);
  const carriers = sql`FROM contact_tags INDEXED BY contact_tags_by_tag
    WHERE workspace_id = ${tenant.workspaceId} AND tag_id = ${id}`;
  const fromContacts = () =>
    tenant.db
      .delete(contactTags)
      .where(
        tenant.of(
          contactTags,
          eq(contactTags.tagId, id),
          sql`${contactTags.contactId} IN (SELECT contact_id ${carriers} LIMIT ${STEP})`,
        ),
      );
  const uncarried = sql.join(
    others.map((other) => sql` AND NOT ${other.carried(tenant, id)}`),
    sql``,
  );
  const gone = () =>
    tenant.db
      .delete(tags)
      .where(tenant.of(tags, eq(tags.id, id), sql`NOT EXISTS (SELECT 1 ${carriers}) ${uncarried}`));
  const fromSome = () => [fromContacts(), ...others.map((other) => other.step(tenant, id, STEP))];
  const { rows, ended } = await inSteps(tenant, STEP, fromSome, gone);
  return { contacts: rows, deleted: ended };
}

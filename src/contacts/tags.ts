import { asc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { Failure, notFound } from "../tenant/failure.ts";
import { foldedName } from "../tenant/fold.ts";
import { newId } from "../tenant/ids.ts";
import { nearestThings } from "../tenant/nearest-names.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { typedText } from "../tenant/typed-text.ts";
import { insertFrom } from "../tenant/writes.ts";
import { contacts, contactTags, tags } from "./schema.ts";

export type Tag = Pick<typeof tags.$inferSelect, "id" | "name" | "color">;

/** Most tags that one contact may carry. */
const MAX_TAGS_OF_CONTACT = 100;
/** Names looked through for one that is nearly the wrong one. */
const MAX_CANDIDATES_READ = 500;

export const tagNameInput = typedText(60);

const columns = { id: tags.id, name: tags.name, color: tags.color };

/** Tag names are the same as texts are in search: without regard to case, accents and forms of letters. */
export function nameKey(name: string): string {
  return foldedName(name) || name.normalize("NFKC").trim().toLowerCase();
}

function list(values: readonly string[]) {
  return sql`(SELECT value FROM json_each(${JSON.stringify(values)}))`;
}

/** @throws Failure `duplicate` naming the tag that has this name already */
export async function createTag(tenant: Tenant, input: { name: string; color?: string }): Promise<Tag> {
  const tag = { id: newId("tag", tenant.now()), name: input.name, color: input.color ?? null };
  try {
    await tenant.db
      .insert(tags)
      .values(tenant.row({ ...tag, nameKey: nameKey(tag.name), createdAt: tenant.now() }));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    const [other] = await tenant.db
      .select(columns)
      .from(tags)
      .where(tenant.of(tags, eq(tags.nameKey, nameKey(tag.name))));
    throw new Failure("duplicate", `The tag ${JSON.stringify(input.name)} exists already.`, {
      ...(other ? { candidates: [{ id: other.id, name: other.name }] } : {}),
    });
  }
  return tag;
}

/** All tags in the order of their names. */
export async function listTags(
  tenant: Tenant,
  options: { cursor?: string; limit: number },
): Promise<Page<Tag>> {
  const scope: CursorScope = { list: "tags", tenant };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const rows = await tenant.db
    .select({ ...columns, nameKey: tags.nameKey })
    .from(tags)
    .where(tenant.of(tags, after ? gt(tags.nameKey, after) : undefined))
    .orderBy(asc(tags.nameKey))
    .limit(options.limit + 1);
  const page = await pageOf(scope, rows, options.limit, (row) => [row.nameKey]);
  return { ...page, items: page.items.map(({ id, name, color }) => ({ id, name, color })) };
}

/** The tag of a row of contact_tags. */
function tagOf(tenant: Tenant): SQL {
  return tenant.of(tags, eq(tags.id, contactTags.tagId));
}

/** The tags of one contact, in the order of their names. */
export function tagsOfContact(tenant: Tenant, contactId: SQL | string) {
  return (
    tenant.db
      .select(columns)
      .from(contactTags)
      // A cross join is made in this order: SQLite would else go through all of the workspace's tags by name.
      .crossJoin(tags)
      .where(tenant.of(contactTags, eq(contactTags.contactId, contactId), tagOf(tenant)))
      .orderBy(asc(tags.nameKey))
  );
}

/**
 * The ids of existing tags, each named by id or name.
 * @throws Failure `not_found` for the first that does not exist, with the nearest names
 */
export async function resolveTags(
  tenant: Tenant,
  named: { ids?: readonly string[]; names?: readonly string[] },
): Promise<string[]> {
  const ids = named.ids ?? [];
  const names = named.names ?? [];
  // Two queries: with OR, SQLite would read all tags of the workspace.
  const columns = { id: tags.id, nameKey: tags.nameKey };
  const [byId, byName] = await Promise.all([
    ids.length > 0
      ? tenant.db
          .select(columns)
          .from(tags)
          .where(tenant.of(tags, sql`${tags.id} IN ${list(ids)}`))
      : [],
    names.length > 0
      ? tenant.db
          .select(columns)
          .from(tags)
          .where(tenant.of(tags, sql`${tags.nameKey} IN ${list(names.map(nameKey))}`))
      : [],
  ]);
  const rows = [...byId, ...byName];
  const missing =
    ids.find((id) => !rows.some((row) => row.id === id)) ??
    names.find((name) => !rows.some((row) => row.nameKey === nameKey(name)));
  if (missing === undefined) return [...new Set(rows.map((row) => row.id))];
  const known = await tenant.db
    .select({ id: tags.id, name: tags.name })
    .from(tags)
    .where(tenant.of(tags))
    .orderBy(asc(tags.nameKey))
    .limit(MAX_CANDIDATES_READ);
  const { code, message } = notFound("tag", missing);
  const near = nearestThings(missing, known);
  throw new Failure(code, message, {
    hint: "list_tags shows all tags.",
    ...(near.length > 0 ? { candidates: near } : {}),
  });
}

/** The tag of this name, at most one. */
export function tagsCalled(tenant: Tenant, name: string): Promise<Tag[]> {
  return tenant.db
    .select(columns)
    .from(tags)
    .where(tenant.of(tags, eq(tags.nameKey, nameKey(name))));
}

/** The tag with this id or name. @throws Failure `not_found` with the nearest names */
export async function resolveTag(tenant: Tenant, nameOrId: string): Promise<string> {
  const [byId] = await tenant.db
    .select({ id: tags.id })
    .from(tags)
    .where(tenant.of(tags, eq(tags.id, nameOrId)));
  if (byId) return byId.id;
  const [byName] = await resolveTags(tenant, { names: [nameOrId] });
  if (byName === undefined) throw notFound("tag", nameOrId);
  return byName;
}

/** The statement that makes tags whose names do not exist. */
function insertTags(
  tenant: Tenant,
  wanted: readonly { id: string; name: string; key: string }[],
  at: number,
): Statement {
  return insertFrom(
    tenant,
    tags,
    {
      id: sql`value ->> 'id'`,
      name: sql`value ->> 'name'`,
      nameKey: sql`value ->> 'key'`,
      color: null,
      createdAt: at,
    },
    sql`FROM json_each(${JSON.stringify(wanted)}) WHERE 1`,
  ).onConflictDoNothing();
}

/**
 * The ids of the tags of these names, with the statements that make those that do not exist: for the batch of what
 * carries them, which fails with `conflict` when somebody else made one meanwhile. @param names at most some dozens
 */
export async function tagsToBe(
  tenant: Tenant,
  names: readonly string[],
): Promise<{ ids: string[]; made: Statement[] }> {
  const at = tenant.now();
  const wanted = new Map(names.map((name) => [nameKey(name), name]));
  if (wanted.size === 0) return { ids: [], made: [] };
  const rows = await tenant.db
    .select({ id: tags.id, nameKey: tags.nameKey })
    .from(tags)
    .where(tenant.of(tags, sql`${tags.nameKey} IN ${list([...wanted.keys()])}`));
  const known = new Map(rows.map((row) => [row.nameKey, row.id]));
  const missing = [...wanted]
    .filter(([key]) => !known.has(key))
    .map(([key, name]) => ({ id: newId("tag", at), name, key }));
  for (const { key, id } of missing) known.set(key, id);
  const ids = missing.map(({ id }) => id);
  const made =
    ids.length === 0
      ? []
      : [
          insertTags(tenant, missing, at),
          tenant.assertThat(sql`${ids.length} = (SELECT count(*) FROM tags
            WHERE workspace_id = ${tenant.workspaceId} AND id IN ${list(ids)})`),
        ];
  return { ids: [...wanted.keys()].flatMap((key) => known.get(key) ?? []), made };
}

/** The statements that put tags on a contact; tags named by name are made if they do not exist. */
export function attachTags(
  tenant: Tenant,
  contactId: string,
  names: readonly string[],
  at = tenant.now(),
): Statement[] {
  const { newTags, attached } = tagStatements(tenant, contactId, { names }, at);
  return [newTags, attached];
}

/** {@link attachTags} by name and by id: the tags that are made, and which the contact carries then. */
export function tagStatements(
  tenant: Tenant,
  contactId: string,
  named: { ids?: readonly string[]; names?: readonly string[] },
  at = tenant.now(),
): { newTags: Statement; attached: Statement } {
  const names = named.names ?? [];
  const wanted = names.map((name) => ({ id: newId("tag", at), name, key: nameKey(name) }));
  const keys = wanted.map((tag) => tag.key);
  return {
    newTags: insertTags(tenant, wanted, at),
    attached: insertFrom(
      tenant,
      contactTags,
      { contactId: sql`${contacts.id}`, tagId: sql`named.id`, contactN: sql`${contacts.n}` },
      // Cross joins are made in this order: SQLite would else go through all of the workspace's tags.
      sql`FROM ${contacts}, (
            SELECT ${tags.id} AS id FROM ${list(named.ids ?? [])} AS given CROSS JOIN ${tags}
              WHERE ${tenant.of(tags, sql`${tags.id} = given.value`)}
            UNION
            SELECT ${tags.id} FROM ${list(keys)} AS given CROSS JOIN ${tags}
              WHERE ${tenant.of(tags, sql`${tags.nameKey} = given.value`)}
          ) AS named
          WHERE ${tenant.of(contacts, eq(contacts.id, contactId))}`,
    ).onConflictDoNothing(),
  };
}

/** {@link attachTags} by name for many contacts, in two statements however many they are. */
export function attachTagsToMany(
  tenant: Tenant,
  added: readonly { contactId: string; names: readonly string[] }[],
  at: number,
): Statement[] {
  const pairs = added.flatMap(({ contactId, names }) =>
    names.map((name) => ({ contactId, name, key: nameKey(name) })),
  );
  // A new tag is written as it was first.
  const first = new Map(pairs.toReversed().map(({ key, name }) => [key, name]));
  const wanted = [...first].map(([key, name]) => ({ id: newId("tag", at), name, key }));
  return [
    insertTags(tenant, wanted, at),
    insertFrom(
      tenant,
      contactTags,
      { contactId: sql`${contacts.id}`, tagId: sql`${tags.id}`, contactN: sql`${contacts.n}` },
      // Cross joins are made in this order: SQLite would else read all of the workspace's contacts.
      sql`FROM json_each(${JSON.stringify(pairs)}) AS given CROSS JOIN ${contacts} CROSS JOIN ${tags}
          WHERE ${tenant.of(contacts, sql`${contacts.id} = given.value ->> 'contactId'`)}
            AND ${tenant.of(tags, sql`${tags.nameKey} = given.value ->> 'key'`)}`,
    ).onConflictDoNothing(),
  ];
}

/** The tags of many contacts, by contact id; contacts without any are left out. */
export async function tagsOfContacts(
  tenant: Tenant,
  contactIds: readonly string[],
): Promise<Map<string, Tag[]>> {
  const rows = await tenant.db
    .select({ contactId: contactTags.contactId, ...columns })
    .from(contactTags)
    .crossJoin(tags)
    .where(tenant.of(contactTags, sql`${contactTags.contactId} IN ${list(contactIds)}`, tagOf(tenant)));
  return Map.groupBy(rows, ({ contactId }) => contactId);
}

/** The statement that takes tags off a contact. */
export function detachTags(tenant: Tenant, contactId: string, tagIds: readonly string[]): Statement {
  return tenant.db
    .delete(contactTags)
    .where(
      tenant.of(contactTags, eq(contactTags.contactId, contactId), inArray(contactTags.tagId, list(tagIds))),
    );
}

/**
 * The names of these tags that the contact does not carry yet.
 * @throws Failure `invalid_input` when it would carry more than 100
 */
export function missingTags(carried: readonly Tag[], names: readonly string[]): string[] {
  const keys = new Set(carried.map((tag) => nameKey(tag.name)));
  const missing = new Map<string, string>();
  for (const name of names) {
    const key = nameKey(name);
    if (!keys.has(key) && !missing.has(key)) missing.set(key, name);
  }
  assertRoom(carried.length + missing.size);
  return [...missing.values()];
}

/** @throws Failure `invalid_input` when a contact would carry more tags than it may */
export function assertRoom(count: number): void {
  if (count > MAX_TAGS_OF_CONTACT) {
    throw new Failure("invalid_input", `A contact carries at most ${MAX_TAGS_OF_CONTACT} tags.`);
  }
}

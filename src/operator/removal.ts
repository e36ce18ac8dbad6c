import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { clearFiles } from "../attachments/removal.ts";
import { deletedWorkspaces, grants } from "../control/schema.ts";
import { roomName } from "../conversations/room.ts";
import { gateOf } from "../gate/gate.ts";
import { getWorkspace } from "../gate/workspaces.ts";
import { authorizationServer, subjectOf } from "../oauth/authorization-server.ts";
import { vectorArm } from "../search/vectors.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { endpointName } from "../webhooks/endpoint-name.ts";
import { OPERATOR } from "./exchange.ts";
import { removeIds, removeRows, someIds, storedTables } from "./removal-tables.ts";

/**
 * Deleting a workspace. First, at once, it is gone from the control database: nobody enters it any more. Then its data
 * goes, slice by slice, and what has gone needs not be looked for again: whoever was cut off goes on where they were, and
 * housekeeping does where nobody does. All that is kept is a row that says so.
 */

export type DeletedWorkspace = typeof deletedWorkspaces.$inferSelect;

/** Batches of rows that one slice removes at most, of the thousand statements that a request may send. */
const BATCHES = 150;
/** Objects of customers, or of webhooks, that one slice has forget. */
const OBJECTS = 100;
/** Rows whose vectors one slice removes. */
const VECTORS = 500;
/** People whose grants the authorization server is told to forget in one slice. */
const PEOPLE = 20;

const VECTOR_TABLES = [
  ["knowledge", "kb_passages", "kb_passages_search"],
  ["products", "products", "products_search"],
] as const;

const controlOf = (env: Env) => drizzle(env.CONTROL, { casing: "snake_case" });

/** The note of a workspace that was deleted. @throws Failure `not_found` */
export async function deletedWorkspace(env: Env, id: string): Promise<DeletedWorkspace> {
  const [row] = await controlOf(env).select().from(deletedWorkspaces).where(eq(deletedWorkspaces.id, id));
  if (!row) throw notFound("deleted workspace", id, "this server");
  return row;
}

/** Every workspace that was deleted, the newest first, 500 at most. */
export async function listDeletedWorkspaces(env: Env): Promise<DeletedWorkspace[]> {
  return controlOf(env)
    .select()
    .from(deletedWorkspaces)
    .orderBy(sql`${deletedWorkspaces.deletedAt} DESC`)
    .limit(500);
}

/**
 * Ends a workspace for good: its credentials, members, sessions and public keys hold no more from the next request on.
 * One that was deleted already answers its note.
 * @param name its name, typed by whoever means it
 * @throws Failure `not_found`; `invalid_input` for another name
 */
export async function deleteWorkspace(env: Env, id: string, name: string): Promise<DeletedWorkspace> {
  const there = await getWorkspace(env, id).catch(async (error: unknown) => {
    if (!(error instanceof Failure) || error.code !== "not_found") throw error;
    return deletedWorkspace(env, id).catch(() => {
      throw error;
    });
  });
  if (there.name !== name.trim()) {
    throw new Failure("invalid_input", `The workspace is called ${JSON.stringify(there.name)}.`, {
      hint: "Confirm its deletion by exactly this name.",
    });
  }
  if ("plan" in there) await gateOf(env, id).removeWorkspace();
  return deletedWorkspace(env, id);
}

/** Removes some of what a deleted workspace had. @returns its note, in which `clearedAt` tells that nothing is left */
export async function clearWorkspace(env: Env, id: string): Promise<DeletedWorkspace> {
  const note = await deletedWorkspace(env, id);
  if (note.clearedAt !== null) return note;
  const tenant = new Tenant(shardDatabase(env, note.shard), {
    workspaceId: id,
    inboxes: null,
    actor: OPERATOR,
    timeZone: "UTC",
  });
  for (const part of [clearRooms, clearEndpoints, clearVectors, clearObjects, clearTables, clearGrants]) {
    if (!(await part(env, tenant, note))) return note;
  }
  await env.SEARCH_INDEXER.getByName(id).forget();
  await gateOf(env, id).forget();
  await controlOf(env)
    .update(deletedWorkspaces)
    .set({ clearedAt: Date.now() })
    .where(eq(deletedWorkspaces.id, id));
  return deletedWorkspace(env, id);
}

/** Goes on with workspaces whose deletion was cut off. */
export async function clearDeletedWorkspaces(env: Env): Promise<void> {
  const [open] = await controlOf(env)
    .select({ id: deletedWorkspaces.id })
    .from(deletedWorkspaces)
    .where(isNull(deletedWorkspaces.clearedAt))
    .limit(1);
  if (open) await clearWorkspace(env, open.id);
}

/** Removes some of one kind. @returns whether none of it is left */
type Part = (env: Env, tenant: Tenant, note: DeletedWorkspace) => Promise<boolean>;

const clearRooms: Part = async (env, tenant) => {
  const { workspaceId } = tenant;
  const rows = z
    .array(z.object({ contactId: z.string(), id: z.string(), inboxId: z.string(), sourceId: z.string() }))
    .parse(
      await tenant.db.all(sql`SELECT contact_id AS "contactId", id, inbox_id AS "inboxId", source_id AS "sourceId"
        FROM contact_identities WHERE workspace_id = ${workspaceId} LIMIT ${OBJECTS}`),
    );
  await Promise.all(rows.map((row) => env.ROOM.getByName(roomName({ ...row, workspaceId })).forget()));
  const gone = JSON.stringify(rows.map(({ contactId, id }) => [contactId, id]));
  await tenant.db.run(sql`DELETE FROM contact_identities WHERE workspace_id = ${workspaceId}
    AND (contact_id, id) IN (SELECT value ->> 0, value ->> 1 FROM json_each(${gone}))`);
  return rows.length < OBJECTS;
};

/** Before their rows; what comes in meanwhile belongs to nobody that may enter. */
const clearObjects: Part = (env, tenant) => clearFiles(tenant, env);

const clearEndpoints: Part = async (env, tenant) => {
  const { workspaceId } = tenant;
  const ids = await someIds(tenant, "webhooks", OBJECTS);
  await Promise.all(ids.map((id) => env.ENDPOINT.getByName(endpointName(workspaceId, id)).forget()));
  await removeIds(tenant, { name: "webhooks", search: null }, ids);
  return ids.length < OBJECTS;
};

/** Vectors are named by their rows, which go along with them. */
const clearVectors: Part = async (env, tenant) => {
  for (const [corpus, name, search] of VECTOR_TABLES) {
    const arm = vectorArm(env, corpus);
    if (!arm) continue;
    const ids = await someIds(tenant, name, VECTORS);
    await arm.remove(ids);
    await removeIds(tenant, { name, search }, ids);
    if (ids.length === VECTORS) return false;
  }
  return true;
};

const clearTables: Part = async (env, tenant, { shard }) => {
  let batches = 0;
  for (const table of await storedTables(shardDatabase(env, shard))) {
    while (batches++ < BATCHES && (await removeRows(tenant, table)) > 0);
    if (batches >= BATCHES) return false;
  }
  return true;
};

/** The authorization server's records in KV: by them refresh tokens and codes are known. */
const clearGrants: Part = async (env, { workspaceId }) => {
  const control = controlOf(env);
  const people = await control
    .selectDistinct({ userId: grants.userId })
    .from(grants)
    .where(and(eq(grants.workspaceId, workspaceId), isNotNull(grants.revokedAt)))
    .limit(PEOPLE);
  const oauth = authorizationServer(env).getOAuthApi(env);
  for (const { userId } of people) {
    const subject = subjectOf(userId, workspaceId);
    let cursor: string | undefined;
    do {
      // What was revoked may be listed for another minute: page by page, each once.
      const page = await oauth.listUserGrants(subject, { cursor });
      for (const { id } of page.items) await oauth.revokeGrant(id, subject);
      cursor = page.cursor;
    } while (cursor);
    await control.delete(grants).where(and(eq(grants.workspaceId, workspaceId), eq(grants.userId, userId)));
  }
  return people.length < PEOPLE;
};

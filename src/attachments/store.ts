import { and, eq, isNull, sql } from "drizzle-orm";
import { adjustTotal, readTotal } from "../figures/totals.ts";
import { Failure } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { mustChange } from "../tenant/writes.ts";
import { fileName } from "./file-name.ts";
import { MAX_FILE_BYTES } from "./limits.ts";
import { mediaTypeOf } from "./media-type.ts";
import { type FileSource, putObject } from "./object.ts";
import { attachments } from "./schema.ts";

/** How long a file waits for a message that takes it, in milliseconds. */
export const WAITS_MS = 24 * 60 * 60_000;
/** A file is taken up to this long before it is swept. */
const MARGIN_MS = 60 * 60_000;
/** Bytes of all files of a workspace, where FILES_MAX_BYTES says nothing. */
const WORKSPACE_BYTES = 20 * 1024 ** 3;

/** A file as messages and drafts hold it. */
export interface StoredFile {
  id: string;
  name: string;
  mediaType: string;
  bytes: number;
}

/** Where files are brought, and by whom. */
export interface Depot {
  tenant: Tenant;
  env: Env;
  inboxId: string;
  /** See {@link ownerOf}. */
  owner: string;
}

/** A file as it is brought. */
export interface NewFile extends FileSource {
  /** Made beforehand where the same file may come again: see `attachmentIdOf`. */
  id?: string;
  /** As whoever brings it calls it, and says that it is. */
  name?: string;
  type?: string;
  /** Bytes that it may have, at most {@link MAX_FILE_BYTES}. */
  maxBytes?: number;
  /** What else is written once it is there. */
  also?(bytes: number): Statement[];
}

/** Who brings a file and may send it: a customer of an inbox by the channel's id of them, or somebody of the team. */
export function ownerOf(who: { sourceId: string } | { actorId: string }): string {
  return "sourceId" in who ? `in ${who.sourceId}` : `out ${who.actorId}`;
}

/**
 * Stores a file that no message has taken yet: one that none takes within a day is swept. Its bytes go to R2 as they
 * come; its row is there before, so that whatever becomes of this, the bytes are found and swept.
 * @returns what messages hold of it; of one that was stored under this id before, that
 * @throws Failure `body_too_large`, `plan_limit` when the workspace is full, `invalid_input` for an empty one
 */
export async function storeFile(depot: Depot, file: NewFile, signal: AbortSignal): Promise<StoredFile> {
  const { tenant, env, inboxId, owner } = depot;
  const maxBytes = Math.min(file.maxBytes ?? MAX_FILE_BYTES, MAX_FILE_BYTES);
  if ((file.length ?? 0) > maxBytes) throw tooLarge(maxBytes);
  await mustHaveRoom(depot, file.length ?? 0);
  const at = tenant.now();
  const id = file.id ?? newId("attachment", at);
  const row = { id, inboxId, owner, conversationId: null, name: "", mediaType: "", bytes: 0, createdAt: at };
  try {
    await tenant.db.insert(attachments).values(tenant.row(row));
  } catch (error) {
    if (file.id === undefined || !isUniqueViolation(error)) throw error;
    const before = await fileOf(tenant, id);
    if (before && before.bytes > 0) return before;
    // The attempt before this one was cut off: it is made again.
  }
  const put = await putObject(env.FILES, objectKey(tenant.workspaceId, id), file, { maxBytes, signal });
  if (put === null) throw tooLarge(maxBytes);
  if (put.bytes === 0) throw new Failure("invalid_input", "The file is empty.");
  const mediaType = mediaTypeOf(put.head, file.type);
  const stored = { name: fileName(file.name, mediaType), mediaType, bytes: put.bytes };
  await tenant.batch([
    ...mustChange(
      tenant,
      tenant.db
        .update(attachments)
        .set(stored)
        .where(tenant.of(attachments, eq(attachments.id, id), eq(attachments.bytes, 0))),
    ),
    adjustTotal(tenant, { metric: "attachment_bytes", inboxId: null, by: put.bytes }),
    ...(file.also?.(put.bytes) ?? []),
  ]);
  return { id, ...stored };
}

/** Where the bytes of a file lie. */
export function objectKey(workspaceId: string, id: string): string {
  return `${workspaceId}/${id}`;
}

export function tooLarge(maxBytes: number): Failure {
  return new Failure("body_too_large", `A file may have at most ${inMegabytes(maxBytes)}.`);
}

/** Bytes as people say them. */
export function inMegabytes(bytes: number): string {
  return `${Math.floor((bytes / 1024 / 1024) * 10) / 10} MB`;
}

async function mustHaveRoom({ tenant, env }: Depot, bytes: number): Promise<void> {
  const most = Number(env.FILES_MAX_BYTES) || WORKSPACE_BYTES;
  if ((await readTotal(tenant, "attachment_bytes")) + bytes <= most) return;
  throw new Failure("plan_limit", `The workspace's files have reached ${inMegabytes(most)}.`, {
    hint: "Delete contacts whose files are not needed any more, or ask the operator for more.",
  });
}

/** A file by its id, whoever asks; null where there is none. */
export async function fileOf(
  tenant: Tenant,
  id: string,
): Promise<(StoredFile & { inboxId: string; conversationId: string | null }) | null> {
  const { name, mediaType, bytes, inboxId, conversationId } = attachments;
  const [row] = await tenant.db
    .select({ id: attachments.id, name, mediaType, bytes, inboxId, conversationId })
    .from(attachments)
    .where(tenant.of(attachments, eq(attachments.id, id)));
  return row ?? null;
}

/**
 * Files that wait to be sent by whoever brought them, in the order of the ids.
 * @throws Failure `not_found` for one that is not there, is another's or was sent
 */
export async function untaken(depot: Omit<Depot, "env">, ids: readonly string[]): Promise<StoredFile[]> {
  const { tenant, inboxId, owner } = depot;
  if (ids.length === 0) return [];
  const { id, name, mediaType, bytes } = attachments;
  const rows = await tenant.db
    .select({ id, name, mediaType, bytes })
    .from(attachments)
    .where(
      tenant.of(
        attachments,
        among(ids),
        and(
          eq(attachments.inboxId, inboxId),
          eq(attachments.owner, owner),
          isNull(attachments.conversationId),
        ),
        sql`${bytes} > 0`,
      ),
    );
  return ids.map((wanted) => {
    const row = rows.find((one) => one.id === wanted);
    if (row) return row;
    throw new Failure("not_found", `No file ${JSON.stringify(wanted.slice(0, 80))} waits to be sent.`, {
      hint: "It was sent already, or was uploaded more than a day ago: upload it again.",
    });
  });
}

/**
 * The statements by which a message or a draft of a conversation takes files, each once: their batch fails with `conflict`
 * where one was taken or swept meanwhile. They cost nothing where there are none.
 */
export function takeStatements(tenant: Tenant, conversationId: string, ids: readonly string[]): Statement[] {
  if (ids.length === 0) return [];
  const { workspaceId } = tenant;
  const since = Date.now() - WAITS_MS + MARGIN_MS;
  return [
    tenant.assertThat(sql`${ids.length} = (SELECT count(*) FROM attachments WHERE workspace_id = ${workspaceId}
      AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)})) AND conversation_id IS NULL
      AND bytes > 0 AND created_at > ${since})`),
    tenant.db
      .update(attachments)
      .set({ conversationId })
      .where(tenant.of(attachments, among(ids))),
  ];
}

function among(ids: readonly string[]) {
  return sql`${attachments.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`;
}

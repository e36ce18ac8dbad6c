import { getWorkspace } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { FILES_PATH, type FileReference, readFileAddress } from "./address.ts";
import { disposition } from "./file-name.ts";
import { kindOf } from "./media-type.ts";
import { fileOf, objectKey } from "./store.ts";

/**
 * Serves files at their signed addresses, from R2 as they are read. Strangers made them, on the console's own origin: no
 * browser takes one for a page or a script. Pictures that browsers draw alone are shown where they stand, everything else
 * is saved.
 */
export const filesDoor = newApp().basePath(FILES_PATH);

/** Seconds that a browser keeps a file: no longer than its address is good. */
const KEPT_SECONDS = 3600;

const gone = () =>
  new Failure("not_found", "There is no file at this address, or its time is over.", {
    hint: "Addresses of files are good for an hour: read the message again for another one.",
  });

filesDoor.on(["GET", "HEAD"], ["/:token", "/:token/:name"], async (c) => {
  const reference = readFileAddress(c.req.param("token"));
  const file = reference && (await find(c.env, reference));
  if (!reference || !file || file.bytes === 0) throw gone();
  const object = await c.env.FILES.get(objectKey(reference.workspaceId, reference.id), {
    range: c.req.raw.headers,
    onlyIf: c.req.raw.headers,
  });
  if (object === null) throw gone();
  const headers = new Headers({
    "Content-Type": file.mediaType,
    "Content-Disposition": disposition(
      kindOf(file.mediaType) === "image" ? "inline" : "attachment",
      file.name,
    ),
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    // Pages of customers' sites show them, whatever they isolate themselves from.
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": `private, max-age=${KEPT_SECONDS}, immutable`,
    "Accept-Ranges": "bytes",
    ETag: object.httpEtag,
  });
  if (!("body" in object)) return c.body(null, 304, Object.fromEntries(headers));
  const { offset, length } = rangeOf(object);
  headers.set("Content-Length", String(length));
  const isPart = c.req.header("range") !== undefined && length < object.size;
  if (isPart) headers.set("Content-Range", `bytes ${offset}-${offset + length - 1}/${object.size}`);
  return new Response(c.req.method === "HEAD" ? null : object.body, { status: isPart ? 206 : 200, headers });
});

filesDoor.all("*", () => {
  throw new Failure("method_not_allowed", "Files are read with GET.", {}, { Allow: "GET, HEAD" });
});

function rangeOf({ range, size }: R2Object): { offset: number; length: number } {
  if (range === undefined) return { offset: 0, length: size };
  // Each part is there, if need be as undefined.
  if ("suffix" in range && range.suffix !== undefined) {
    const length = Math.min(range.suffix, size);
    return { offset: size - length, length };
  }
  const { offset = 0, length = size } = "offset" in range || "length" in range ? range : {};
  return { offset, length: Math.min(length, size - offset) };
}

/** The file of an address in a workspace that is in service; null where there is none any more. */
async function find(env: Env, { workspaceId, id }: FileReference) {
  const workspace = await getWorkspace(env, workspaceId).catch((error: unknown) => {
    if (error instanceof Failure && error.code === "not_found") return null;
    throw error;
  });
  if (!workspace || workspace.suspendedAt !== null) return null;
  const tenant = new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId,
    inboxes: null,
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
    timeZone: workspace.timeZone,
  });
  return fileOf(tenant, id);
}

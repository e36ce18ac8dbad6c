import { z } from "zod";
import { publicOrigin } from "../http/addresses.ts";
import { checkTarget } from "../http/targets.ts";
import { withinTime } from "../http/time-limit.ts";
import { Failure } from "../tenant/failure.ts";
import { FILES_PATH, readFileAddress } from "./address.ts";
import { attachmentIdOf } from "./attachment-id.ts";
import { MAX_FILES } from "./limits.ts";
import type { FileSource } from "./object.ts";
import { type Depot, fileOf, type NewFile, objectKey, type StoredFile, storeFile } from "./store.ts";

/** Most bytes of a file that is given in base64: the rest of the call has to fit beside it. */
const MAX_GIVEN_BYTES = 1024 * 1024;
/** How long the files of one message may take altogether. */
const TIME_MS = 20_000;

const given = z.strictObject({
  url: z.string().optional(),
  name: z.string().optional(),
  contentType: z.string().optional(),
  base64: z.string().optional(),
});
type GivenFile = z.output<typeof given>;

const isWhole = ({ url, name, contentType, base64 }: GivenFile) =>
  url === undefined
    ? name !== undefined && contentType !== undefined && base64 !== undefined
    : contentType === undefined && base64 === undefined;

/** Files as a call gives them: addresses to fetch, or the bytes. */
export const givenFilesInput = z
  .array(given)
  .max(MAX_FILES)
  .refine((files) => files.every(isWhole), "each has url, or name, contentType and base64")
  .describe("url, or name, contentType, base64 ≤1 MB")
  .optional();
export type GivenFiles = z.output<typeof givenFilesInput>;

/**
 * Stores files that a call gives. Addresses are fetched under the rules for everything that is called from here; one
 * of ours, as answers show them, is copied where the caller may read it.
 * @param sameAs what tells this call from others, where the same may come again: its files are then stored once
 * @throws Failure `invalid_input` for what cannot be read or fetched; and as `storeFile`
 */
export async function storeGiven(depot: Depot, files: GivenFiles, sameAs?: string): Promise<StoredFile[]> {
  const until = Date.now() + TIME_MS;
  const stored: StoredFile[] = [];
  for (const [i, file] of (files ?? []).entries()) {
    const id = sameAs === undefined ? undefined : await attachmentIdOf(depot.inboxId, `${sameAs} ${i}`);
    const one = await withinTime(Math.max(1, until - Date.now()), async (signal) => {
      const source = await sourceOf(depot, file, signal);
      return storeFile(depot, { ...source, id }, signal);
    }).catch((error: unknown) => {
      if (error instanceof Failure) throw error;
      throw notFetched(file.url ?? "", "it did not come whole in time");
    });
    stored.push(one);
  }
  return stored;
}

function sourceOf(depot: Depot, file: GivenFile, signal: AbortSignal): Promise<NewFile> | NewFile {
  const { url, name, contentType: type, base64 = "" } = file;
  if (url === undefined) return { body: bytesOf(base64), name, type };
  return fetched(depot, url, name, signal);
}

function bytesOf(base64: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = Uint8Array.fromBase64(base64);
  } catch {
    throw new Failure("invalid_input", "attachments: base64 is not valid base64.");
  }
  if (bytes.byteLength <= MAX_GIVEN_BYTES) return bytes;
  throw new Failure("body_too_large", "A file in base64 may have at most 1 MB.", {
    hint: "Pass a url to fetch it from instead.",
  });
}

async function fetched(
  depot: Depot,
  url: string,
  name: string | undefined,
  signal: AbortSignal,
): Promise<NewFile> {
  const own = await ownFile(depot, url);
  if (own) return { ...own, name: name ?? own.name };
  const check = checkTarget(depot.env, url);
  if (!check.ok) throw notFetched(url, check.reason);
  const headers = { "accept-encoding": "identity", "user-agent": "Parley/1.0" };
  const response = await fetch(check.url, { headers, redirect: "manual", signal }).catch(() => null);
  if (!response) throw notFetched(url, "no answer");
  if (!response.ok || !response.body) throw notFetched(url, `the answer was ${response.status}`);
  return {
    ...sourceOfResponse(response, response.body),
    name: name ?? decoded(check.url.pathname),
    type: response.headers.get("content-type") ?? undefined,
  };
}

/** The body of an answer with its length, where that is the length of what comes. */
export function sourceOfResponse(
  { headers }: Pick<Response, "headers">,
  body: ReadableStream<Uint8Array>,
): FileSource {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? { body } : { body, length: Number(length) };
}

/** A file of ours by its address, as answers show it; null where it is no such address. */
async function ownFile({ tenant, env }: Depot, url: string): Promise<(FileSource & { name: string }) | null> {
  const prefix = `${publicOrigin(env)}${FILES_PATH}/`;
  if (!url.startsWith(prefix)) return null;
  const reference = readFileAddress(url.slice(prefix.length).split("/", 1)[0] ?? "");
  const file = reference?.workspaceId === tenant.workspaceId ? await fileOf(tenant, reference.id) : null;
  const object =
    file && tenant.sees(file.inboxId) ? await env.FILES.get(objectKey(tenant.workspaceId, file.id)) : null;
  if (!file || !object) throw notFetched(url, "its time is over, or it is not yours");
  return { body: object.body, length: object.size, name: file.name };
}

function decoded(path: string): string {
  const last = path.split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last);
  } catch {
    return last;
  }
}

function notFetched(url: string, reason: string): Failure {
  const shown = url.length > 200 ? `${url.slice(0, 200).toWellFormed()}…` : url;
  return new Failure("invalid_input", `attachments: ${shown} could not be fetched: ${reason}.`);
}

import { fileAddress } from "../attachments/address.ts";
import { attachmentIdOf } from "../attachments/attachment-id.ts";
import { captionOf, sayFiles } from "../attachments/file-words.ts";
import { MAX_FILE_BYTES, MAX_FILES } from "../attachments/limits.ts";
import { kindOf } from "../attachments/media-type.ts";
import { storedFiles } from "../attachments/said.ts";
import {
  type Depot,
  inMegabytes,
  objectKey,
  ownerOf,
  type StoredFile,
  storeFile,
} from "../attachments/store.ts";
import type { OutgoingMessage } from "../conversations/queued.ts";
import { withinTime } from "../http/time-limit.ts";
import { Failure } from "../tenant/failure.ts";
import type { Heard, Incoming, IncomingFile, OutgoingFile } from "./channel.ts";

/** How long the files of one message may take altogether: services wait about so long for an answer. */
const TIME_MS = 15_000;

/**
 * Keeps the files of a message that came in, before it goes to its room. One that cannot be kept is a line of the text
 * that says why: the message is never lost. The same message again has the same files, and fetches none twice.
 */
export async function keepFiles(depot: Omit<Depot, "owner">, heard: Heard): Promise<Incoming> {
  const { files = [], ...incoming } = heard;
  if (files.length === 0) return incoming;
  const until = Date.now() + TIME_MS;
  const owner = ownerOf(incoming.from);
  const kept: StoredFile[] = [];
  const notes: string[] = [];
  for (const [i, file] of files.entries()) {
    const known = incoming.sourceId;
    const id = known === undefined ? undefined : await attachmentIdOf(depot.inboxId, `${known} ${i}`);
    const done = i < MAX_FILES ? await keep({ ...depot, owner }, file, id, until) : "too many at once";
    if (typeof done === "string") notes.push(noteOf(file, done));
    else kept.push(done);
  }
  const said = incoming.text === "" && notes.length > 0 ? sayFiles(kept) : incoming.text;
  return {
    ...incoming,
    text: [said, ...notes].filter(Boolean).join("\n"),
    ...(kept.length > 0 ? { attachments: kept.map((one) => one.id) } : {}),
  };
}

/** @returns what is kept, or why it is not */
async function keep(
  depot: Depot,
  file: IncomingFile,
  id: string | undefined,
  until: number,
): Promise<StoredFile | string> {
  const { kind, name = kind.replaceAll(" ", "-"), type, size } = file;
  if ((size ?? 0) > MAX_FILE_BYTES) return `larger than ${inMegabytes(MAX_FILE_BYTES)}`;
  try {
    return await withinTime(Math.max(1, until - Date.now()), async (signal) => {
      const source = await file.open(signal);
      return storeFile(depot, { ...source, id, name, type }, signal);
    });
  } catch (error) {
    if (!(error instanceof Failure)) return "it could not be fetched";
    if (error.code === "body_too_large") return `larger than ${inMegabytes(MAX_FILE_BYTES)}`;
    return error.code === "plan_limit" ? "there is no room for more files" : "it is empty";
  }
}

function noteOf({ kind, name }: IncomingFile, why: string): string {
  return `[${kind}${name ? `: ${name}` : ""} (not kept: ${why})]`;
}

/** What of a message goes out as files, and what is said beside them. */
export function filesOf(
  env: Env,
  workspaceId: string,
  { text, content }: Pick<OutgoingMessage, "text" | "content">,
): { files: OutgoingFile[]; caption: string } {
  const stored = storedFiles(content?.attachments);
  const files = stored.map(
    (file): OutgoingFile => ({
      ...file,
      kind: kindOf(file.mediaType),
      address: () => fileAddress({ workspaceId, ...file }),
      open: async () => (await env.FILES.get(objectKey(workspaceId, file.id)))?.body ?? null,
    }),
  );
  return { files, caption: captionOf(text, stored) };
}

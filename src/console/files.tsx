import type { z } from "zod";
import { fileAddress } from "../attachments/address.ts";
import { kindOf } from "../attachments/media-type.ts";
import { inMegabytes, ownerOf, storeFile } from "../attachments/store.ts";
import type { attachmentOutput } from "../conversations/answers.ts";
import { getConversation } from "../conversations/read.ts";
import { withinTime } from "../http/time-limit.ts";
import { Said } from "./layout.tsx";
import { tenantOfVisit, type Visit } from "./visit.ts";

/** Bytes of a form with files: of all of them together. */
export const MAX_FILES_FORM = 21 * 1024 * 1024;
/** How long one takes to be stored. */
const TIME_MS = 20_000;

export type ShownFile = z.output<typeof attachmentOutput>;

/** Files of a message: pictures where they stand, everything else to be saved. */
export function Files({ files }: { files: readonly ShownFile[] | undefined }) {
  if (!files || files.length === 0) return null;
  return (
    <ul class="files">
      {files.map(({ name, mediaType, bytes, url }) => (
        <li>
          <a href={url}>
            {kindOf(mediaType) === "image" ? (
              <img src={url} alt={name} loading="lazy" />
            ) : (
              <Said text={name} />
            )}
          </a>{" "}
          {kindOf(mediaType) !== "image" && <small>{size(bytes)}</small>}
        </li>
      ))}
    </ul>
  );
}

function size(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : inMegabytes(bytes);
}

/**
 * Files of a form, as the tools take them: each is stored first, and sent by its address.
 * @throws Failure as `storeFile`, `not_found`
 */
export async function givenFiles(visit: Visit, conversationId: string, files: readonly File[]) {
  if (files.length === 0) return {};
  const tenant = tenantOfVisit(visit);
  const { inboxId } = await getConversation(tenant, conversationId);
  const depot = { tenant, env: visit.env, inboxId, owner: ownerOf({ actorId: tenant.actor.id }) };
  const attachments: { url: string }[] = [];
  for (const file of files) {
    const { name, type, size: length } = file;
    const stored = await withinTime(TIME_MS, (signal) =>
      storeFile(depot, { name, type, length, body: file.stream() }, signal),
    );
    attachments.push({ url: fileAddress({ workspaceId: tenant.workspaceId, ...stored }) });
  }
  return { attachments };
}

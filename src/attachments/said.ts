import { fileAddress } from "./address.ts";
import type { StoredFile } from "./store.ts";

/** Something that a message's content holds: a file of ours, or an address elsewhere that a flow shows. */
export type Held = StoredFile | { url: string; mediaType?: string; name?: string; bytes?: number };

/** The files of ours among what a message holds. */
export function storedFiles(held: readonly Held[] | undefined): StoredFile[] {
  return held?.filter((one) => "id" in one) ?? [];
}

/** What of it lies elsewhere. */
export function linkedMedia(held: readonly Held[] | undefined): Exclude<Held, StoredFile>[] {
  return held?.flatMap((one) => ("id" in one ? [] : [one])) ?? [];
}

/** What a message holds, each with an address to fetch it at: one of ours is good for an hour at least. */
export function withAddresses<T extends Held>(
  workspaceId: string,
  held: readonly T[],
): (T & { url: string })[] {
  return held.map((one) => ({ ...one, url: "id" in one ? fileAddress({ workspaceId, ...one }) : one.url }));
}

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a sample lies. */
export function sampleFile(name: string): string {
  return join(import.meta.dirname, "samples", name);
}

export function sample(name: string): Buffer<ArrayBuffer> {
  return readFileSync(sampleFile(name));
}

/** The item with this external id. @throws Error when there is none */
export function itemWith(entries: readonly object[], externalId: string): Record<string, unknown> {
  const items = entries.flatMap((entry) => ("item" in entry ? [entry.item] : []));
  const found = items.find(
    (item) => item instanceof Object && Reflect.get(item, "externalId") === externalId,
  );
  if (!(found instanceof Object)) throw new Error(`No item ${externalId}.`);
  return { ...found };
}

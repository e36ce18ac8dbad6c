import type { Tenant } from "../../tenant/tenant.ts";
import { type Flow, flowBytes, MAX_FLOW_BYTES } from "../graph/document.ts";

/**
 * Flows as the interpreter takes them, by the version that they are. A version never changes, so what was read of it
 * holds for as long as the process lives: each turn of each visitor would else read and check the whole flow again.
 * What decides whether a flow may go on (it was deleted, its chatbot switched off) is read at each turn all the same.
 */
const kept = new Map<string, { flow: Flow; bytes: number }>();
let keptBytes = 0;

/** As bytes of JSON, for all workspaces that the process serves: some times that in memory. */
const MOST_BYTES = 8 * MAX_FLOW_BYTES;

/** Another workspace's version is not found, whatever its id is. */
const keyOf = ({ workspaceId }: Tenant, versionId: string) => `${workspaceId}/${versionId}`;

/** A version that was read before. */
export function keptFlow(tenant: Tenant, versionId: string): Flow | undefined {
  const key = keyOf(tenant, versionId);
  const found = kept.get(key);
  if (!found) return undefined;
  // Those that are used stay: a map keeps the order in which its keys were put in.
  kept.delete(key);
  kept.set(key, found);
  return found.flow;
}

/** Keeps a version that was read; nothing can change it from then on. The one that was not used for longest goes for it. */
export function keepFlow(tenant: Tenant, versionId: string, flow: Flow): void {
  const key = keyOf(tenant, versionId);
  if (kept.has(key)) return;
  const bytes = flowBytes(flow);
  kept.set(key, { flow: frozen(flow), bytes });
  keptBytes += bytes;
  for (const [oldest, { bytes: freed }] of kept) {
    if (keptBytes <= MOST_BYTES) break;
    kept.delete(oldest);
    keptBytes -= freed;
  }
}

function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null) return value;
  for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}

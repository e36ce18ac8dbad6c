import { inArray, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Tenant } from "../../tenant/tenant.ts";
import type { Flow } from "../graph/document.ts";
import { MAX_FLOW_DEPTH } from "../graph/limits.ts";
import { validateFlow } from "../graph/validate.ts";
import { flows, flowVersions } from "../schema.ts";
import { keepFlow, keptFlow } from "./kept-versions.ts";
import type { FlowLookup, FlowState } from "./state.ts";

/** Most flows loaded for one turn. */
const MAX_LOADED = 30;

type PinnedFlow = FlowState["trail"][number];

/**
 * Loads what a session may come to, so that a turn itself reads nothing: the versions that its trail is pinned to,
 * and the published versions of the flows that these lead to, in turn. At most 30 flows are loaded, at most
 * {@link MAX_FLOW_DEPTH} deep, with two queries for each level; versions that this process knows are not read.
 * @param trail the places that the session has come through, the first where it began
 * @param given a flow that is not stored as a version, such as a draft to be tried
 */
export async function loadFlows(
  tenant: Tenant,
  trail: readonly PinnedFlow[],
  given?: PinnedFlow & { flow: Flow },
): Promise<FlowLookup> {
  const versions = new Map<string, Flow>();
  const published = new Map<string, string>();
  if (given) {
    versions.set(given.versionId, given.flow);
    published.set(given.flowId, given.versionId);
  }
  let wanted = trail.map(({ versionId }) => versionId).filter((id) => !versions.has(id));
  for (let depth = 0; depth < MAX_FLOW_DEPTH; depth++) {
    await loadVersions(tenant, wanted, versions);
    const targets = targetsOf(versions.values()).filter((id) => !published.has(id));
    if (targets.length === 0 || versions.size >= MAX_LOADED) break;
    for (const { id, versionId } of await publishedOf(tenant, targets.slice(0, MAX_LOADED))) {
      if (versionId !== null) published.set(id, versionId);
    }
    wanted = targets.flatMap((id) => published.get(id) ?? []).filter((id) => !versions.has(id));
    if (wanted.length === 0) break;
  }
  return (flowId, versionId) => {
    const id = versionId ?? published.get(flowId);
    const flow = id === undefined ? undefined : versions.get(id);
    return flow && id !== undefined ? { versionId: id, flow } : undefined;
  };
}

function targetsOf(loaded: Iterable<Flow>): string[] {
  const ids = [...loaded].flatMap(({ nodes }) =>
    nodes.flatMap((node) =>
      node.type === "goto" && node.data.flowId !== undefined ? [node.data.flowId] : [],
    ),
  );
  return [...new Set(ids)];
}

async function loadVersions(tenant: Tenant, ids: readonly string[], into: Map<string, Flow>): Promise<void> {
  const unknown = ids.slice(0, MAX_LOADED).filter((id) => {
    const flow = keptFlow(tenant, id);
    if (flow) into.set(id, flow);
    return !flow;
  });
  if (unknown.length === 0) return;
  const rows = await tenant.db
    .select({ id: flowVersions.id, graph: flowVersions.graph })
    .from(flowVersions)
    .where(tenant.of(flowVersions, anyOf(flowVersions.id, unknown)));
  for (const { id, graph } of rows) {
    const { flow } = validateFlow(graph);
    if (!flow) continue;
    into.set(id, flow);
    keepFlow(tenant, id, flow);
  }
}

function publishedOf(tenant: Tenant, ids: readonly string[]) {
  return tenant.db
    .select({ id: flows.id, versionId: flows.publishedVersionId })
    .from(flows)
    .where(tenant.of(flows, anyOf(flows.id, ids)));
}

function anyOf(column: SQLiteColumn, ids: readonly string[]) {
  return inArray(column, sql`(SELECT value FROM json_each(${JSON.stringify(ids)}))`);
}

import { desc, eq, lt } from "drizzle-orm";
import { z } from "zod";
import { notFound } from "../../tenant/failure.ts";
import { newId } from "../../tenant/ids.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../../tenant/page.ts";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import type { Draft } from "../graph/document.ts";
import { flowVersions } from "../schema.ts";
import type { StoredFlow } from "./store.ts";

/** A version without its graph: what lists show. */
export type VersionFacts = Omit<typeof flowVersions.$inferSelect, "workspaceId" | "graph">;
export type StoredVersion = VersionFacts & { graph: Draft };

const facts = {
  id: flowVersions.id,
  flowId: flowVersions.flowId,
  number: flowVersions.number,
  name: flowVersions.name,
  nodeCount: flowVersions.nodeCount,
  edgeCount: flowVersions.edgeCount,
  createdByKind: flowVersions.createdByKind,
  createdBy: flowVersions.createdBy,
  createdByName: flowVersions.createdByName,
  createdAt: flowVersions.createdAt,
};

/**
 * The next version of a flow, and the statement that stores it. The flow's `lastNumber` must move on in the same
 * batch, and the batch must fail unless the flow is still as it was read.
 */
export function newVersion(
  tenant: Tenant,
  flow: Pick<StoredFlow, "id" | "lastNumber">,
  graph: Draft,
  name: string | null,
  at: number,
): { version: VersionFacts; statement: Statement } {
  const { kind, id, name: actorName } = tenant.actor;
  const version: VersionFacts = {
    id: newId("flowVersion", at),
    flowId: flow.id,
    number: flow.lastNumber + 1,
    name,
    nodeCount: graph.nodes.length,
    edgeCount: graph.edges.length,
    createdByKind: kind,
    createdBy: id,
    createdByName: actorName,
    createdAt: at,
  };
  return { version, statement: tenant.db.insert(flowVersions).values(tenant.row({ ...version, graph })) };
}

/** Versions of a flow, the newest first. */
export async function listVersions(
  tenant: Tenant,
  flowId: string,
  options: { cursor?: string; limit: number },
): Promise<Page<VersionFacts>> {
  const scope: CursorScope = { list: "flow_versions", tenant, filters: flowId };
  const before = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.int()])))[0];
  const rows = await tenant.db
    .select(facts)
    .from(flowVersions)
    .where(
      tenant.of(
        flowVersions,
        eq(flowVersions.flowId, flowId),
        before ? lt(flowVersions.number, before) : undefined,
      ),
    )
    .orderBy(desc(flowVersions.number))
    .limit(options.limit + 1);
  return pageOf(scope, rows, options.limit, (version) => [version.number]);
}

/**
 * A version of a flow by its id or number, or `live` for the published one.
 * @throws Failure `not_found`, also for a version of another flow
 */
export async function getVersion(tenant: Tenant, flow: StoredFlow, which: string): Promise<StoredVersion> {
  const wanted = which === "live" ? (flow.publishedVersionId ?? "") : which;
  const [version] = await tenant.db
    .select({ ...facts, graph: flowVersions.graph })
    .from(flowVersions)
    .where(
      tenant.of(
        flowVersions,
        eq(flowVersions.flowId, flow.id),
        /^\d{1,9}$/.test(wanted) ? eq(flowVersions.number, Number(wanted)) : eq(flowVersions.id, wanted),
      ),
    );
  if (!version) throw notFound("flow version", which);
  return version;
}

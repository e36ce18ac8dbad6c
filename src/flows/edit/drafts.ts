import { asc, eq, gt, lte, sql } from "drizzle-orm";
import { Failure } from "../../tenant/failure.ts";
import { nearestNames } from "../../tenant/nearest-names.ts";
import { retryOnConflict } from "../../tenant/retry.ts";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import {
  type Draft,
  type DraftNode,
  type Edge,
  handlesOf,
  MAX_EDGES,
  MAX_NODES,
  mainHandles,
  NEXT,
} from "../graph/document.ts";
import { typedNode } from "../graph/nodes.ts";
import { flowChanges, flows } from "../schema.ts";
import { describeDifference, differenceOf, sumOf } from "./difference.ts";
import { mayChangeFlow } from "./shared.ts";
import { assertStorable, type FlowReference, getFlow, type StoredFlow } from "./store.ts";
import { newVersion, type VersionFacts } from "./versions.ts";

/** Changes of a draft that are remembered, to tell a late writer what it missed. */
const REMEMBERED_CHANGES = 100;

export interface DraftChange {
  flow: StoredFlow;
  /** The version that was saved with it, if one was. */
  version: VersionFacts | null;
}

/**
 * Changes a draft and remembers what was changed. Without `revision` the change is made to whatever the draft is by
 * then; with it, only to the draft that the caller has seen.
 * @throws Failure `conflict` saying which nodes changed since `revision`; `not_found`; `invalid_input`; `not_allowed` as
 * {@link mayChangeFlow}
 */
async function changeDraft(
  tenant: Tenant,
  which: FlowReference,
  edit: (draft: Draft) => Draft,
  options: { revision?: number; version?: { name: string | null } } = {},
): Promise<DraftChange> {
  const answer = await retryOnConflict(async () => {
    const before = await getFlow(tenant, which);
    await mayChangeFlow(tenant, before);
    if (options.revision !== undefined && options.revision !== before.revision) {
      return { missed: await outOfDate(tenant, before, options.revision) };
    }
    const draft = edit(before.draft);
    assertStorable(draft);
    return await writeDraft(tenant, before, draft, options.version);
  });
  if ("missed" in answer) throw answer.missed;
  return answer;
}

async function writeDraft(
  tenant: Tenant,
  before: StoredFlow,
  draft: Draft,
  saved: { name: string | null } | undefined,
): Promise<DraftChange> {
  const at = tenant.now();
  const made = saved && newVersion(tenant, before, draft, saved.name, at);
  const fields = {
    draft,
    revision: before.revision + 1,
    lastNumber: made?.version.number ?? before.lastNumber,
    draftVersionId: made?.version.id ?? null,
    updatedAt: at,
  };
  const change = {
    flowId: before.id,
    revision: fields.revision,
    ...differenceOf(before.draft, draft),
    actorName: tenant.actor.name,
    createdAt: at,
  };
  await tenant.batch([
    assertDraftUnchanged(tenant, before),
    ...(made ? [made.statement] : []),
    tenant.db
      .update(flows)
      .set(fields)
      .where(tenant.of(flows, eq(flows.id, before.id))),
    tenant.db.insert(flowChanges).values(tenant.row(change)),
    tenant.db
      .delete(flowChanges)
      .where(
        tenant.of(
          flowChanges,
          eq(flowChanges.flowId, before.id),
          lte(flowChanges.revision, fields.revision - REMEMBERED_CHANGES),
        ),
      ),
  ]);
  return { flow: { ...before, ...fields }, version: made?.version ?? null };
}

/** Fails its batch with `conflict` unless draft and versions are still those that were read. */
export function assertDraftUnchanged(
  tenant: Tenant,
  flow: Pick<StoredFlow, "id" | "revision" | "lastNumber">,
): Statement {
  return tenant.assertThat(
    sql`EXISTS (SELECT 1 FROM ${flows}
      WHERE ${tenant.of(
        flows,
        eq(flows.id, flow.id),
        eq(flows.revision, flow.revision),
        eq(flows.lastNumber, flow.lastNumber),
      )})`,
  );
}

async function outOfDate(tenant: Tenant, flow: StoredFlow, seen: number): Promise<Failure> {
  const hint = `Read it with get_chatbot_flow, then repeat with revision ${flow.revision}.`;
  const lead = `The draft is at revision ${flow.revision}, not ${seen}`;
  if (seen > flow.revision) return new Failure("conflict", `${lead}.`, { hint });
  const changes = await tenant.db
    .select()
    .from(flowChanges)
    .where(tenant.of(flowChanges, eq(flowChanges.flowId, flow.id), gt(flowChanges.revision, seen)))
    .orderBy(asc(flowChanges.revision))
    .limit(REMEMBERED_CHANGES);
  if (changes.length < flow.revision - seen) {
    return new Failure("conflict", `${lead}: too much changed since to list it.`, { hint });
  }
  const who = [...new Set(changes.map(({ actorName }) => actorName))].slice(0, 5).join(", ");
  return new Failure("conflict", `${lead}. Since then: ${describeDifference(sumOf(changes))} (by ${who}).`, {
    hint,
  });
}

/** Replaces the whole draft. @throws Failure as {@link changeDraft} */
export function replaceDraft(
  tenant: Tenant,
  which: FlowReference,
  draft: Draft,
  options: { revision?: number },
): Promise<DraftChange> {
  return changeDraft(tenant, which, () => draft, options);
}

/** Replaces the whole draft and saves it as a version. @throws Failure as {@link changeDraft} */
export async function updateDraft(
  tenant: Tenant,
  which: FlowReference,
  draft: Draft,
  options: { revision?: number; versionName?: string },
): Promise<{ flow: StoredFlow; version: VersionFacts }> {
  const saved = { name: options.versionName ?? null };
  const { flow, version } = await changeDraft(tenant, which, () => draft, {
    revision: options.revision,
    version: saved,
  });
  if (!version) throw new Error("unreachable: a version was asked for");
  return { flow, version };
}

/** Adds a node. @throws Failure `duplicate` when its id is taken, `invalid_input` when there are too many */
export function addNode(tenant: Tenant, which: FlowReference, node: DraftNode): Promise<DraftChange> {
  return changeDraft(tenant, which, (draft) => {
    if (draft.nodes.some(({ id }) => id === node.id)) {
      throw new Failure("duplicate", `The flow has a node ${JSON.stringify(node.id)} already.`, {
        hint: "Use another id, or update_flow_node to change the node.",
      });
    }
    if (draft.nodes.length >= MAX_NODES) {
      throw new Failure("invalid_input", `A flow has at most ${MAX_NODES} nodes.`);
    }
    return { ...draft, nodes: [...draft.nodes, node] };
  });
}

/** Deletes a node and every edge at it. @throws Failure `not_found` with the nearest ids */
export async function deleteNode(
  tenant: Tenant,
  which: FlowReference,
  nodeId: string,
): Promise<DraftChange & { removedEdges: Edge[] }> {
  let removedEdges: Edge[] = [];
  const change = await changeDraft(tenant, which, (draft) => {
    existingNode(draft, nodeId);
    const isAt = ({ source, target }: Edge) => source === nodeId || target === nodeId;
    removedEdges = draft.edges.filter(isAt);
    return {
      nodes: draft.nodes.filter(({ id }) => id !== nodeId),
      edges: draft.edges.filter((edge) => !isAt(edge)),
    };
  });
  return { ...change, removedEdges };
}

/**
 * Changes a node; its edges stay.
 * @param change.data fields that take the place of the node's own; null takes one out
 * @throws Failure `not_found` with the nearest ids; `invalid_input` when its data nests too deep
 */
export function updateNode(
  tenant: Tenant,
  which: FlowReference,
  nodeId: string,
  change: Pick<Partial<DraftNode>, "data" | "position">,
): Promise<DraftChange> {
  return changeDraft(tenant, which, (draft) => {
    const before = existingNode(draft, nodeId);
    const merged = Object.entries({ ...before.data, ...change.data }).filter(([, value]) => value !== null);
    const node = {
      ...before,
      data: Object.fromEntries(merged),
      ...(change.position === undefined ? {} : { position: change.position }),
    };
    return { ...draft, nodes: draft.nodes.map((each) => (each === before ? node : each)) };
  });
}

/**
 * Connects two nodes. An edge that leaves the same handle is replaced, since each handle leads to one place. Without a
 * handle it is the node's main one; of a choice, every option that leads nowhere yet.
 * @throws Failure `not_found` for a node that is not there; `invalid_input` for a handle that its type has not, and
 * where a handle must be named
 */
export async function connectNodes(
  tenant: Tenant,
  which: FlowReference,
  edge: Edge,
): Promise<DraftChange & { connected: Edge[]; replaced: Edge | null }> {
  let connected: Edge[] = [];
  let replaced: Edge | null = null;
  const change = await changeDraft(tenant, which, (draft) => {
    const source = existingNode(draft, edge.source);
    existingNode(draft, edge.target);
    const handles = edge.sourceHandle === undefined ? openHandles(draft, source) : [edge.sourceHandle];
    for (const handle of handles) assertHandle(source, handle);
    const isHere = (other: Edge) =>
      other.source === edge.source && handles.includes(other.sourceHandle ?? NEXT);
    replaced = draft.edges.find(isHere) ?? null;
    connected = handles.map((handle) => ({ ...edge, ...(handle === NEXT ? {} : { sourceHandle: handle }) }));
    const edges = [...draft.edges.filter((other) => !isHere(other)), ...connected];
    if (edges.length > MAX_EDGES) {
      throw new Failure("invalid_input", `A flow has at most ${MAX_EDGES} edges.`);
    }
    return { ...draft, edges };
  });
  return { ...change, connected, replaced };
}

/** The handles that an edge without one is meant for. @throws Failure `invalid_input` where that is not clear */
function openHandles(draft: Draft, node: DraftNode): string[] {
  const known = typedNode(node);
  const main = known && mainHandles(known);
  if (!known || !main) return [NEXT];
  if (main.length <= 1) return main.length === 1 ? main : [NEXT];
  const taken = draft.edges.filter(({ source }) => source === node.id);
  const open = main.filter((handle) => !taken.some((edge) => (edge.sourceHandle ?? NEXT) === handle));
  if (open.length > 0 && known.type === "choice") return open;
  throw new Failure("invalid_input", `Say by which of its handles to leave ${node.id} (${known.type}).`, {
    hint: "sourceHandle takes one of the candidates.",
    candidates: handlesOf(known).map(({ id }) => id),
  });
}

function existingNode(draft: Draft, id: string): DraftNode {
  const node = draft.nodes.find((each) => each.id === id);
  if (node) return node;
  const near = nearestNames(
    id,
    draft.nodes.map((each) => each.id),
  );
  throw new Failure("not_found", `The flow has no node ${JSON.stringify(id)}.`, {
    ...(near.length > 0 ? { candidates: near } : {}),
  });
}

/** A node whose data does not fit its type yet may be connected anywhere: its handles are not known. */
function assertHandle(node: DraftNode, handle: string): void {
  const known = typedNode(node);
  if (!known) return;
  const handles = handlesOf(known).map(({ id }) => id);
  if (handles.includes(handle)) return;
  throw new Failure(
    "invalid_input",
    `${node.id} (${node.type}) has no handle ${JSON.stringify(handle)}.`,
    handles.length > 0
      ? { hint: "sourceHandle takes one of the candidates.", candidates: handles }
      : { hint: "A node of this type ends the flow." },
  );
}

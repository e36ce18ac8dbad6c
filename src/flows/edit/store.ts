import { and, desc, eq, lt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { Failure, notFound } from "../../tenant/failure.ts";
import { fold } from "../../tenant/fold.ts";
import { newId } from "../../tenant/ids.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page, pageOf } from "../../tenant/page.ts";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import { type Draft, EMPTY_DRAFT, flowBytes, MAX_FLOW_BYTES } from "../graph/document.ts";
import { endRunning } from "../run/sessions.ts";
import { flowChanges, flows, flowVersions } from "../schema.ts";
import { mayChangeFlow } from "./shared.ts";

/** A flow without its draft: what lists show. */
export type FlowFacts = Omit<typeof flows.$inferSelect, "workspaceId" | "draft">;
export type StoredFlow = FlowFacts & { draft: Draft };

/** A flow by its own id, or the main flow of a chatbot: exactly one of the two. */
export interface FlowReference {
  flowId?: string;
  chatbotId?: string;
}

const facts = {
  id: flows.id,
  name: flows.name,
  chatbotId: flows.chatbotId,
  publishedVersionId: flows.publishedVersionId,
  publishedNumber: flows.publishedNumber,
  publishedAt: flows.publishedAt,
  revision: flows.revision,
  lastNumber: flows.lastNumber,
  draftVersionId: flows.draftVersionId,
  createdAt: flows.createdAt,
  updatedAt: flows.updatedAt,
};

/** @throws Failure `not_found` naming the flow or the chatbot */
export async function getFlow(tenant: Tenant, { flowId, chatbotId }: FlowReference): Promise<StoredFlow> {
  const found =
    flowId === undefined
      ? await mainFlow(tenant, chatbotId ?? "")
      : await readFlow(tenant, eq(flows.id, flowId));
  if (found) return found;
  throw flowId === undefined ? notFound("chatbot", chatbotId ?? "") : notFound("flow", flowId);
}

/** The main flow of a chatbot; null when the chatbot has none, which is when there is no such chatbot. */
export function mainFlow(tenant: Tenant, chatbotId: string): Promise<StoredFlow | null> {
  return readFlow(tenant, eq(flows.chatbotId, chatbotId));
}

/** The query for the name of a flow, for a batch of several. @param flowId or SQL for it */
export function flowName(tenant: Tenant, flowId: SQL | string) {
  return tenant.db
    .select({ name: flows.name })
    .from(flows)
    .where(tenant.of(flows, eq(flows.id, flowId)));
}

/** The query for the main flow of an inbox's chatbot, for a batch of several; its version is null while none is live. */
export function mainFlowOfInbox(tenant: Tenant, inboxId: string) {
  const chatbotId = sql`(SELECT i.chatbot_id FROM inboxes i
    WHERE i.workspace_id = ${tenant.workspaceId} AND i.id = ${inboxId})`;
  return tenant.db
    .select({ id: flows.id, name: flows.name, versionId: flows.publishedVersionId })
    .from(flows)
    .where(tenant.of(flows, eq(flows.chatbotId, chatbotId)));
}

async function readFlow(tenant: Tenant, which: ReturnType<typeof eq>): Promise<StoredFlow | null> {
  const [row] = await tenant.db
    .select({ ...facts, draft: flows.draft })
    .from(flows)
    .where(tenant.of(flows, which));
  return row ?? null;
}

/** @throws Failure `invalid_input` when it has more bytes than a row should hold */
export function assertStorable(draft: Draft): void {
  const bytes = flowBytes(draft);
  if (bytes <= MAX_FLOW_BYTES) return;
  throw new Failure("invalid_input", `The flow has ${bytes} bytes, ${MAX_FLOW_BYTES} are allowed.`);
}

export interface NewFlow {
  /** 1 to 100 characters. */
  name: string;
  /** The chatbot whose main flow it shall be. That the chatbot exists is the caller's to check. */
  chatbotId?: string | null;
  /** A start node alone where nothing is given. */
  draft?: Draft;
}

/**
 * A new flow and the statement that stores it, so that a chatbot and its main flow can be made in one batch.
 * The batch fails on a unique index when the chatbot has a main flow already.
 * @throws Failure `invalid_input` when the draft is too large
 */
export function newFlow(
  tenant: Tenant,
  input: NewFlow,
  at = tenant.now(),
): { flow: StoredFlow; statement: Statement } {
  const draft = input.draft ?? EMPTY_DRAFT;
  assertStorable(draft);
  const flow: StoredFlow = {
    id: newId("flow", at),
    name: input.name,
    chatbotId: input.chatbotId ?? null,
    publishedVersionId: null,
    publishedNumber: null,
    publishedAt: null,
    revision: 1,
    lastNumber: 0,
    draftVersionId: null,
    createdAt: at,
    updatedAt: at,
    draft,
  };
  return { flow, statement: tenant.db.insert(flows).values(tenant.row(flow)) };
}

/** Makes an automation flow. @throws Failure `invalid_input` when the draft is too large */
export async function createFlow(tenant: Tenant, input: Omit<NewFlow, "chatbotId">): Promise<StoredFlow> {
  const { flow, statement } = newFlow(tenant, input);
  await tenant.batch([statement]);
  return flow;
}

/** The statements that delete a flow with its versions. Sessions in it end as abandoned and stay for their answers. */
export function removeFlow(tenant: Tenant, flowId: string, at = tenant.now()): Statement[] {
  return [
    endRunning(tenant, flowId, at),
    tenant.db.delete(flowVersions).where(tenant.of(flowVersions, eq(flowVersions.flowId, flowId))),
    tenant.db.delete(flowChanges).where(tenant.of(flowChanges, eq(flowChanges.flowId, flowId))),
    tenant.db.delete(flows).where(tenant.of(flows, eq(flows.id, flowId))),
  ];
}

/**
 * Deletes an automation flow.
 * @throws Failure `not_found`; `not_allowed` for a chatbot's main flow, which goes with its chatbot, and as
 *   {@link mayChangeFlow}
 */
export async function deleteFlow(tenant: Tenant, flowId: string): Promise<FlowFacts> {
  const flow = await getFlow(tenant, { flowId });
  if (flow.chatbotId !== null) {
    throw new Failure("not_allowed", "This is a chatbot's main flow: it is deleted with its chatbot.", {
      hint: "Publish an empty flow instead, or delete the chatbot.",
      candidates: [flow.chatbotId],
    });
  }
  await mayChangeFlow(tenant, flow);
  await tenant.batch(removeFlow(tenant, flowId));
  return flow;
}

/** Most flows looked through for one page of a search by name. */
const MAX_SEARCHED = 500;

/**
 * Flows, newest first. With `query`, those whose name holds it whatever its case: at most 500 flows are looked
 * through for one page, so that a page can hold fewer rows than `limit` (none even) while `hasMore` is true.
 */
export async function listFlows(
  tenant: Tenant,
  options: { chatbotId?: string; query?: string; cursor?: string; limit: number },
): Promise<Page<FlowFacts>> {
  const query = fold(options.query ?? "").trim();
  const scope: CursorScope = {
    list: "flows",
    tenant,
    filters: [options.chatbotId ?? null, query],
  };
  const before = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const searching = query !== "";
  const rows = await tenant.db
    .select(facts)
    .from(flows)
    .where(
      tenant.of(
        flows,
        and(
          options.chatbotId === undefined ? undefined : eq(flows.chatbotId, options.chatbotId),
          before ? lt(flows.id, before) : undefined,
        ),
      ),
    )
    .orderBy(desc(flows.id))
    .limit(searching ? MAX_SEARCHED : options.limit + 1);
  if (!searching) return pageOf(scope, rows, options.limit, (flow) => [flow.id]);
  const found = rows.filter((flow) => fold(flow.name).includes(query));
  if (found.length > options.limit) return pageOf(scope, found, options.limit, (flow) => [flow.id]);
  const last = rows.at(-1);
  const hasMore = rows.length === MAX_SEARCHED && last !== undefined;
  return { items: found, hasMore, nextCursor: hasMore ? await encodeCursor(scope, [last.id]) : null };
}

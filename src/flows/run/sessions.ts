import { and, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { contactOf } from "../../conversations/contact-of.ts";
import { notFound } from "../../tenant/failure.ts";
import { newId } from "../../tenant/ids.ts";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import { mustChange } from "../../tenant/writes.ts";
import { flowSessions } from "../schema.ts";
import type { FlowOutcome, FlowState } from "./state.ts";

/** A visitor's way through a flow, as it is stored between turns. */
export type FlowSession = Omit<typeof flowSessions.$inferSelect, "workspaceId"> & {
  /** The contact of its conversation; null where the conversation is gone. */
  contactId: string | null;
};

export interface NewSession {
  flowId: string;
  /** The version that the session stays in. */
  versionId: string;
  chatbotId: string | null;
  inboxId: string | null;
  conversationId: string;
  contactId: string | null;
}

/** A session that has not begun and is not stored: its `state` is null until its first turn. */
export function newSession(input: NewSession, at = Date.now()): FlowSession {
  return {
    id: newId("flowSession", at),
    ...input,
    status: "waiting",
    nodeId: null,
    wakeAt: null,
    turn: 0,
    createdAt: at,
    updatedAt: at,
    state: null,
  };
}

/** The statement that stores a new session, as {@link newSession} or {@link afterTurn} gave it. */
export function insertSession(tenant: Tenant, { contactId: _, ...session }: FlowSession): Statement {
  return tenant.db.insert(flowSessions).values(tenant.row(session));
}

/** The session as a turn leaves it. */
export function afterTurn(session: FlowSession, state: FlowState, at: number): FlowSession {
  const { status, nodeId, wakeAt } = state;
  return { ...session, status, nodeId, wakeAt, state, turn: session.turn + 1, updatedAt: at };
}

/**
 * The statements that store what a turn led to; put its effects in the same batch. The batch fails with `conflict`
 * when the session had another turn meanwhile, or was restarted or ended: then read it again and repeat the turn.
 */
export function storeTurn(
  tenant: Tenant,
  session: FlowSession,
  state: FlowState,
  at = tenant.now(),
): Statement[] {
  const { conversationId, id, turn } = session;
  const { status, nodeId, wakeAt, turn: next, updatedAt } = afterTurn(session, state, at);
  const same = and(keyIs(conversationId, id), eq(flowSessions.turn, turn));
  return mustChange(
    tenant,
    tenant.db
      .update(flowSessions)
      .set({
        // Set to what it is, it would be written to the index of live sessions again.
        ...(status === session.status ? {} : { status }),
        ...{ nodeId, wakeAt, state, turn: next, updatedAt },
      })
      .where(tenant.of(flowSessions, same)),
  );
}

/** The statement that ends a session from outside; one that has ended, or had another turn meanwhile, stays as it is. */
export function endFlowSession(
  tenant: Tenant,
  { conversationId, id, turn }: FlowSession,
  outcome: FlowOutcome,
  at: number,
): Statement {
  return tenant.db
    .update(flowSessions)
    .set({ status: outcome, wakeAt: null, turn: turn + 1, updatedAt: at })
    .where(
      tenant.of(
        flowSessions,
        and(keyIs(conversationId, id), eq(flowSessions.turn, turn), eq(flowSessions.status, "waiting")),
      ),
    );
}

function keyIs(conversationId: string, id: string): SQL | undefined {
  return and(eq(flowSessions.conversationId, conversationId), eq(flowSessions.id, id));
}

/** The session, if it belongs to no inbox or to one that the caller may see. @throws Failure `not_found` */
export async function getSession(
  tenant: Tenant,
  { conversationId, id }: Pick<FlowSession, "conversationId" | "id">,
): Promise<FlowSession> {
  const visible = tenant.visible(flowSessions.inboxId);
  const [session] = await readSessions(
    tenant,
    keyIs(conversationId, id),
    visible && sql`(${flowSessions.inboxId} IS NULL OR ${visible})`,
  );
  if (!session) throw notFound("flow session", id);
  return session;
}

/** The query for the newest session of a conversation, for a batch of several. @param conversationId or SQL for it */
export function newestSession(tenant: Tenant, conversationId: SQL | string) {
  return readSessions(
    tenant,
    eq(flowSessions.conversationId, conversationId),
    tenant.visible(flowSessions.inboxId),
  );
}

/** A column of what {@link newestSession} answers, for other queries of its batch. */
export function ofNewestSession(
  { workspaceId }: Tenant,
  conversationId: SQL | string,
  column: "id" | "flowId" | "chatbotId",
): SQL {
  const names = { id: "id", flowId: "flow_id", chatbotId: "chatbot_id" } as const;
  return sql`(SELECT s.${sql.raw(names[column])} FROM flow_sessions s
    WHERE s.workspace_id = ${workspaceId} AND s.conversation_id = ${conversationId} ORDER BY s.id DESC LIMIT 1)`;
}

/** The newest session of a conversation; null when it has had none. */
export async function latestSession(tenant: Tenant, conversationId: string): Promise<FlowSession | null> {
  const [session] = await newestSession(tenant, conversationId);
  return session ?? null;
}

/** The newest session that fits, with the contact that its conversation has now. */
function readSessions(tenant: Tenant, ...conditions: (SQL | undefined)[]) {
  const { workspaceId: _, ...columns } = getTableColumns(flowSessions);
  return tenant.db
    .select({ ...columns, contactId: contactOf(tenant, flowSessions.conversationId) })
    .from(flowSessions)
    .where(tenant.of(flowSessions, ...conditions))
    .orderBy(desc(flowSessions.id))
    .limit(1);
}

/**
 * The statements that make room for a new session in a conversation: at most one is live there, and a live one is
 * abandoned. The batch fails with `conflict` when the conversation's newest session is not (any more) as it was read.
 * @param latest as {@link latestSession} answered; null when there was none
 */
export function makeRoom(
  tenant: Tenant,
  conversationId: string,
  latest: FlowSession | null,
  at = tenant.now(),
): Statement[] {
  const expected = latest && `${latest.id} ${latest.turn}`;
  return [
    tenant.assertThat(sql`(SELECT id || ' ' || turn FROM flow_sessions
      WHERE workspace_id = ${tenant.workspaceId} AND conversation_id = ${conversationId}
      ORDER BY id DESC LIMIT 1) IS ${expected}`),
    ...(latest?.status === "waiting"
      ? [
          tenant.db
            .update(flowSessions)
            .set({ status: "abandoned", wakeAt: null, turn: latest.turn + 1, updatedAt: at })
            .where(tenant.of(flowSessions, keyIs(conversationId, latest.id))),
        ]
      : []),
  ];
}

/** Those of these sessions that have ended, by id, with how and when (milliseconds UTC). */
export async function endedSessions(
  tenant: Tenant,
  sessions: readonly Pick<FlowSession, "conversationId" | "id">[],
): Promise<Map<string, { status: FlowOutcome; endedAt: number }>> {
  if (sessions.length === 0) return new Map();
  const keys = JSON.stringify(sessions.map(({ conversationId, id }) => [conversationId, id]));
  const rows = await tenant.db
    .select({ id: flowSessions.id, status: flowSessions.status, endedAt: flowSessions.updatedAt })
    .from(flowSessions)
    .where(
      tenant.of(
        flowSessions,
        sql`(${flowSessions.conversationId}, ${flowSessions.id})
          IN (SELECT value ->> 0, value ->> 1 FROM json_each(${keys}))`,
      ),
    );
  return new Map(
    rows.flatMap(({ id, status, endedAt }) => (status === "waiting" ? [] : [[id, { status, endedAt }]])),
  );
}

/** Sessions that are looked at to say where visitors are. */
const MAX_SHOWN_SESSIONS = 1_000;

/**
 * Visitors who are in a flow now, in inboxes that the caller may see, and at which nodes they wait, most first: of more
 * than 1,000 that many.
 * @returns `isAll`: there are no more than are counted
 */
export async function visitorsUnderWay(
  tenant: Tenant,
  flowId: string,
): Promise<{ count: number; isAll: boolean; at: { nodeId: string; visitors: number }[] }> {
  const visible = tenant.visible(flowSessions.inboxId) ?? sql`1`;
  const rows = await tenant.db.all<{ nodeId: string; visitors: number }>(sql`
    SELECT coalesce(node_id, 'start') AS nodeId, count(*) AS visitors FROM (
      SELECT node_id, inbox_id FROM flow_sessions INDEXED BY flow_sessions_live
      WHERE workspace_id = ${tenant.workspaceId} AND flow_id = ${flowId} AND status = 'waiting'
      LIMIT ${MAX_SHOWN_SESSIONS + 1}
    ) AS flow_sessions WHERE ${visible} GROUP BY 1 ORDER BY 2 DESC, 1`);
  const count = rows.reduce((sum, { visitors }) => sum + visitors, 0);
  const isAll = count <= MAX_SHOWN_SESSIONS;
  return { count: Math.min(count, MAX_SHOWN_SESSIONS), isAll, at: rows };
}

/** What publishing does to sessions that are under way: leave them in their version, begin again in the new one, or end. */
export const RUNNING = ["keep", "restart", "end"] as const;
export type Running = (typeof RUNNING)[number];

/**
 * The statement that changes the sessions under way in a flow: one UPDATE, whose cost is their number. Those that
 * restart have no state until they are woken, which `wakeAt` asks for at once. Null: nothing to do.
 */
export function changeRunning(
  tenant: Tenant,
  flowId: string,
  versionId: string,
  running: Running,
  at: number,
): Statement | null {
  if (running === "keep") return null;
  if (running === "end") return endRunning(tenant, flowId, at);
  return updateRunning(tenant, flowId, { versionId, nodeId: null, state: null, wakeAt: at }, at);
}

/** The statement that abandons the sessions under way in a flow. */
export function endRunning(tenant: Tenant, flowId: string, at: number): Statement {
  return updateRunning(tenant, flowId, { status: "abandoned", wakeAt: null }, at);
}

function updateRunning(
  tenant: Tenant,
  flowId: string,
  change: Partial<typeof flowSessions.$inferInsert>,
  at: number,
): Statement {
  // Left to itself SQLite goes through the workspace's sessions by their key.
  const live = sql`(conversation_id, id) IN (SELECT conversation_id, id FROM flow_sessions
    INDEXED BY flow_sessions_live
    WHERE workspace_id = ${tenant.workspaceId} AND flow_id = ${flowId} AND status = 'waiting')`;
  return tenant.db
    .update(flowSessions)
    .set({ ...change, turn: sql`${flowSessions.turn} + 1`, updatedAt: at })
    .where(tenant.of(flowSessions, live));
}

import { and, desc, eq, sql } from "drizzle-orm";
import type { ContactMover } from "../../contacts/merge.ts";
import { notFound } from "../../tenant/failure.ts";
import { newId } from "../../tenant/ids.ts";
import type { Statement, Tenant } from "../../tenant/tenant.ts";
import { flowSessions } from "../schema.ts";
import type { FlowOutcome, FlowState } from "./state.ts";

/** A visitor's way through a flow, as it is stored between turns. */
export type FlowSession = Omit<typeof flowSessions.$inferSelect, "workspaceId">;

export interface NewSession {
  flowId: string;
  /** The version that the session stays in. */
  versionId: string;
  chatbotId: string | null;
  inboxId: string | null;
  conversationId: string | null;
  contactId: string | null;
}

/** A session that has not begun, and the statement that stores it: `state` is null until its first turn is. */
export function newSession(
  tenant: Tenant,
  input: NewSession,
  at = Date.now(),
): { session: FlowSession; statement: Statement } {
  const session: FlowSession = {
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
  return { session, statement: tenant.db.insert(flowSessions).values(tenant.row(session)) };
}

/** The session, if it belongs to no inbox or to one that the caller may see. @throws Failure `not_found` */
export async function getSession(tenant: Tenant, id: string): Promise<FlowSession> {
  const seen = tenant.visible(flowSessions.inboxId);
  const [row] = await tenant.db
    .select()
    .from(flowSessions)
    .where(
      tenant.of(
        flowSessions,
        eq(flowSessions.id, id),
        seen && sql`(${flowSessions.inboxId} IS NULL OR ${seen})`,
      ),
    );
  if (!row) throw notFound("flow session", id);
  return withoutWorkspace(row);
}

/** The newest session of a conversation; null when it has had none. */
export async function latestSession(tenant: Tenant, conversationId: string): Promise<FlowSession | null> {
  const [row] = await tenant.db
    .select()
    .from(flowSessions)
    .where(
      tenant.of(
        flowSessions,
        eq(flowSessions.conversationId, conversationId),
        tenant.visible(flowSessions.inboxId),
      ),
    )
    .orderBy(desc(flowSessions.id))
    .limit(1);
  return row ? withoutWorkspace(row) : null;
}

/**
 * The statements that store what a turn led to; put its effects in the same batch. The batch fails with `conflict`
 * when the session had another turn meanwhile, or was restarted or ended: then read it again and repeat the turn.
 */
export function storeTurn(
  tenant: Tenant,
  session: FlowSession,
  state: FlowState,
  at = Date.now(),
): Statement[] {
  const current = and(eq(flowSessions.id, session.id), eq(flowSessions.turn, session.turn));
  return [
    tenant.assertThat(sql`EXISTS (SELECT 1 FROM ${flowSessions} WHERE ${tenant.of(flowSessions, current)})`),
    tenant.db
      .update(flowSessions)
      .set({
        status: state.status,
        nodeId: state.nodeId,
        wakeAt: state.wakeAt,
        state,
        turn: session.turn + 1,
        updatedAt: at,
      })
      .where(tenant.of(flowSessions, eq(flowSessions.id, session.id))),
  ];
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
  at = Date.now(),
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
            .where(tenant.of(flowSessions, eq(flowSessions.id, latest.id))),
        ]
      : []),
  ];
}

/** Those of these sessions that have ended, by id, with how and when (milliseconds UTC). */
export async function endedSessions(
  tenant: Tenant,
  ids: readonly string[],
): Promise<Map<string, { status: FlowOutcome; endedAt: number }>> {
  if (ids.length === 0) return new Map();
  const rows = await tenant.db
    .select({ id: flowSessions.id, status: flowSessions.status, endedAt: flowSessions.updatedAt })
    .from(flowSessions)
    .where(
      tenant.of(
        flowSessions,
        sql`${flowSessions.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`,
      ),
    );
  return new Map(
    rows.flatMap(({ id, status, endedAt }) => (status === "waiting" ? [] : [[id, { status, endedAt }]])),
  );
}

/** Gives a merged contact's sessions to the contact that stays. */
export const sessionContactMover: ContactMover = (tenant, fromContactId, toContactId) => [
  tenant.db
    .update(flowSessions)
    .set({ contactId: toContactId })
    .where(tenant.of(flowSessions, eq(flowSessions.contactId, fromContactId))),
];

/** What publishing does to sessions that are under way: leave them in their version, begin again in the new one, or end. */
export const RUNNING = ["keep", "restart", "end"] as const;
export type Running = (typeof RUNNING)[number];

/**
 * The statement that changes the sessions under way in a flow: one UPDATE, whose cost is their number. Those that
 * restart have no state until the engine wakes them, which `wakeAt` asks for at once. Null: nothing to do.
 */
export function changeRunning(
  tenant: Tenant,
  flowId: string,
  versionId: string,
  running: Running,
  at: number,
): Statement | null {
  if (running === "keep") return null;
  const change =
    running === "end"
      ? { status: "abandoned" as const, wakeAt: null }
      : { versionId, nodeId: null, state: null, wakeAt: at };
  return tenant.db
    .update(flowSessions)
    .set({ ...change, turn: sql`${flowSessions.turn} + 1`, updatedAt: at })
    .where(tenant.of(flowSessions, eq(flowSessions.flowId, flowId), sql`status = 'waiting'`));
}

function withoutWorkspace({ workspaceId: _, ...session }: typeof flowSessions.$inferSelect): FlowSession {
  return session;
}

import { type SQL, sql } from "drizzle-orm";
import { events } from "./schema.ts";
import type { Statement, Tenant } from "./tenant.ts";
import { insertFrom } from "./writes.ts";

/** The types of the events feed. */
export const EVENT_TYPES = [
  "conversation.created",
  "conversation.status_changed",
  "conversation.assigned",
  "conversation.handed_off",
  "message.created",
  "message.updated",
  "message.failed",
  "contact.created",
  "contact.updated",
  "contact.merged",
  "contact.blocked",
  "contact.erased",
  "response.created",
  "response.completed",
  "lead.captured",
  "ticket.created",
  "ticket.status_changed",
  "draft.created",
  "draft.sent",
  "draft.discarded",
  "csat.rated",
  "flow.published",
  "article.published",
  "chatbot.updated",
  "webhook.disabled",
  "usage.threshold_reached",
  "workspace.updated",
  "member.updated",
  "credential.updated",
] as const;

export type EventType = (typeof EVENT_TYPES)[number];

export interface NewEvent {
  type: EventType;
  /** The id of what changed. */
  subjectId: string;
  /** The inbox it belongs to: inbox-limited callers see only events of theirs. Null: belongs to none. */
  inboxId: string | null;
  /** Ids and states, never message text. */
  data?: Record<string, unknown>;
}

/**
 * The statement that records a change; put it in the batch of the change.
 * @param options.onlyIf records nothing unless this holds: see `whenChanged`
 */
export function recordEvent(
  tenant: Tenant,
  event: NewEvent,
  options: { onlyIf?: SQL; at?: number } = {},
): Statement {
  const { type, subjectId, inboxId, data = {} } = event;
  return insertFrom(
    tenant,
    events,
    { ...given(tenant, options.at), type, subjectId, inboxId, data, seq: sql`${newestSeq(tenant)} + 1` },
    sql`WHERE ${options.onlyIf ?? sql`1`}`,
  );
}

/** The number of the workspace's newest event; retention keeps it, however old it is. */
export function newestSeq(tenant: Tenant): SQL {
  return sql`(SELECT coalesce(max(seq), 0) FROM events WHERE workspace_id = ${tenant.workspaceId})`;
}

/** What all events of an act have in common. */
function given(tenant: Tenant, at = tenant.now()) {
  const { actor } = tenant;
  return { actorKind: actor.kind, actorId: actor.id, createdAt: at };
}

/**
 * {@link recordEvent} for many changes in one statement, numbered in their order. All belong to the caller's act.
 * @param changes at most some hundreds: their JSON is one parameter, of which D1 takes 2 MB
 */
export function recordEvents(tenant: Tenant, changes: readonly NewEvent[], at = tenant.now()): Statement {
  const rows = changes.map(({ type, subjectId, inboxId, data = {} }) => {
    return { type, subjectId, inboxId, data: JSON.stringify(data) };
  });
  return insertFrom(
    tenant,
    events,
    {
      ...given(tenant, at),
      type: sql`change.value ->> 'type'`,
      subjectId: sql`change.value ->> 'subjectId'`,
      inboxId: sql`change.value ->> 'inboxId'`,
      data: sql`change.value ->> 'data'`,
      seq: sql`${newestSeq(tenant)} + change.key + 1`,
    },
    sql`FROM json_each(${JSON.stringify(rows)}) AS change WHERE 1`,
  );
}

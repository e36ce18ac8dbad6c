import { eq, sql } from "drizzle-orm";
import { recordEvent } from "../tenant/events.ts";
import { newId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { appendMessage, type Sender } from "./append.ts";
import type { Place } from "./place.ts";
import { conversations } from "./schema.ts";
import { statusStatements } from "./status.ts";

export interface Handoff {
  /** A member's or bot's id, which the caller has checked; null: whoever takes it. */
  assignee: string | null;
  /** A private note for the team; empty: none. */
  note: string;
  /** Who hands over: the flow or the AI. */
  sender: Sender;
  at: number;
}

/**
 * The statements that give a conversation to people: it is opened where it was not, assigned, noted in, and
 * `conversation.handed_off` recorded. The batch fails with `conflict` when its status or assignee changed meanwhile.
 */
export function handoffStatements(tenant: Tenant, place: Place, handoff: Handoff): Statement[] {
  const { inbox, conversation, existing } = place;
  const { assignee, note, sender, at } = handoff;
  const assigns = assignee !== null && assignee !== (existing?.assignee ?? null);
  return [
    ...(existing && existing.status !== "open"
      ? statusStatements(tenant, inbox, existing, {
          to: "open",
          snoozedUntil: null,
          reopens: existing.status === "resolved",
          at,
        })
      : []),
    ...(assigns ? assign(tenant, place, assignee, at) : []),
    ...(note.trim() === ""
      ? []
      : appendMessage(tenant, conversation, {
          id: newId("message", at),
          kind: "note",
          direction: "out",
          sender,
          text: note,
          sourceId: null,
          at,
        })),
    recordEvent(
      tenant,
      {
        type: "conversation.handed_off",
        subjectId: conversation.id,
        inboxId: conversation.inboxId,
        data: { by: sender.kind, byId: sender.id, assignee },
      },
      { at },
    ),
  ];
}

function assign(
  tenant: Tenant,
  { conversation, existing }: Place,
  assignee: string,
  at: number,
): Statement[] {
  return [
    tenant.db
      .update(conversations)
      .set({ assignee })
      .where(
        tenant.of(
          conversations,
          eq(conversations.id, conversation.id),
          sql`${conversations.assignee} IS ${existing?.assignee ?? null}`,
        ),
      ),
    tenant.assertThat(sql`changes() > 0`),
    recordEvent(
      tenant,
      {
        type: "conversation.assigned",
        subjectId: conversation.id,
        inboxId: conversation.inboxId,
        data: { from: existing?.assignee ?? null, to: assignee },
      },
      { at },
    ),
  ];
}

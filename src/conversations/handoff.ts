import { newId } from "../tenant/ids.ts";
import type { Sender } from "./append.ts";
import type { ConversationTurn } from "./turn.ts";

export interface Handoff {
  /** A member's or bot's id, which the caller has checked; null: whoever takes it. */
  assignee: string | null;
  /** A private note for the team; empty: none. */
  note: string;
  /** Who hands over: the flow or the AI. */
  sender: Sender;
}

/**
 * Gives a turn's conversation to people: it is opened where it was not, assigned, noted in, and
 * `conversation.handed_off` recorded. The batch fails with `conflict` when its status or assignee changed meanwhile.
 */
export function handOff(turn: ConversationTurn, { assignee, note, sender }: Handoff): void {
  const { conversation, at } = turn;
  if (turn.status !== "open") {
    turn.changeStatus("open", { snoozedUntil: null, reopens: turn.status === "resolved" });
  }
  if (assignee !== null && assignee !== turn.assignee) turn.assign(assignee);
  if (note.trim() !== "") turn.note({ id: newId("message", at), text: note }, sender);
  turn.record("conversation.handed_off", conversation.id, { by: sender.kind, byId: sender.id, assignee });
}

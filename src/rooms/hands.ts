import type { Context } from "../calls/define.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { Asked } from "../live/play.ts";
import type { Actor } from "../tenant/tenant.ts";

/** What a turn in a room is given. */
export interface RoomHands {
  /** Handle and context of whoever acts. */
  contextOf(actor: Actor): Context;
  /** Sees to it that a session is looked at in time, before the batch that leaves it waiting is sent. */
  arm(session: FlowSession | null, asked: Asked | null): Promise<void>;
  /** Counts a conversation that is begun from an address; false: too many came from there today. */
  mayBegin(address: string): Promise<boolean>;
}

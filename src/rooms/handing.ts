import { outboxName, wakeOutbox } from "../channels/outbox-name.ts";
import type { RoomAddress } from "../conversations/room.ts";
import { isHanded } from "../inboxes/channels.ts";

/** What a room has its inbox's outbox do, where what goes out is handed to the channel's service. */
export class Handing {
  readonly #env: Env;
  readonly #where: () => RoomAddress;
  /** An inbox's channel never changes. False until it is known. */
  #isHanded = false;

  constructor(env: Env, where: () => RoomAddress) {
    this.#env = env;
    this.#where = where;
  }

  /** The channel that the room's inbox is of. */
  note(channel: string): void {
    this.#isHanded = isHanded(channel);
  }

  /** After a commit: what goes out waits there. */
  async wake(shard: string): Promise<void> {
    if (this.#isHanded) await wakeOutbox(this.#env, shard, this.#where());
  }

  /** Shows the customer that somebody is writing. */
  async typing(): Promise<void> {
    const where = this.#where();
    if (this.#isHanded) await this.#env.OUTBOX.getByName(outboxName(where)).typing(where.sourceId);
  }
}

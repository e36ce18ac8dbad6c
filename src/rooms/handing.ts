import { wakeOutbox } from "../channels/outbox-name.ts";
import type { RoomAddress } from "../conversations/room.ts";
import type { WrittenMessage } from "../conversations/visitor-view.ts";
import { isHanded, marksRead } from "../inboxes/channels.ts";
import { outboxName } from "../inboxes/outbox-name.ts";

/** Where it is kept what the customer wrote last and was not answered yet. */
const LAST = "last heard";

/** What a room has its inbox's outbox do, where what goes out is handed to the channel's service. */
export class Handing {
  readonly #env: Env;
  readonly #kv: SyncKvStorage;
  readonly #where: () => RoomAddress;
  /** An inbox's channel never changes. False until it is known. */
  #isHanded = false;
  #marksRead = false;

  constructor(env: Env, kv: SyncKvStorage, where: () => RoomAddress) {
    this.#env = env;
    this.#kv = kv;
    this.#where = where;
  }

  /** What goes out is handed to the channel's service: whoever writes here has no page that shows what comes. */
  get isHanded(): boolean {
    return this.#isHanded;
  }

  /** The channel that the room's inbox is of. */
  note(channel: string): void {
    this.#isHanded = isHanded(channel);
    this.#marksRead = marksRead(channel);
  }

  /** What the customer wrote last, as the channel's service names it: some show by it that it was read. */
  heard(sourceId: string | undefined): void {
    if (this.#marksRead && sourceId !== undefined) this.#kv.put(LAST, sourceId);
  }

  /**
   * After a commit: what goes out waits there.
   * @param written in the turn, null for what the team sends: who is answered is shown that they were read
   */
  async wake(shard: string, written: readonly Pick<WrittenMessage, "from">[] | null): Promise<void> {
    if (!this.#isHanded) return;
    const answers = written === null || written.some(({ from }) => from !== "visitor");
    const last = answers && this.#marksRead ? this.#kv.get<string>(LAST) : undefined;
    await wakeOutbox(this.#env, shard, this.#where());
    if (last === undefined) return;
    this.#kv.delete(LAST);
    const { sourceId } = this.#where();
    await this.#outbox.show(shard, "seen", sourceId, last);
  }

  /** Shows the customer that somebody is writing. */
  async typing(shard: string): Promise<void> {
    if (!this.#isHanded) return;
    await this.#outbox.show(shard, "typing", this.#where().sourceId, this.#kv.get<string>(LAST) ?? null);
  }

  get #outbox() {
    return this.#env.OUTBOX.getByName(outboxName(this.#where()));
  }
}

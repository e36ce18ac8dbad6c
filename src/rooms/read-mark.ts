import type { VisitorMessage } from "../conversations/visitor-view.ts";

/** Most unread messages that are counted. */
export const MAX_UNREAD = 100;

/** How far the visitor has read: a number of a message, which only grows. It is worth no row: the room keeps it. */
export class ReadMark {
  readonly #kv: SyncKvStorage;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
  }

  get seq(): number {
    return this.#kv.get<number>("read") ?? 0;
  }

  /** @param seq a message that there is @returns false where it was read already */
  move(seq: number): boolean {
    if (seq <= this.seq) return false;
    this.#kv.put("read", seq);
    return true;
  }

  /** How many of the next {@link MAX_UNREAD} messages behind the mark others wrote. */
  async unread(readAfter: (seq: number) => Promise<VisitorMessage[]>): Promise<number> {
    return (await readAfter(this.seq)).filter(({ from }) => from !== "visitor").length;
  }
}

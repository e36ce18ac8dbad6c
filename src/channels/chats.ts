import type { Queued } from "../conversations/queued.ts";

/** A message that waits to go out, with what was tried of it. */
export interface Waiting extends Queued {
  attempts: number;
  /** Not tried before, in milliseconds. */
  due: number;
  /** Requests of it that were made, where it takes several. */
  done: number;
}

/** Fewer than this that wait, and further ones are read. */
const FEW = 100;

/**
 * What waits to go out of an inbox, in order within each chat and side by side between them: pure, so that no order of
 * endings is beyond a test.
 */
export class Chats {
  /** The first of each is the next to go out, or under way. */
  readonly #chats = new Map<string, Waiting[]>();
  readonly #running = new Set<string>();
  #newest = 0;
  #isAll = false;

  /** The number of the newest message that was read. */
  get newest(): number {
    return this.#newest;
  }

  get running(): number {
    return this.#running.size;
  }

  get size(): number {
    let size = 0;
    for (const chat of this.#chats.values()) size += chat.length;
    return size;
  }

  get isShort(): boolean {
    return this.size < FEW;
  }

  /** Whether all that waited at the last reading is here. */
  get isAll(): boolean {
    return this.#isAll;
  }

  /** Takes in what was read behind {@link newest}, in order. */
  add(messages: readonly Waiting[], isAll: boolean): void {
    for (const message of messages) {
      const key = chatOf(message);
      const chat = this.#chats.get(key);
      if (chat) chat.push(message);
      else this.#chats.set(key, [message]);
      this.#newest = Math.max(this.#newest, message.n);
    }
    this.#isAll = isAll;
  }

  /** The next to be tried, the longest due first. @param probe true: whether it is due or not */
  next(now: number, probe = false): Waiting | null {
    let best: Waiting | null = null;
    for (const [chat, [head]] of this.#chats) {
      if (!head || this.#running.has(chat) || (head.due > now && !probe)) continue;
      if (!best || head.due < best.due || (head.due === best.due && head.n < best.n)) best = head;
    }
    return best;
  }

  begin(message: Waiting): void {
    this.#running.add(chatOf(message));
  }

  end(message: Waiting): void {
    this.#running.delete(chatOf(message));
  }

  /** It waits no more. */
  remove(message: Waiting): void {
    const key = chatOf(message);
    const left = (this.#chats.get(key) ?? []).filter((one) => one !== message);
    if (left.length > 0) this.#chats.set(key, left);
    else this.#chats.delete(key);
  }

  /** A chat goes on under another id. Its messages are copied, so that what is under way still ends under the old one. */
  move(from: string, to: string): void {
    const chat = this.#chats.get(from) ?? [];
    this.#chats.delete(from);
    const there = this.#chats.get(to) ?? [];
    const moved = chat.map((message) => ({ ...message, to }));
    this.#chats.set(
      to,
      [...there, ...moved].toSorted((a, b) => a.n - b.n),
    );
  }

  /** The service is well again: what waits need wait no longer. */
  hurry(now: number): void {
    for (const [head] of this.#chats.values()) if (head) head.due = Math.min(head.due, now);
  }

  /** When there is next something to do, in milliseconds; null: never. */
  get nextDue(): number | null {
    const heads = [...this.#chats.values()].flatMap(([head]) => (head ? [head.due] : []));
    return heads.length > 0 ? Math.min(...heads) : null;
  }

  /** All that waits and is not under way, in parts of at most so many. */
  inParts(most: number): Waiting[][] {
    const all = [...this.#chats].flatMap(([chat, waiting]) => (this.#running.has(chat) ? [] : waiting));
    return Array.from({ length: Math.ceil(all.length / most) }, (_, i) =>
      all.slice(i * most, (i + 1) * most),
    );
  }

  /** Everything is read anew. Not while anything is under way. */
  forget(): void {
    this.#chats.clear();
    this.#running.clear();
    this.#newest = 0;
    this.#isAll = false;
  }
}

/** What a message is sent in order with: all that goes to its customer. */
function chatOf({ to, conversationId }: Queued): string {
  return to ?? conversationId;
}

import { newId } from "../tenant/ids.ts";
import type { AttemptOutcome } from "./deliveries.ts";
import type { StoredEvent } from "./render.ts";

/**
 * What a webhook has to be told, in order within each lane and side by side between them: pure, so that no order of
 * endings is beyond a test. Who holds it makes the attempts and writes what {@link Lanes.settle} says.
 */

/** An event that a webhook is to be told of. */
export interface Item {
  seq: number;
  lane: string;
  messageId: string;
  eventType: string;
  /** Null for one that waits in the log: its row has it. */
  body: string | null;
  /** Its row in the log, while it waits there or as soon as it failed. */
  rowId: string | null;
  /** Attempts that were made. */
  attempts: number;
  /** Not tried before, in milliseconds. */
  due: number;
}

/** An attempt that ended and is not in the log yet. */
export interface Ended {
  item: Item;
  /** The row that waited for it in the log, which it stands for from here on. */
  waitingRowId: string | null;
  id: string;
  at: number;
  outcome: AttemptOutcome;
  /** Which attempt of its message it was. */
  attempt: number;
  /** When it is tried again. Null: it arrived, or was the last. */
  nextAttemptAt: number | null;
}

/** What is to be written in one batch. */
export interface Settlement {
  /** Every event up to here is told, waits in the log, or is not the webhook's. */
  cursor: number;
  ended: Ended[];
  /** What is to wait in the log from now on. */
  waiting: Item[];
}

/** An attempt under way for longer does not hold up what the log says of the others. */
const SLOW_MS = 2_000;

/** What an event is told in order with: its conversation's others, or its subject's where it belongs to none. */
export function laneOf({ data, subjectId }: Pick<StoredEvent, "data" | "subjectId">): string {
  return typeof data.conversationId === "string" ? data.conversationId : subjectId;
}

export class Lanes {
  /** The first of each is the next to be told, or under way. */
  readonly #lanes = new Map<string, Item[]>();
  /** When the attempt under way began, by lane. */
  readonly #running = new Map<string, number>();
  #ended: Ended[] = [];
  #pulled: number;
  #cursor: number;

  /** @param waiting what waits in the log, in order */
  constructor(cursor: number, waiting: readonly Item[]) {
    this.#cursor = cursor;
    this.#pulled = cursor;
    for (const item of waiting) this.#push(item);
  }

  #push(item: Item): void {
    const lane = this.#lanes.get(item.lane);
    if (lane) lane.push(item);
    else this.#lanes.set(item.lane, [item]);
  }

  /** Everything that is to be told and was not yet. */
  get size(): number {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.length;
    return size;
  }

  /** Of these, what is only remembered here. */
  get ahead(): number {
    return [...this.#lanes.values()].flat().filter(({ rowId }) => rowId === null).length;
  }

  get running(): number {
    return this.#running.size;
  }

  /** The newest event that was looked at. */
  get pulled(): number {
    return this.#pulled;
  }

  /** What was written as the cursor. */
  get cursor(): number {
    return this.#cursor;
  }

  /** Attempts that ended and are not in the log. */
  get unwritten(): number {
    return this.#ended.length;
  }

  /** Takes in further events: those that are the webhook's. @param pulled the newest one that was looked at */
  add(items: readonly Item[], pulled: number): void {
    for (const item of items) this.#push(item);
    this.#pulled = Math.max(this.#pulled, pulled);
  }

  /** The next to be tried, the longest due first. @param probe true: whether it is due or not */
  next(now: number, probe = false): Item | null {
    let best: Item | null = null;
    for (const [lane, [head]] of this.#lanes) {
      if (!head || this.#running.has(lane) || (head.due > now && !probe)) continue;
      // What failed waits until the log says so.
      if (this.#ended.some(({ item }) => item === head)) continue;
      if (!best || head.due < best.due || (head.due === best.due && head.seq < best.seq)) best = head;
    }
    return best;
  }

  /** An attempt begins. */
  begin(item: Item, now: number): void {
    this.#running.set(item.lane, now);
  }

  /** It needs none any more: somebody else saw to it. */
  drop(item: Item): void {
    this.#running.delete(item.lane);
    this.#shift(item);
  }

  /** An attempt ended. @param nextAttemptAt null: it arrived, or is not tried again */
  end(item: Item, outcome: AttemptOutcome, nextAttemptAt: number | null, at: number): void {
    this.#running.delete(item.lane);
    const isWaiting = item.attempts === 0;
    const waitingRowId = isWaiting ? item.rowId : null;
    item.attempts += 1;
    const id = newId("delivery", at);
    this.#ended.push({ item, waitingRowId, id, at, outcome, attempt: item.attempts, nextAttemptAt });
    if (nextAttemptAt === null) {
      this.#shift(item);
    } else {
      item.rowId = id;
      item.due = nextAttemptAt;
    }
  }

  #shift(item: Item): void {
    const lane = this.#lanes.get(item.lane);
    if (lane?.[0] !== item) throw new Error("Only the first of a lane can be done.");
    lane.shift();
    if (lane.length === 0) this.#lanes.delete(item.lane);
  }

  /** The receiver is well again: what waits need wait no longer. */
  hurry(now: number): void {
    for (const [head] of this.#lanes.values()) if (head) head.due = Math.min(head.due, now);
  }

  /** When there is next something to do, in milliseconds; null: never. */
  get nextDue(): number | null {
    const heads = [...this.#lanes.values()].flatMap(([head]) => (head ? [head.due] : []));
    return heads.length > 0 ? Math.min(...heads) : null;
  }

  /** When the first of what waits in the log will be due; null: all is due or nothing waits there. */
  nextWaiting(now: number): number | null {
    const times = [...this.#lanes.values()].flatMap(([head]) =>
      head && head.rowId !== null && head.due > now ? [head.due] : [],
    );
    return times.length > 0 ? Math.min(...times) : null;
  }

  /**
   * What can be written now. The cursor goes as far as nothing before it is only remembered here: what will be tried in
   * a moment holds it up; what is slow or waits behind a failure is written down to wait in the log, and does not. It
   * must be written before the next one is asked for, or all of this forgotten.
   * @param whole true: nothing is waited for; what did not end is written down, or left behind the cursor
   */
  settle(now: number, whole: boolean): Settlement {
    const open: Item[] = [];
    const held: number[] = [];
    for (const [name, lane] of this.#lanes) {
      const begun = this.#running.get(name);
      const [head] = lane;
      const isParked = (head?.attempts ?? 0) > 0 && begun === undefined;
      const isSlow = begun !== undefined && now - begun >= SLOW_MS;
      for (const item of lane) {
        if (item.rowId !== null) continue;
        if (isParked || isSlow || whole) open.push(item);
        else held.push(item.seq);
      }
    }
    const ends = this.#ended.map(({ item }) => item.seq);
    const cursor = whole
      ? Math.max(this.#cursor, ...ends, open.length === 0 ? this.#pulled : 0)
      : Math.max(this.#cursor, Math.min(this.#pulled, ...held.map((seq) => seq - 1)));
    const ended = this.#ended.filter(({ item }) => item.seq <= cursor);
    this.#ended = this.#ended.filter(({ item }) => item.seq > cursor);
    const waiting = open.filter(({ seq }) => seq <= cursor);
    for (const item of waiting) item.rowId = newId("delivery", now);
    this.#cursor = cursor;
    return { cursor, ended, waiting };
  }
}

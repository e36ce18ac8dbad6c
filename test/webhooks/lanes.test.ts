import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Item, Lanes, laneOf } from "../../src/webhooks/lanes.ts";
import { property } from "../property.ts";

const OK = { statusCode: 200, errorKind: null, durationMs: 1, responseExcerpt: null };
const BAD = { statusCode: 500, errorKind: "non_2xx", durationMs: 1, responseExcerpt: null } as const;

const item = (seq: number, lane: string): Item => ({
  ...{ seq, lane, messageId: `msg_${seq}`, eventType: "message.created", body: "{}" },
  ...{ rowId: null, attempts: 0, due: 0 },
});

describe("a lane", () => {
  it("is a conversation, or what an event is about", () => {
    expect(laneOf({ subjectId: "ms_1", data: { conversationId: "cv_1" } })).toBe("cv_1");
    expect(laneOf({ subjectId: "cv_1", data: {} })).toBe("cv_1");
  });

  it("that failed keeps its later events waiting in the log, and no other lane's", () => {
    const lanes = new Lanes(0, []);
    lanes.add([item(1, "a"), item(2, "a"), item(3, "b")], 3);
    for (let next = lanes.next(0); next; next = lanes.next(0)) {
      lanes.begin(next, 0);
      if (next.seq === 1) lanes.end(next, BAD, 5_000, 0);
      else lanes.end(next, OK, null, 0);
    }
    const { cursor, ended, waiting } = lanes.settle(1, false);
    expect(cursor).toBe(3);
    expect(ended.map((one) => one.item.seq)).toEqual([1, 3]);
    expect(waiting.map(({ seq }) => seq)).toEqual([2]);
    expect(lanes.next(4_999)).toBeNull();
    expect(lanes.next(5_000)?.seq).toBe(1);
    expect(lanes.nextDue).toBe(5_000);
  });

  it("with an attempt under way holds up what is written, but not for longer than two seconds", () => {
    const lanes = new Lanes(0, []);
    lanes.add([item(1, "a"), item(2, "b")], 2);
    const [slow, quick] = [lanes.next(0), null];
    if (slow) lanes.begin(slow, 0);
    const other = quick ?? lanes.next(0);
    if (other) lanes.begin(other, 0);
    if (other) lanes.end(other, OK, null, 10);
    expect(lanes.settle(1_999, false)).toEqual({ cursor: 0, ended: [], waiting: [] });
    const late = lanes.settle(2_000, false);
    expect([late.cursor, late.ended.length, late.waiting.map(({ seq }) => seq)]).toEqual([2, 1, [1]]);
    if (slow) lanes.end(slow, OK, null, 3_000);
    // What waited in the log ends there.
    expect(lanes.settle(3_000, false).ended[0]?.waitingRowId).toBe(late.waiting[0]?.rowId);
  });
});

/** The log and the cursor as a database would hold them, and an object that may die at any moment. */
class World {
  cursor = 0;
  waiting = new Map<string, Item>();
  arrived: Item[] = [];
  logged = new Set<number>();
  lanes = new Lanes(0, []);
  running: Item[] = [];

  readonly feed: readonly string[];

  constructor(feed: readonly string[]) {
    this.feed = feed;
  }

  pull() {
    const { pulled } = this.lanes;
    const upTo = Math.min(this.feed.length, pulled + 7);
    const items = this.feed.slice(pulled, upTo).map((lane, i) => item(pulled + i + 1, lane));
    this.lanes.add(items, upTo);
  }

  start(now: number) {
    const next = this.running.length < 5 ? this.lanes.next(now) : null;
    if (!next) return;
    this.lanes.begin(next, now);
    this.running.push(next);
  }

  end(which: number, ok: boolean, now: number) {
    const [one] = this.running.splice(which % Math.max(1, this.running.length), 1);
    if (!one) return;
    if (ok) this.arrived.push({ ...one });
    this.lanes.end(one, ok ? OK : BAD, ok ? null : now + 5_000, now);
  }

  write(now: number, whole: boolean) {
    const { cursor, ended, waiting } = this.lanes.settle(now, whole);
    expect(cursor).toBeGreaterThanOrEqual(this.cursor);
    this.cursor = cursor;
    for (const one of ended) {
      if (one.waitingRowId !== null) this.waiting.delete(one.waitingRowId);
      // A later attempt takes over from the one before.
      for (const [id, row] of this.waiting) if (row.seq === one.item.seq) this.waiting.delete(id);
      if (one.nextAttemptAt === null) this.logged.add(one.item.seq);
      else
        this.waiting.set(one.id, {
          ...one.item,
          attempts: one.attempt,
          due: one.nextAttemptAt,
          rowId: one.id,
        });
    }
    for (const one of waiting) this.waiting.set(one.rowId ?? "", { ...one });
    // Whatever is up to the cursor stands somewhere.
    const standing = new Set([...this.logged, ...[...this.waiting.values()].map(({ seq }) => seq)]);
    for (let seq = 1; seq <= this.cursor; seq++) expect(standing).toContain(seq);
  }

  /** The receiver is let alone: what is under way ends, all is written, and memory is given up. */
  rest(now: number) {
    while (this.running.length > 0) this.end(0, now % 2 === 0, now);
    this.write(now, true);
    this.die();
  }

  die() {
    this.running = [];
    const rows = [...this.waiting.values()].toSorted((a, b) => a.seq - b.seq);
    this.lanes = new Lanes(
      this.cursor,
      rows.map((row) => ({ ...row })),
    );
  }
}

const step = fc.oneof(
  fc.record({ do: fc.constant("pull" as const) }),
  fc.record({ do: fc.constant("start" as const) }),
  fc.record({ do: fc.constant("end" as const), which: fc.nat(4), ok: fc.boolean() }),
  fc.record({ do: fc.constant("write" as const) }),
  fc.record({ do: fc.constant("rest" as const) }),
  fc.record({ do: fc.constant("die" as const) }),
  fc.record({ do: fc.constant("later" as const), ms: fc.nat(6_000) }),
);

describe("whatever fails, in whatever order, and however often the object dies", () => {
  it("each event arrives, first in order within its lane, and the log misses none", () => {
    const feeds = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { minLength: 1, maxLength: 40 });
    return property(
      [feeds, fc.array(step, { maxLength: 200 })],
      (feed, steps) => {
        const world = new World(feed);
        let now = 0;
        for (const one of steps) {
          now += 1;
          if (one.do === "pull") world.pull();
          else if (one.do === "start") world.start(now);
          else if (one.do === "end") world.end(one.which, one.ok, now);
          else if (one.do === "write") world.write(now, false);
          else if (one.do === "rest") world.rest(now);
          else if (one.do === "die") world.die();
          else now += one.ms;
        }
        // In the end the receiver is well and nobody dies.
        for (let i = 0; world.logged.size < feed.length; i++) {
          expect(i).toBeLessThan(1_000);
          now += 6_000;
          world.pull();
          for (let k = 0; k < 5; k++) world.start(now);
          while (world.running.length > 0) world.end(0, true, now);
          world.write(now, false);
        }
        expect(world.waiting.size).toBe(0);
        expect(world.cursor).toBe(feed.length);
        const newest = new Map<string, number>();
        const told = new Set<number>();
        for (const { lane, seq } of world.arrived) {
          if (!told.has(seq)) expect(seq).toBeGreaterThan(newest.get(lane) ?? 0);
          if (!told.has(seq)) newest.set(lane, seq);
          told.add(seq);
        }
        expect(told.size).toBe(feed.length);
      },
      { runs: 300 },
    );
  });
});

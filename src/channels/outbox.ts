import { DurableObject } from "cloudflare:workers";
import { moveSource } from "../contacts/identities.ts";
import { type Fate, READ_AT_ONCE, readOutgoing, readQueued, settle } from "../conversations/queued.ts";
import { logUnexpected } from "../http/log.ts";
import { tellNews } from "../http/news.ts";
import { noteFailing } from "../inboxes/store.ts";
import type { ApprovedTemplate } from "../inboxes/templates.ts";
import { Failure } from "../tenant/failure.ts";
import { HEALTHY, type Health, healthAfter, isOpen, nextAttempt } from "../webhooks/schedule.ts";
import { ADAPTERS } from "./adapters.ts";
import type { Handed } from "./channel.ts";
import { Chats, type Waiting } from "./chats.ts";
import { filesOf } from "./files.ts";
import { readOutboxName, type WakeReason } from "./outbox-name.ts";
import { type Place, readPlace, type Way } from "./outbox-place.ts";

/** After a failure of our own, when it goes on. */
const RETRY_MS = 30_000;
/** How long a message waits for a service that does not take it, in milliseconds: what is older, nobody expects any more. */
export const KEPT_MS = 24 * 60 * 60_000;
/** What waits is held in memory up to this many; while there are more, no further ones are read. */
const MOST_HELD = 1_000;
/** The service says "slow down", which is no failure. */
const TOO_MANY = 429;

/** Who was written to too fast, if anybody was. */
function pauseWanted({ pause, statusCode }: Extract<Handed, { outcome: "later" }>): typeof pause {
  return pause ?? (statusCode === TOO_MANY ? "inbox" : undefined);
}

/** How long a service is let alone that says "slow down", and so for how long it says no more. */
function pauseOf(retryAfterMs: number | null): number {
  return Math.min(retryAfterMs ?? 5_000, KEPT_MS);
}

/** How far the attempts of a message have come; kept on disk where the first one did not do. */
interface Tries {
  attempts: number;
  due: number;
  /** Requests of it that were made, where it takes several. */
  done: number;
}

/**
 * Hands over what goes out of one inbox, by itself: woken by rooms, by the time of an attempt that is to follow, and by
 * housekeeping. What is to be done stands in the database: messages that are `queued`. One message of a chat at a time, in
 * their order; a failure holds up its chat alone, ten in a row the inbox. When the object dies between an attempt and
 * what is written of it, the attempt is repeated, under the same id.
 */
export class Outbox extends DurableObject<Env> {
  readonly #chats = new Chats();
  #isRunning = false;
  /** It was woken since it last looked. */
  #news = false;
  #isChanged = false;
  #fault: { error: unknown } | null = null;
  #poke: (() => void) | null = null;

  /**
   * Has it look for what waits. Returns at once.
   * @param shard where the workspace's data is
   * @param reason swept: all that waits is read, not only what came since; changed: and is tried at once, since somebody
   * has seen to the connection
   */
  wake(shard: string, reason: WakeReason): void {
    if (this.ctx.storage.kv.get<string>("shard") !== shard) this.ctx.storage.kv.put("shard", shard);
    if (reason !== "news" && !this.#isRunning) this.#chats.forget();
    if (reason === "changed") {
      this.ctx.storage.kv.delete("health");
      this.#isChanged = true;
    }
    this.#begin();
  }

  /**
   * Shows a customer that somebody is writing, or that what they wrote was read, where the channel can. Never throws.
   * @param last the channel's own id of what they wrote last, where it is known
   */
  async show(shard: string, what: "typing" | "seen", to: string, last: string | null): Promise<void> {
    try {
      const way = (await this.#place(shard))?.way;
      if (typeof way !== "object") return;
      if (what === "typing") await way.out.typing?.(to, way.connected, last);
      else if (last !== null) await way.out.seen?.(to, way.connected, last);
    } catch (error) {
      logUnexpected("outbox", `${what} in ${this.#ids.inboxId}`, error);
    }
  }

  /** What the channel's service has approved, as it is there now; or why it cannot be had. */
  async templates(shard: string): Promise<{ templates: ApprovedTemplate[] } | { refused: string }> {
    const place = await this.#place(shard);
    const way = place?.way ?? "The inbox is out of service.";
    if (!place || typeof way === "string") return { refused: String(way) };
    try {
      return { templates: (await ADAPTERS[place.inbox.channel]?.templates?.list(way.connected)) ?? [] };
    } catch (error) {
      if (error instanceof Failure) return { refused: error.message };
      throw error;
    }
  }

  override alarm(): void {
    this.#begin();
  }

  get #ids(): ReturnType<typeof readOutboxName> {
    return readOutboxName(this.ctx.id.name ?? "");
  }

  get #health(): Health {
    return this.ctx.storage.kv.get<Health>("health") ?? HEALTHY;
  }

  #begin(): void {
    this.#news = true;
    this.#poke?.();
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    let next: number | null = null;
    try {
      while (this.#news) next = await this.#deliver();
    } catch (error) {
      logUnexpected("outbox", `${this.#ids.inboxId} of ${this.#ids.workspaceId}`, error);
      this.#chats.forget();
      next = Date.now() + RETRY_MS;
    }
    this.#isRunning = false;
    if (next !== null) await this.#alarmBy(next);
  }

  /** Hands over what may be handed over by now. @returns when to go on, in milliseconds; null: when it is woken */
  async #deliver(): Promise<number | null> {
    let place: Place | null = null;
    for (;;) {
      if (this.#news) {
        this.#news = false;
        place = await this.#place();
        if (place === null) return null;
        await this.#read(place);
        if (this.#isChanged) this.#chats.hurry(Date.now());
        this.#isChanged = false;
      }
      if (!this.#fault && place) await this.#goOn(place);
      if (this.#chats.running === 0) break;
      await new Promise<void>((resolve) => {
        this.#poke = resolve;
      });
      this.#poke = null;
      if (this.#chats.isShort && !this.#chats.isAll) this.#news = true;
    }
    if (this.#fault) {
      const { error } = this.#fault;
      this.#fault = null;
      throw error;
    }
    const { nextDue } = this.#chats;
    const health = this.#health;
    if (nextDue === null) return null;
    // A probe is made in its time, whatever waits.
    return isOpen(health) ? health.restUntil : Math.max(nextDue, health.restUntil);
  }

  /** Null: the workspace or the inbox is gone, or nothing may happen in it now. */
  async #place(shard = this.ctx.storage.kv.get<string>("shard")): Promise<Place | null> {
    if (shard === undefined) return null;
    const place = await readPlace(this.env, shard, this.#ids);
    if (place === "gone") await this.ctx.storage.deleteAll();
    return typeof place === "string" ? null : place;
  }

  async #read({ tenant, inbox }: Place): Promise<void> {
    const { kv } = this.ctx.storage;
    while (this.#chats.size < MOST_HELD) {
      const read = await readQueued(tenant, inbox.id, this.#chats.newest);
      const isAll = read.length < READ_AT_ONCE;
      const tries = read.map((message) => ({
        ...message,
        ...(kv.get<Tries>(message.id) ?? { attempts: 0, due: 0, done: 0 }),
      }));
      this.#chats.add(tries, isAll);
      if (isAll) return;
    }
  }

  async #goOn(place: Place): Promise<void> {
    const { way } = place;
    if (typeof way === "object") this.#start(place, way);
    else await this.#giveUp(place, way);
  }

  /** Begins as many attempts as may be made. */
  #start(place: Place, way: Way): void {
    for (;;) {
      const health = this.#health;
      const now = Date.now();
      if (now < health.restUntil || this.#chats.running >= health.atOnce) return;
      const waiting = this.#chats.next(now, isOpen(health));
      if (waiting === null) return;
      this.#chats.begin(waiting);
      void this.#attempt(place, way, waiting)
        .catch((error: unknown) => {
          this.#fault ??= { error };
        })
        .finally(() => {
          this.#chats.end(waiting);
          this.#poke?.();
        });
    }
  }

  async #attempt(place: Place, { out, connected }: Way, waiting: Waiting): Promise<void> {
    const { tenant } = place;
    const message = await readOutgoing(tenant, waiting.id);
    if (message === null) return this.#done(waiting);
    const fail = (failure: string) => this.#settle(place, waiting, { state: "failed", failure });
    if (waiting.to === null) return fail("The customer is gone.");
    const progress = {
      done: waiting.done,
      step: () => {
        waiting.done += 1;
        this.#remember(waiting);
      },
    };
    const files = filesOf(this.env, tenant.workspaceId, message);
    const handed = await out.hand({ ...message, ...files, to: waiting.to }, connected, progress);
    await this.#noteHealth(place, handed);
    if (handed.outcome === "sent") {
      await this.#settle(place, waiting, { state: "sent", sourceId: handed.sourceId });
      if (handed.movedTo !== undefined) await this.#follow(place, waiting.to, handed.movedTo);
      return;
    }
    if (handed.outcome === "failed") {
      const cutOff = handed.unreachable ? { sourceId: waiting.to, reason: handed.reason } : undefined;
      return this.#settle(place, waiting, { state: "failed", failure: handed.reason }, cutOff);
    }
    if (handed.outcome === "moved") return this.#follow(place, waiting.to, handed.to);
    const now = Date.now();
    const isBusy = pauseWanted(handed) !== undefined;
    if (!isBusy) waiting.attempts += 1;
    const next = isBusy
      ? now + pauseOf(handed.retryAfterMs)
      : nextAttempt(waiting.attempts, { ok: false, ...handed }, now);
    if (next === "exhausted" || next > waiting.createdAt + KEPT_MS) {
      return fail(`It could not be handed over within a day. ${handed.reason}`);
    }
    waiting.due = next;
    this.#remember(waiting);
    // Whatever becomes of this life of the object.
    await this.#alarmBy(Math.max(next, this.#health.restUntil));
  }

  /** What waits for a customer that has another id from now on goes there. */
  async #follow({ tenant, inbox }: Place, from: string, to: string): Promise<void> {
    await tenant.batch([moveSource(tenant, { inboxId: inbox.id, sourceId: from }, to)]);
    this.#chats.move(from, to);
  }

  /** How the service does after an attempt; whoever sees the inbox is told when it begins or ends to refuse us. */
  async #noteHealth({ tenant, inbox }: Place, handed: Handed): Promise<void> {
    const { kv } = this.ctx.storage;
    const before = this.#health;
    const now = Date.now();
    if (handed.outcome !== "later") {
      if (before !== HEALTHY) kv.delete("health");
      if (before.inARow > 0) this.#chats.hurry(now);
      if (inbox.state !== "failing") return;
      inbox.state = "active";
      return noteFailing(tenant, inbox.id, null);
    }
    const pause = pauseWanted(handed);
    if (pause === "customer") return;
    if (pause === "inbox") {
      return kv.put("health", { ...before, restUntil: now + pauseOf(handed.retryAfterMs) });
    }
    const health = healthAfter(before, { ok: false, ...handed }, now);
    kv.put("health", health);
    if (!handed.refused && !isOpen(health)) return;
    inbox.state = "failing";
    await noteFailing(tenant, inbox.id, handed.reason);
  }

  async #settle(
    { tenant, inbox }: Place,
    waiting: Waiting,
    fate: Fate,
    cutOff?: { sourceId: string; reason: string },
  ): Promise<void> {
    await settle(tenant, inbox.id, [{ message: waiting, fate }], cutOff);
    this.#done(waiting);
    await tellNews(this.env, tenant.workspaceId, "outbox");
  }

  /** Nobody would ever get what waits. */
  async #giveUp({ tenant, inbox }: Place, failure: string): Promise<void> {
    const parts = this.#chats.inParts(READ_AT_ONCE / 4);
    if (parts.length === 0) return;
    for (const part of parts) {
      await settle(
        tenant,
        inbox.id,
        part.map((message) => ({ message, fate: { state: "failed", failure } as const })),
      );
      for (const waiting of part) this.#done(waiting);
    }
    await tellNews(this.env, tenant.workspaceId, "outbox");
  }

  #remember({ id, attempts, due, done }: Waiting): void {
    this.ctx.storage.kv.put(id, { attempts, due, done } satisfies Tries);
  }

  #done(waiting: Waiting): void {
    this.#chats.remove(waiting);
    if (waiting.due > 0 || waiting.done > 0) this.ctx.storage.kv.delete(waiting.id);
  }

  async #alarmBy(time: number): Promise<void> {
    const { storage } = this.ctx;
    const set = await storage.getAlarm();
    if (set === null || set > time) await storage.setAlarm(Math.max(time, Date.now()));
  }
}

import { DurableObject } from "cloudflare:workers";
import { getWorkspace, type Workspace } from "../gate/workspaces.ts";
import { logUnexpected } from "../http/log.ts";
import { tellNews } from "../http/news.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { attempt } from "./attempt.ts";
import { readEndpointName, type WakeReason } from "./endpoint-name.ts";
import { type Item, Lanes } from "./lanes.ts";
import type { News } from "./news.ts";
import { type Pulling, pullItems } from "./pulling.ts";
import { HEALTHY, type Health, healthAfter, isOpen, nextAttempt, reasonToDisable } from "./schedule.ts";
import {
  MOST_WAITING,
  newestEvent,
  readMessage,
  readWaiting,
  readWebhook,
  writeLast,
  writeSettlement,
} from "./settling.ts";
import { validSecrets } from "./signing.ts";
import { disableWebhook, secretOwner } from "./store.ts";

/** What ended is written into the log in groups: after so long, or so many. */
const GROUP_MS = 250;
const GROUP_SIZE = 50;
/** Fewer events that are to be told than this, and further ones are read. */
const READS_AHEAD = 50;
/** Where nothing was for the webhook, its cursor is written after so many events; housekeeping has it written anyway. */
const PASSED_OVER = 200;
/** After a failure of our own, when it goes on. */
const RETRY_MS = 30_000;

/** A webhook and what is told to it while it stays as it is. */
interface Session extends Pulling {
  lanes: Lanes;
  /** Nothing new begins: it was changed, is not active any more, or its receiver is let alone for a while. */
  ending: boolean;
  /** Why the webhook is disabled at the end. */
  disable: string | null;
  /** What went wrong on our side in an attempt. */
  fault: { error: unknown } | null;
  /** All events there are were looked at. */
  caughtUp: boolean;
}

/**
 * Tells one webhook of its workspace's events, by itself: woken by news, by the time of an attempt that is to follow,
 * and by housekeeping. All that matters is in the database: the cursor, and what waits. When the object dies between
 * an attempt and what is written of it, the attempt is repeated, under the same webhook-id.
 */
export class WebhookEndpoint extends DurableObject<Env> {
  #isRunning = false;
  /** It was woken since it last looked. */
  #news = false;
  #changed = false;
  #swept = false;
  /** Events that were looked at in this life of the object, beyond the cursor: none was for the webhook. */
  #seen = 0;
  /**
   * Whether something waits in the log, as this life of the object left it; null: it left off in the middle, and reads
   * everything anew. Undefined: it has not told anything yet.
   */
  #waits: boolean | null | undefined;
  /** What the hub read for it since it last looked. */
  #handed: News | null = null;
  #poke: (() => void) | null = null;

  /**
   * Has it look for events. Returns at once.
   * @param shard where the workspace's data is
   * @param handed what it would read first, as it was a moment ago; null: it reads itself
   */
  wake(shard: string, reason: WakeReason, handed: News | null): void {
    if (this.ctx.storage.kv.get<string>("shard") !== shard) this.ctx.storage.kv.put("shard", shard);
    this.#news = true;
    this.#handed = handed;
    if (reason === "changed") this.#changed = true;
    if (reason === "sweep") this.#swept = true;
    this.#poke?.();
    if (!this.#isRunning) this.ctx.waitUntil(this.#run());
  }

  /** Its workspace is gone: nothing is kept or due any more. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    this.#news = true;
    this.#handed = null;
    this.#poke?.();
    if (!this.#isRunning) await this.#run();
  }

  get #ids(): ReturnType<typeof readEndpointName> {
    return readEndpointName(this.ctx.id.name ?? "");
  }

  get #health(): Health {
    return this.ctx.storage.kv.get<Health>("health") ?? HEALTHY;
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    let next: number | null = null;
    try {
      while (this.#news) {
        this.#news = false;
        next = await this.#tell();
      }
    } catch (error) {
      logUnexpected("webhook", `endpoint ${this.#ids.webhookId} of ${this.#ids.workspaceId}`, error);
      this.#seen = 0;
      this.#waits = null;
      next = Date.now() + RETRY_MS;
    }
    this.#isRunning = false;
    if (next !== null) await this.#alarmBy(next);
  }

  /** Tells what there is to tell. @returns when to go on, in milliseconds; null: when there is news */
  async #tell(): Promise<number | null> {
    // Whoever changes it, or sets it active again, has done something about the receiver.
    if (this.#changed) this.ctx.storage.kv.delete("health");
    const handed = this.#changed ? null : this.#handed;
    this.#changed = false;
    this.#handed = null;
    const { restUntil } = this.#health;
    if (restUntil > Date.now()) return restUntil;
    const session = await this.#begin(handed);
    if (!session) return null;
    this.#waits = null;
    await this.#deliver(session);
    this.#waits = session.lanes.size > 0;
    return this.#nextTime(session);
  }

  #nextTime({ webhook, lanes }: Session): number | null {
    if (webhook.status !== "active") return null;
    const health = this.#health;
    // A probe is made in its time, whatever waits.
    if (isOpen(health)) return health.restUntil;
    return lanes.nextDue === null ? null : Math.max(lanes.nextDue, health.restUntil);
  }

  /** Null: it is gone. */
  async #workspace(): Promise<Workspace | null> {
    try {
      return await getWorkspace(this.env, this.#ids.workspaceId);
    } catch (error) {
      if (error instanceof Failure && error.code === "not_found") return null;
      throw error;
    }
  }

  async #begin(handed: News | null): Promise<Session | null> {
    const { workspaceId, webhookId } = this.#ids;
    const { storage } = this.ctx;
    const shard = storage.kv.get<string>("shard");
    if (shard === undefined) return null;
    const tenant = new Tenant(shardDatabase(this.env, shard), {
      workspaceId,
      inboxes: null,
      actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
      timeZone: "UTC",
    });
    if (handed && this.#waits !== null) {
      const { webhook, waits, read } = handed;
      // What it left waiting itself is not in what was read before.
      const waiting = waits || this.#waits ? await readWaiting(tenant, webhookId) : [];
      const lanes = new Lanes(Math.max(webhook.cursor ?? read.after, this.#seen), waiting);
      return { tenant, webhook, lanes, ending: false, caughtUp: false, disable: null, fault: null, read };
    }
    const [workspace, webhook, waiting] = await Promise.all([
      this.#workspace(),
      readWebhook(tenant, webhookId),
      readWaiting(tenant, webhookId),
    ]);
    if (webhook === null || workspace === null) {
      await storage.deleteAll();
      return null;
    }
    if (workspace.suspendedAt !== null || webhook.status !== "active") return null;
    const cursor = Math.max(webhook.cursor ?? (await newestEvent(tenant)), this.#seen);
    const lanes = new Lanes(cursor, waiting);
    return { tenant, webhook, lanes, ending: false, caughtUp: false, disable: null, fault: null, read: null };
  }

  /** Until nothing is due, or the webhook is not as it was. */
  async #deliver(session: Session): Promise<void> {
    const { lanes } = session;
    let written = Date.now();
    for (;;) {
      if (this.#news && !session.ending) await this.#look(session);
      this.#start(session);
      if (session.fault) throw session.fault.error;
      const isIdle = lanes.running === 0;
      if (isIdle && session.ending) break;
      const { unwritten } = lanes;
      const isTime = isIdle || unwritten >= GROUP_SIZE || Date.now() - written >= GROUP_MS;
      if (unwritten > 0 && isTime) {
        written = Date.now();
        await this.#write(session, false);
        if (lanes.unwritten < unwritten) continue;
      }
      if (!session.ending && !session.caughtUp && lanes.size < MOST_WAITING) {
        // All that is read ahead waits behind failures: it does so in the log.
        if (isIdle && lanes.ahead >= READS_AHEAD) await this.#write(session, false);
        if (lanes.ahead < READS_AHEAD) {
          await this.#pull(session);
          continue;
        }
      }
      if (lanes.running === 0) break;
      await this.#something();
    }
    await this.#write(session, true);
    // Never behind what it has written: whoever hands it on may have read it before.
    this.#seen = lanes.ahead > 0 ? lanes.cursor : lanes.pulled;
    if (session.disable !== null && session.webhook.status === "active") {
      await disableWebhook(session.tenant, session.webhook.id, session.disable);
      session.webhook.status = "disabled";
      await tellNews(this.env, this.#ids.workspaceId, "webhook");
    }
  }

  /** Waits until an attempt ends, it is woken, or what ended has to be written. */
  #something(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#poke?.(), GROUP_MS);
      this.#poke = () => {
        clearTimeout(timer);
        this.#poke = null;
        resolve();
      };
    });
  }

  /** Whether the webhook is as it was: else the session ends. */
  async #look(session: Session): Promise<void> {
    this.#news = false;
    session.caughtUp = false;
    const { tenant, webhook } = session;
    const handed = this.#changed ? null : this.#handed;
    this.#handed = null;
    session.read = handed?.read ?? null;
    const [workspace, now] = handed
      ? [{ suspendedAt: null }, handed.webhook]
      : await Promise.all([this.#workspace(), readWebhook(tenant, webhook.id)]);
    if (workspace?.suspendedAt === null && now?.revision === webhook.revision) return;
    session.ending = true;
    this.#news = true;
  }

  async #pull(session: Session): Promise<void> {
    const { lanes } = session;
    const { items, newest, whole } = await pullItems(this.env, session, lanes.pulled);
    lanes.add(items, newest);
    session.caughtUp = whole;
  }

  /** Begins as many attempts as may be made. */
  #start(session: Session): void {
    const { lanes } = session;
    for (;;) {
      const health = this.#health;
      const now = Date.now();
      if (session.ending || now < health.restUntil || lanes.running >= health.atOnce) return;
      const item = lanes.next(now, isOpen(health));
      if (item === null) return;
      lanes.begin(item, now);
      const made = this.#attempt(session, item)
        .catch((error: unknown) => {
          session.fault ??= { error };
        })
        .finally(() => this.#poke?.());
      this.ctx.waitUntil(made);
    }
  }

  async #attempt(session: Session, item: Item): Promise<void> {
    const { tenant, webhook, lanes } = session;
    if (item.rowId !== null) {
      // A person may have repeated it meanwhile.
      const message = await readMessage(tenant, webhook.id, item.messageId);
      if (message === null) return lanes.drop(item);
      item.body = message.body;
      item.attempts = message.attempts;
    }
    const owner = secretOwner(this.env, tenant, webhook.id);
    const secrets = await validSecrets(webhook, owner, Date.now());
    const outgoing = { url: webhook.url, messageId: item.messageId, body: item.body ?? "", secrets };
    const { retryAfterMs, ...outcome } = await attempt(this.env, outgoing);
    const now = Date.now();
    const ending = { ok: outcome.errorKind === null, statusCode: outcome.statusCode, retryAfterMs };
    const before = this.#health;
    const health = healthAfter(before, ending, now);
    if (!ending.ok) this.ctx.storage.kv.put("health", health);
    else if (before.inARow > 0) {
      this.ctx.storage.kv.delete("health");
      lanes.hurry(now);
    }
    const reason = reasonToDisable(health, ending, now);
    const next = ending.ok || reason !== null ? null : nextAttempt(item.attempts + 1, ending, now);
    lanes.end(item, outcome, next === "exhausted" ? null : next, now);
    session.disable ??= reason;
    if (reason !== null || health.restUntil > now) session.ending = true;
  }

  /** Writes what can be written. @param whole see `Lanes.settle` */
  async #write(session: Session, whole: boolean): Promise<void> {
    const { tenant, webhook, lanes } = session;
    const settlement = lanes.settle(Date.now(), whole);
    const { cursor, ended, waiting } = settlement;
    const passed = webhook.cursor === null ? PASSED_OVER : cursor - webhook.cursor;
    const isWorth = passed >= PASSED_OVER || (this.#swept && passed > 0);
    if (ended.length === 0 && waiting.length === 0 && !isWorth) return;
    this.#swept = false;
    try {
      await tenant.batch(writeSettlement(tenant, webhook.id, settlement));
      webhook.cursor = cursor;
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "conflict") throw error;
      // It was stopped, or is gone: what was sent was sent, and no more.
      session.ending = true;
      webhook.status = "paused";
      const last = writeLast(tenant, webhook.id, ended);
      if (last.length > 0) await tenant.batch(last);
      return;
    }
    // What waits in the log goes on, whatever becomes of this life of the object.
    const due = lanes.nextWaiting(Date.now());
    if (due !== null) await this.#alarmBy(Math.max(due, this.#health.restUntil));
  }

  async #alarmBy(time: number): Promise<void> {
    const { storage } = this.ctx;
    const set = await storage.getAlarm();
    if (set === null || set > time) await storage.setAlarm(Math.max(time, Date.now()));
  }
}

import { DurableObject } from "cloudflare:workers";
import { roomName, roomsLately } from "../conversations/room.ts";
import { getWorkspace } from "../gate/workspaces.ts";
import { logUnexpected } from "../http/log.ts";
import { Failure } from "../tenant/failure.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import type { WakeReason } from "../webhooks/endpoint-name.ts";
import { type News, readNews } from "../webhooks/news.ts";
import { wakeEndpoint } from "../webhooks/waking.ts";

/** Most callers that wait for news of one workspace at once; further ones are answered as if their time were up. */
const MAX_WAITING = 500;
/** Longest that anybody waits, in milliseconds. */
export const MAX_WAIT = 25_000;
/** News of one workspace goes on at most so often, in milliseconds: four times a second. */
const PAUSE = 250;
/** Rooms that look at once whether they may go on. */
const RECHECKED_AT_ONCE = 20;
/** How long it remembers that there is no webhook, in milliseconds; it is also told when they change. */
const NONE_KEPT = 10_000;
/** Webhooks are told of news at most so often, in milliseconds: what comes meanwhile is told together. */
const WEBHOOKS_PAUSE = 1_000;
/** So many webhooks are woken at once, and the next after so many milliseconds: visitors' turns go between. */
const WOKEN_AT_ONCE = 5;
const WOKEN_APART = 50;

/**
 * Where a workspace's news is waited for: one object per workspace, named by its id. It holds nothing that matters: when
 * it dies, whoever waited reads again, and finds in the database what there is. It also has the workspace's webhooks look
 * for events; where it dies before, housekeeping does.
 */
export class WorkspaceHub extends DurableObject<Env> {
  /** Changes with all news, and with each life of the object. */
  #news = crypto.randomUUID();
  /** When the last news was, as far as this life knows. */
  #toldAt = Date.now();
  #waiting = new Set<() => void>();
  #due: ReturnType<typeof setTimeout> | null = null;
  /** There is no webhook, until then. */
  #none = 0;
  /** The newest event that its webhooks were told to look at. */
  #read: number | null = null;
  /** When its webhooks are woken next, and when they were last. */
  #waking: ReturnType<typeof setTimeout> | null = null;
  #woken = 0;
  /** There was news since it began to wake them. */
  #again = false;

  /** What to pass to {@link wait}, asked before one reads what there is. */
  mark(): string {
    return this.#news;
  }

  /** {@link mark}, and whether there was news in the last so many milliseconds, or may have been. */
  told(ms: number): { mark: string; told: boolean } {
    return { mark: this.#news, told: this.#toldAt > Date.now() - ms };
  }

  /** Something was written in the workspace. */
  tell(): void {
    this.#due ??= setTimeout(() => {
      this.#due = null;
      this.#news = crypto.randomUUID();
      this.#toldAt = Date.now();
      for (const wake of this.#waiting) wake();
      this.#waiting.clear();
      this.#wakeSoon();
    }, PAUSE);
  }

  /** A webhook was made, changed or removed. @param webhookId one that was there before: it stops, or goes on anew */
  async webhooksChanged(webhookId?: string): Promise<void> {
    this.#none = 0;
    if (webhookId === undefined) return;
    const { shard } = await getWorkspace(this.env, this.#workspaceId);
    await this.#wake(shard, webhookId, "changed");
  }

  /** An inbox was changed: rooms of it in which something was said lately look which pages they may go on with. */
  async inboxChanged(inboxId: string): Promise<void> {
    const { shard } = await getWorkspace(this.env, this.#workspaceId);
    const tenant = new Tenant(shardDatabase(this.env, shard), {
      workspaceId: this.#workspaceId,
      inboxes: [inboxId],
      actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
      timeZone: "UTC",
    });
    const rooms = await roomsLately(tenant, inboxId);
    const next = rooms.values();
    const recheck = async () => {
      for (const room of next) await this.env.ROOM.getByName(roomName(room)).recheck(shard);
    };
    await Promise.all(Array.from({ length: RECHECKED_AT_ONCE }, recheck));
  }

  get #workspaceId(): string {
    return this.ctx.id.name ?? "";
  }

  #wake(shard: string, webhookId: string, reason: WakeReason, news: News | null = null): Promise<void> {
    return wakeEndpoint(this.env, { shard, workspaceId: this.#workspaceId, webhookId }, reason, news);
  }

  #wakeSoon(): void {
    if (Date.now() < this.#none) return;
    const pause = Math.max(0, this.#woken + WEBHOOKS_PAUSE - Date.now());
    if (this.#waking === null) this.#waking = setTimeout(() => void this.#wakeWebhooks(), pause);
    else this.#again = true;
  }

  /** What is not woken here, housekeeping finds. */
  async #wakeWebhooks(): Promise<void> {
    this.#again = false;
    try {
      const { shard, webhooks, read } = await readNews(this.env, this.#workspaceId, this.#read);
      if (webhooks.length === 0) this.#none = Date.now() + NONE_KEPT;
      this.#read = read.events.at(-1)?.seq ?? this.#read;
      for (const [i, { webhook, waits }] of webhooks.entries()) {
        if (i > 0 && i % WOKEN_AT_ONCE === 0)
          await new Promise((resolve) => setTimeout(resolve, WOKEN_APART));
        await this.#wake(shard, webhook.id, "news", { webhook, waits, read });
      }
      // There is more than was read at once.
      if (!read.whole) this.#again = true;
    } catch (error) {
      // The workspace was deleted.
      const isGone = error instanceof Failure && error.code === "not_found";
      if (!isGone) logUnexpected("hub", `webhooks of ${this.#workspaceId}`, error);
    }
    this.#woken = Date.now();
    this.#waking = null;
    if (this.#again) this.#wakeSoon();
  }

  /** Answers the new mark when there is news since `mark`, or the time is up. @param ms at most {@link MAX_WAIT} */
  async wait(mark: string, ms: number): Promise<string> {
    if (mark !== this.#news || this.#waiting.size >= MAX_WAITING) return this.#news;
    await new Promise<void>((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.min(ms, MAX_WAIT));
      this.#waiting.add(wake);
    });
    return this.#news;
  }
}

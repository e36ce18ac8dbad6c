import { DurableObject } from "cloudflare:workers";
import { logUnexpected } from "../http/log.ts";
import type { IndexedPart } from "../search/indexed-part.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { advanceIndexing } from "./rebuild.ts";

/** Where a workspace's data is, and its time zone. */
export interface WorkspaceHome {
  shard: string;
  timeZone: string;
}

/** How long it waits after a failure that is no job's own, twice as long after each, and at most. */
const FIRST_RETRY_MS = 2_000;
const LAST_RETRY_MS = 60 * 60_000;

/**
 * Drives the index work of one workspace, one slice for each alarm: rebuilds go one after the other, and an alarm that
 * was set outlives the process. One object per workspace, named by its id. What there is to do, and how far it is, is
 * in the workspace's own database; the object keeps only where that is.
 */
export abstract class WorkspaceIndexer extends DurableObject<Env> {
  /** Everything that is indexed. */
  protected abstract readonly parts: readonly IndexedPart[];

  /** Has it look for work at once, unless it is at it or waits to try again. */
  async wake(home: WorkspaceHome): Promise<void> {
    await this.ctx.storage.put("home", home);
    if ((await this.ctx.storage.getAlarm()) === null) await this.ctx.storage.setAlarm(Date.now());
  }

  /** Its workspace is gone: nothing is kept or due any more. */
  async forget(): Promise<void> {
    await this.ctx.storage.deleteAlarm();
    await this.ctx.storage.deleteAll();
  }

  override async alarm(): Promise<void> {
    const { storage } = this.ctx;
    const home = await storage.get<WorkspaceHome>("home");
    const workspaceId = this.ctx.id.name;
    if (!home || workspaceId === undefined) return;
    try {
      const tenant = new Tenant(shardDatabase(this.env, home.shard), {
        workspaceId,
        inboxes: null,
        actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
        timeZone: home.timeZone,
      });
      const wait = await advanceIndexing(tenant, { env: this.env, parts: this.parts });
      await storage.delete("failures");
      if (wait !== null) await storage.setAlarm(Date.now() + wait);
    } catch (error) {
      logUnexpected("indexing", `index work of ${workspaceId}`, error);
      const failures = (await storage.get<number>("failures")) ?? 0;
      await storage.put("failures", failures + 1);
      await storage.setAlarm(Date.now() + Math.min(FIRST_RETRY_MS * 2 ** failures, LAST_RETRY_MS));
    }
  }
}

/** Has a workspace's index work go on, when there is any. Can be repeated. */
export async function wakeIndexing(env: Env, workspaceId: string, home: WorkspaceHome): Promise<void> {
  await env.SEARCH_INDEXER.getByName(workspaceId).wake({ shard: home.shard, timeZone: home.timeZone });
}

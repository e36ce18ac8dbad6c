import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { forgetPastCalls } from "./calls/retention.ts";
import { settings } from "./control/schema.ts";
import { openDueSnoozes, workspacesWithDueSnoozes } from "./conversations/status.ts";
import { getWorkspace, listWorkspaces, type Workspace } from "./gate/workspaces.ts";
import { logUnexpected } from "./http/log.ts";
import { wakeIndexing } from "./indexing/indexer.ts";
import { workspacesWithIndexWork } from "./indexing/jobs.ts";
import { forgetPastGaps } from "./knowledge/gaps.ts";
import { purgeOAuth } from "./oauth/purge.ts";
import { forgetPast } from "./tenant/retention.ts";
import { shardDatabase, shardNames } from "./tenant/shards.ts";
import { Tenant } from "./tenant/tenant.ts";
import { forgetPastWebhooks } from "./webhooks/store.ts";

/** Workspaces that one run tidies up: about ten queries for each, of the thousand that an invocation may make. */
const WORKSPACES_AT_ONCE = 50;

/** A workspace's data as Parley itself sees and changes it. */
function ownTenant(env: Env, { id, shard, timeZone }: Pick<Workspace, "id" | "shard" | "timeZone">): Tenant {
  return new Tenant(shardDatabase(env, shard), {
    workspaceId: id,
    inboxes: null,
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
    timeZone,
  });
}

/** Does one workspace's share of a task. What fails is logged and keeps no other workspace from its own. */
async function share(task: string, workspaceId: string, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logUnexpected("scheduled", `housekeeping ${task} of ${workspaceId}`, error);
  }
}

/** Removes what was kept past its time, some workspaces a run, going round. */
async function forgetAll(env: Env, now: number): Promise<void> {
  const db = drizzle(env.CONTROL, { casing: "snake_case" });
  const [row] = await db
    .select({ after: settings.housekeepingAfter })
    .from(settings)
    .where(eq(settings.id, 1));
  const workspaces = await listWorkspaces(env, row?.after ?? "", WORKSPACES_AT_ONCE);
  for (const workspace of workspaces) {
    await share("past", workspace.id, async () => {
      const tenant = ownTenant(env, workspace);
      await tenant.batch([
        ...forgetPast(tenant, now),
        ...forgetPastCalls(tenant, now),
        ...forgetPastWebhooks(tenant, now),
        ...forgetPastGaps(tenant, now),
      ]);
    });
  }
  const last = workspaces.length === WORKSPACES_AT_ONCE ? workspaces.at(-1) : undefined;
  await db
    .update(settings)
    .set({ housekeepingAfter: last?.id ?? "" })
    .where(eq(settings.id, 1));
}

/** Opens the conversations whose snooze is over. */
async function openSnoozed(env: Env, now: number): Promise<void> {
  for (const shard of shardNames(env)) {
    for (const id of await workspacesWithDueSnoozes(shardDatabase(env, shard), now)) {
      await share("snoozes", id, async () => {
        // The time zone decides the day that a reopening counts on.
        await openDueSnoozes(ownTenant(env, await getWorkspace(env, id)), now);
      });
    }
  }
}

/** Wakes index work that nothing drives any more: its workspace's object lost its alarm, or was never told of it. */
async function wakeIndexers(env: Env): Promise<void> {
  for (const shard of shardNames(env)) {
    for (const id of await workspacesWithIndexWork(shardDatabase(env, shard))) {
      await share("indexes", id, async () => wakeIndexing(env, id, await getWorkspace(env, id)));
    }
  }
}

/**
 * What `scheduled()` does every hour: expired OAuth data; events, call log, idempotency keys, webhook deliveries,
 * replaced webhook secrets and unanswered questions past their time; snoozes that are over; index work that stands still. Each task runs
 * whatever became of the others; a failure is logged and the next run repeats it.
 */
export async function keepHouse(env: Env, now = Date.now()): Promise<void> {
  const tasks = {
    oauth: () => purgeOAuth(env),
    past: () => forgetAll(env, now),
    snoozes: () => openSnoozed(env, now),
    indexes: () => wakeIndexers(env),
  };
  for (const [name, task] of Object.entries(tasks)) {
    try {
      await task();
    } catch (error) {
      logUnexpected("scheduled", `housekeeping ${name}`, error);
    }
  }
}

import { z } from "zod";
import { sweepFiles, workspacesWithOldFiles } from "./attachments/removal.ts";
import { keptCalls } from "./calls/retention.ts";
import { contactBelongings } from "./catalogue.ts";
import { wakeOutbox } from "./channels/outbox-name.ts";
import { goOnErasing, workspacesErasing } from "./contacts/erase.ts";
import { inboxesWithQueued } from "./conversations/queued.ts";
import { openDueSnoozes, workspacesWithDueSnoozes } from "./conversations/status.ts";
import { wakeRestarted, workspacesWithRestarted } from "./flows/run/restarted.ts";
import { getWorkspace, type Workspace } from "./gate/workspaces.ts";
import { logUnexpected } from "./http/log.ts";
import { wakeIndexing } from "./indexing/indexer.ts";
import { workspacesWithIndexWork } from "./indexing/jobs.ts";
import { keptGaps } from "./knowledge/gaps.ts";
import { purgeOAuth } from "./oauth/purge.ts";
import { clearDeletedWorkspaces } from "./operator/removal.ts";
import { Failure } from "./tenant/failure.ts";
import { keptKeys } from "./tenant/idempotency.ts";
import { type Kept, overdueWorkspaces } from "./tenant/overdue.ts";
import { keptEvents } from "./tenant/retention.ts";
import { nearlyFull, shardDatabase, shardNames, shardSizes } from "./tenant/shards.ts";
import { Tenant } from "./tenant/tenant.ts";
import { keptWebhooks } from "./webhooks/store.ts";
import { wakeEndpoint, webhooksBehind } from "./webhooks/waking.ts";

/** Everything that is kept for a time only. */
const KEPT: readonly Kept[] = [keptEvents, keptKeys, ...keptCalls, ...keptWebhooks, ...keptGaps];

/** Statements that one run sends for what is past its time, of the thousand that an invocation may send. */
const MAX_STATEMENTS = 700;
/** And how long it begins new ones. */
const MAX_MS = 60_000;

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
    // A workspace that is being deleted: its rows go by themselves.
    if (error instanceof Failure && error.code === "not_found") return;
    logUnexpected("scheduled", `housekeeping ${task} of ${workspaceId}`, error);
  }
}

/**
 * Removes what was kept past its time, where there is some: from shard to shard and kind to kind, the longest overdue
 * workspaces first and some thousand rows of each, round and round until nothing is left or the run has done its share.
 * So a run removes up to half a million rows, and no kind, shard or workspace keeps the others waiting.
 */
async function forgetPast(env: Env, now: number): Promise<void> {
  const until = Date.now() + MAX_MS;
  let statements = 0;
  const spent = () => statements >= MAX_STATEMENTS || Date.now() >= until;
  const places = shardNames(env).flatMap((shard) => KEPT.map((kept) => ({ shard, kept, passed: [""] })));
  for (let open = places; open.length > 0; ) {
    const more: typeof places = [];
    for (const place of open) {
      if (spent()) return;
      const { shard, kept, passed } = place;
      statements += 1;
      const overdue = await overdueWorkspaces(shardDatabase(env, shard), kept, now, passed).catch((error) => {
        logUnexpected("scheduled", `housekeeping ${kept.name} on ${shard}`, error);
        return [];
      });
      for (const id of overdue) {
        if (spent()) return;
        // Passed over for the rest of the run unless rows went: it must not be found again and again.
        let removed = 0;
        await share(kept.name, id, async () => {
          const workspace = await getWorkspace(env, id);
          const tenant = ownTenant(env, workspace);
          const work = kept.forget(tenant, now);
          statements += 1 + work.length;
          removed = changesOf(await tenant.batch(work));
        });
        if (removed === 0) passed.push(id);
      }
      if (overdue.length > 0) more.push(place);
    }
    open = more;
  }
}

const changed = z.object({ meta: z.object({ changes: z.int() }) });

/** How many rows statements of a batch changed, all together. */
function changesOf(results: readonly unknown[]): number {
  return results.reduce<number>((sum, result) => sum + changed.parse(result).meta.changes, 0);
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

/** Goes on with erasing people where a call did not come to its end. */
async function goOnWithErasures(env: Env): Promise<void> {
  for (const shard of shardNames(env)) {
    for (const id of await workspacesErasing(shardDatabase(env, shard))) {
      await share("erasures", id, async () => {
        await goOnErasing(ownTenant(env, await getWorkspace(env, id)), contactBelongings);
      });
    }
  }
}

/** Deletes files that are nobody's, see `sweepFiles`. */
async function sweepUntaken(env: Env, now: number): Promise<void> {
  for (const shard of shardNames(env)) {
    for (const id of await workspacesWithOldFiles(shardDatabase(env, shard), now)) {
      await share("files", id, async () => sweepFiles(ownTenant(env, await getWorkspace(env, id)), env, now));
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

/** The cron trigger of {@link wakeWebhooks} and {@link wakeOutboxes}, as wrangler.jsonc has it. */
export const EVERY_TWO_MINUTES = "*/2 * * * *";

/** Wakes webhooks that are behind and that nobody woke: news was lost with the process that had it. */
export async function wakeWebhooks(env: Env, now = Date.now()): Promise<void> {
  for (const shard of shardNames(env)) {
    const behind = await webhooksBehind(shardDatabase(env, shard), now).catch((error: unknown) => {
      logUnexpected("scheduled", `housekeeping webhooks on ${shard}`, error);
      return [];
    });
    for (const { workspaceId, webhookId } of behind) {
      await share("webhooks", workspaceId, () =>
        wakeEndpoint(env, { shard, workspaceId, webhookId }, "sweep"),
      );
    }
  }
}

/** Wakes outboxes in which something waits: news was lost with the process that had it. */
export async function wakeOutboxes(env: Env): Promise<void> {
  for (const shard of shardNames(env)) {
    const waiting = await inboxesWithQueued(shardDatabase(env, shard)).catch((error: unknown) => {
      logUnexpected("scheduled", `housekeeping outboxes on ${shard}`, error);
      return [];
    });
    for (const where of waiting) {
      await share("outboxes", where.workspaceId, () => wakeOutbox(env, shard, where, "swept"));
    }
  }
}

/** Has sessions begin that publishing restarted, and that nobody woke. */
async function beginRestarted(env: Env): Promise<void> {
  for (const shard of shardNames(env)) {
    for (const id of await workspacesWithRestarted(shardDatabase(env, shard))) {
      await share("restarted flows", id, async () => {
        const workspace = await getWorkspace(env, id);
        if (workspace.suspendedAt === null) await wakeRestarted(env, ownTenant(env, workspace), shard);
      });
    }
  }
}

/** Says in the log which shards will soon take nothing more: a database holds 10 GB, and refuses writes from then on. */
async function watchShards(env: Env): Promise<void> {
  for (const size of (await shardSizes(env)).filter(nearlyFull)) {
    console.warn(JSON.stringify({ level: "warning", at: "scheduled housekeeping shards", ...size }));
  }
}

/**
 * What `scheduled()` does every ten minutes: expired OAuth data; events, call log, idempotency keys, webhook deliveries,
 * replaced webhook secrets and unanswered questions past their time; snoozes that are over; people whose erasure was begun; index work that stands
 * still; webhooks that are behind; messages that wait to go out; flows that publishing restarted and nobody woke; shards
 * that are nearly full; what deleted workspaces had. Each task
 * runs whatever became of the others; a failure is logged and the next run
 * repeats it.
 */
export async function runHousekeeping(env: Env, now = Date.now()): Promise<void> {
  const tasks = {
    oauth: () => purgeOAuth(env),
    past: () => forgetPast(env, now),
    snoozes: () => openSnoozed(env, now),
    erasures: () => goOnWithErasures(env),
    files: () => sweepUntaken(env, now),
    indexes: () => wakeIndexers(env),
    webhooks: () => wakeWebhooks(env, now),
    outboxes: () => wakeOutboxes(env),
    flows: () => beginRestarted(env),
    shards: () => watchShards(env),
    deleted: () => clearDeletedWorkspaces(env),
  };
  for (const [name, task] of Object.entries(tasks)) {
    try {
      await task();
    } catch (error) {
      logUnexpected("scheduled", `housekeeping ${name}`, error);
    }
  }
}

import { and, asc, eq, gt, lte, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { type ChatbotGuard, type ChatbotRemoval, checkChatbot } from "../chatbots/store.ts";
import type { TargetSettings } from "../http/targets.ts";
import { sharedWithHidden } from "../inboxes/shared.ts";
import { newestSeq, recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import type { Kept } from "../tenant/overdue.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { mustChange } from "../tenant/writes.ts";
import { callOffDue } from "./deliveries.ts";
import { keptDeliveries, removeDeliveries, removeDeliveriesOfChatbot } from "./forgetting.ts";
import { type Webhook, type WebhookStatus, webhooks } from "./schema.ts";
import { newSecret, type SecretOwner, sealSecret } from "./signing.ts";
import { checkedEvents, checkedUrl } from "./subscription.ts";

/** What the store needs of the deployment: where it may call, and what secrets are sealed with. */
export type WebhookSettings = TargetSettings & Pick<Env, "PARLEY_SECRET">;

export const MAX_WEBHOOKS = 50;
/** How long the secret before signs as well, so that a receiver has time to take over the new one. */
export const ROTATION_MS = 24 * 60 * 60_000;

/** Whose secret it is. */
export function secretOwner(settings: WebhookSettings, tenant: Tenant, webhookId: string): SecretOwner {
  return { deploymentSecret: settings.PARLEY_SECRET, workspaceId: tenant.workspaceId, webhookId };
}

/**
 * Of a webhook that a caller limited to inboxes may see and change: one that gets events of no other inboxes. Those
 * without a list get all events.
 */
function visible(tenant: Tenant): SQL | undefined {
  if (tenant.inboxes === null) return undefined;
  return sql`${webhooks.inboxIds} IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM json_each(${webhooks.inboxIds}) AS own
    WHERE own.value NOT IN (SELECT value FROM json_each(${JSON.stringify(tenant.inboxes)})))`;
}

/** @throws Failure `not_found`, also for webhooks of inboxes that the caller may not see */
export async function getWebhook(tenant: Tenant, id: string): Promise<Webhook> {
  const [row] = await tenant.db
    .select()
    .from(webhooks)
    .where(tenant.of(webhooks, eq(webhooks.id, id), visible(tenant)));
  if (!row) throw notFound("webhook", id);
  const { workspaceId: _, ...webhook } = row;
  return webhook;
}

/** Webhooks in the order they were made. */
export async function listWebhooks(
  tenant: Tenant,
  options: { chatbotId?: string; cursor?: string; limit: number },
): Promise<Page<Webhook>> {
  const { chatbotId, cursor, limit } = options;
  const scope: CursorScope = {
    list: "webhooks",
    tenant,
    filters: chatbotId,
  };
  const after = cursor && (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const rows = await tenant.db
    .select()
    .from(webhooks)
    .where(
      tenant.of(
        webhooks,
        chatbotId === undefined ? undefined : eq(webhooks.chatbotId, chatbotId),
        after ? gt(webhooks.id, after) : undefined,
        visible(tenant),
      ),
    )
    .orderBy(asc(webhooks.id))
    .limit(limit + 1);
  return pageOf(
    scope,
    rows.map(({ workspaceId: _, ...webhook }) => webhook),
    limit,
    ({ id }) => [id],
  );
}

export interface NewWebhook {
  chatbotId?: string;
  url: string;
  /** Event types, or `*` for all. */
  events: readonly string[];
  description?: string;
}

/**
 * Makes an active webhook. It gets the events of the inboxes that the caller is limited to, and never others, whoever
 * changes it later.
 * @returns the webhook and its secret, which is readable here and never again
 * @throws Failure `invalid_input`; `not_found` for the chatbot; `not_allowed` when there are {@link MAX_WEBHOOKS}
 */
export async function createWebhook(
  tenant: Tenant,
  settings: WebhookSettings,
  input: NewWebhook,
): Promise<{ webhook: Webhook; secret: string }> {
  const [url, events] = [checkedUrl(settings, input.url), checkedEvents(input.events)];
  await checkChatbot(tenant, input.chatbotId);
  const at = tenant.now();
  const id = newId("webhook", at);
  const secret = newSecret();
  const row = {
    id,
    chatbotId: input.chatbotId ?? null,
    inboxIds: tenant.inboxes && [...tenant.inboxes],
    url,
    description: input.description ?? "",
    events,
    status: "active" as const,
    secret: await sealSecret(secret, secretOwner(settings, tenant, id)),
    // It gets what happens from here on.
    cursor: newestSeq(tenant),
    revision: 1,
    createdAt: at,
    updatedAt: at,
  };
  const others = sql`(SELECT count(*) FROM ${webhooks} WHERE ${tenant.of(webhooks)})`;
  await tenant
    .batch([
      tenant.assertThat(sql`${others} < ${MAX_WEBHOOKS}`),
      tenant.db.insert(webhooks).values(tenant.row(row)),
    ])
    .catch((error) => {
      if (!(error instanceof Failure) || error.code !== "conflict") throw error;
      throw new Failure("not_allowed", `A workspace has at most ${MAX_WEBHOOKS} webhooks.`, {
        hint: "Delete one that is no longer needed.",
      });
    });
  return { webhook: await getWebhook(tenant, id), secret };
}

type Changes = Partial<Omit<Webhook, "id" | "cursor" | "revision" | "createdAt" | "updatedAt">> & {
  cursor?: SQL;
};

/** What a change writes, beside statements that belong into its batch. Null: nothing changes. */
interface Change {
  set: Changes;
  also?: Statement[];
}

/** Changes a webhook whole, also when others change it at the same time. @param plan may run several times */
async function change(
  tenant: Tenant,
  id: string,
  plan: (before: Webhook, at: number) => Promise<Change | null> | Change | null,
): Promise<Webhook> {
  await retryOnConflict(async () => {
    const before = await getWebhook(tenant, id);
    const at = tenant.now();
    const planned = await plan(before, at);
    if (planned === null) return;
    await tenant.batch([
      ...mustChange(
        tenant,
        tenant.db
          .update(webhooks)
          .set({ ...planned.set, revision: before.revision + 1, updatedAt: at })
          .where(tenant.of(webhooks, and(eq(webhooks.id, id), eq(webhooks.revision, before.revision)))),
      ),
      ...(planned.also ?? []),
    ]);
  });
  return getWebhook(tenant, id);
}

export interface WebhookChanges {
  url?: string;
  events?: readonly string[];
  status?: Exclude<WebhookStatus, "disabled">;
  description?: string;
}

/**
 * Changes the named fields. Pausing calls off the attempts that were to follow; setting active ends a pause and what
 * Parley disabled, and tells what happens from then on.
 * @throws Failure `not_found`, `invalid_input`
 */
export function updateWebhook(
  tenant: Tenant,
  settings: WebhookSettings,
  id: string,
  changes: WebhookChanges,
): Promise<Webhook> {
  const { status } = changes;
  const set: Changes = {
    ...(changes.url === undefined ? {} : { url: checkedUrl(settings, changes.url) }),
    ...(changes.events === undefined ? {} : { events: checkedEvents(changes.events) }),
    ...(changes.description === undefined ? {} : { description: changes.description }),
    ...(status === undefined ? {} : { status, disabledReason: null }),
  };
  return change(tenant, id, (before) => {
    const isSame = Object.entries(set).every(
      ([field, value]) => JSON.stringify(Reflect.get(before, field)) === JSON.stringify(value),
    );
    if (isSame) return null;
    // What happened meanwhile is not told; `list_events` has it.
    const isResumed = status === "active" && before.status !== "active";
    return {
      set: isResumed ? { ...set, cursor: newestSeq(tenant) } : set,
      also: status === "paused" ? [callOffDue(tenant, id)] : [],
    };
  });
}

/**
 * Stops a webhook because its receiver does not answer as it should, with the event `webhook.disabled`. One that is
 * not active stays as it is.
 * @param reason for people, one sentence
 */
export function disableWebhook(tenant: Tenant, id: string, reason: string): Promise<Webhook> {
  return change(tenant, id, (before, at) =>
    before.status !== "active"
      ? null
      : {
          set: { status: "disabled", disabledReason: reason },
          also: [
            recordEvent(
              tenant,
              {
                type: "webhook.disabled",
                subjectId: id,
                inboxId: null,
                data: { chatbotId: before.chatbotId },
              },
              { at },
            ),
            callOffDue(tenant, id),
          ],
        },
  );
}

/**
 * Gives a webhook a new secret.
 * @param expireOld `24h`: the one before signs as well for {@link ROTATION_MS}; `now`: none but the new one signs from
 * here on
 * @returns the webhook and its new secret, which is readable here and never again
 * @throws Failure `not_found`; `conflict` when two secrets are valid already and none is to end now
 */
export async function regenerateSecret(
  tenant: Tenant,
  settings: WebhookSettings,
  id: string,
  expireOld: "24h" | "now",
): Promise<{ webhook: Webhook; secret: string }> {
  const secret = newSecret();
  const sealed = await sealSecret(secret, secretOwner(settings, tenant, id));
  const webhook = await change(tenant, id, (before, at) => {
    if (expireOld === "now") return { set: { secret: sealed, oldSecret: null, oldSecretUntil: null } };
    if (before.oldSecretUntil !== null && at < before.oldSecretUntil) {
      const until = time.parse(before.oldSecretUntil);
      throw new Failure("conflict", `The secret before the current one is valid until ${until}.`, {
        hint: "Wait until then, or pass expireOld now, which ends both at once.",
      });
    }
    return { set: { secret: sealed, oldSecret: before.secret, oldSecretUntil: at + ROTATION_MS } };
  });
  return { webhook, secret };
}

/** What is in the feed by now is told to no webhook: a past that was taken in. */
export async function skipPast(tenant: Tenant): Promise<void> {
  await tenant.db
    .update(webhooks)
    .set({ cursor: newestSeq(tenant) })
    .where(tenant.of(webhooks));
}

/** Deletes a webhook with its delivery log. @throws Failure `not_found` */
export async function deleteWebhook(tenant: Tenant, id: string): Promise<void> {
  await getWebhook(tenant, id);
  await tenant
    .batch(mustChange(tenant, tenant.db.delete(webhooks).where(tenant.of(webhooks, eq(webhooks.id, id)))))
    .catch((error) => {
      throw error instanceof Failure && error.code === "conflict" ? notFound("webhook", id) : error;
    });
  await removeDeliveries(tenant, id);
}

/** Replaced secrets that no longer sign, and the log. */
export const keptWebhooks: readonly Kept[] = [
  {
    name: "replaced webhook secrets",
    table: webhooks,
    oldest: sql`SELECT min(old_secret_until) FROM webhooks WHERE workspace_id = of.id`,
    before: (now) => now + 1,
    forget: (tenant, now) => [
      tenant.db
        .update(webhooks)
        .set({ oldSecret: null, oldSecretUntil: null, revision: sql`revision + 1` })
        .where(tenant.of(webhooks, lte(webhooks.oldSecretUntil, now))),
    ],
  },
  ...keptDeliveries,
];

/** A limited caller deletes no chatbot with webhooks that it may not see. */
export const webhookGuard: ChatbotGuard = async (tenant, chatbotId) => {
  const seen = visible(tenant);
  if (seen === undefined) return;
  const [hidden] = await tenant.db
    .select({ id: webhooks.id })
    .from(webhooks)
    .where(tenant.of(webhooks, eq(webhooks.chatbotId, chatbotId), sql`NOT (${seen})`))
    .limit(1);
  if (hidden) throw sharedWithHidden("This chatbot");
};

/** Takes a chatbot's webhooks along when it is deleted, with their logs. */
export const webhookRemoval: ChatbotRemoval = (tenant, chatbotId) => [
  ...removeDeliveriesOfChatbot(tenant, chatbotId),
  tenant.db.delete(webhooks).where(tenant.of(webhooks, eq(webhooks.chatbotId, chatbotId))),
];

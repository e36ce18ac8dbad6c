import { z } from "zod";
import { type Content, Time } from "./layout.tsx";
import { Plain } from "./listing.tsx";
import { use } from "./use.ts";
import { param, type Visit } from "./visit.ts";

/** The webhook that a page's address names, as tools take it. */
export function ofWebhook(visit: Visit): { webhookId: string } {
  return { webhookId: param(visit, "webhook") };
}

/** The page of the webhook again. */
export function hereOf(visit: Visit): string {
  return `/webhooks/${param(visit, "webhook")}`;
}

const secretSchema = z.object({ secret: z.string(), webhook: z.object({ url: z.string() }) });

/** The one time that a webhook's secret is shown. */
export function secretOf(visit: Visit, answer: Record<string, unknown>): Content {
  const { secret, webhook } = secretSchema.parse(answer);
  const { words } = visit;
  return {
    title: words.webhookPage.secret,
    at: "/webhooks",
    body: (
      <>
        <p>{words.webhookPage.once(webhook.url)}</p>
        <p class="secret">
          <code data-copyable>{secret}</code>
        </p>
        <p>
          <a class="button" href="?">
            {words.tokens.kept}
          </a>
        </p>
      </>
    ),
  };
}

const webhookSchema = z.object({
  webhook: z.object({
    url: z.string(),
    description: z.string(),
    events: z.array(z.string()),
    status: z.string(),
    delivering: z.boolean(),
    reason: z.string().nullable(),
    oldSecretValidUntil: z.string().nullable(),
    updatedAt: z.string(),
  }),
});

/** What is known of the webhook whose deliveries are listed below. */
export async function Webhook({ visit }: { visit: Visit }) {
  const { webhook } = webhookSchema.parse(await use(visit, "get_webhook", ofWebhook(visit)));
  const { words } = visit;
  return (
    <dl>
      <dt>{words.columns.address}</dt>
      <dd>
        <code>{webhook.url}</code>
      </dd>
      <dt>{words.columns.description}</dt>
      <dd>
        <Plain text={webhook.description} />
      </dd>
      <dt>{words.columns.status}</dt>
      <dd>
        <span class={webhook.delivering ? "tag active" : "tag revoked"}>
          {words.values[webhook.status as keyof typeof words.values] ?? webhook.status}
        </span>{" "}
        {webhook.reason}
      </dd>
      <dt>{words.columns.events}</dt>
      <dd>{webhook.events.join(", ")}</dd>
      <dt>{words.columns.updated}</dt>
      <dd>
        <Time visit={visit} at={webhook.updatedAt} />
      </dd>
      {webhook.oldSecretValidUntil && (
        <>
          <dt>{words.webhookPage.oldSecret}</dt>
          <dd>
            <Time visit={visit} at={webhook.oldSecretValidUntil} />
          </dd>
        </>
      )}
    </dl>
  );
}

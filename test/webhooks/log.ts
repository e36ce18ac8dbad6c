import { env } from "cloudflare:workers";
import { firstIdAt } from "../../src/tenant/ids.ts";
import type { AttemptState } from "../../src/webhooks/schema.ts";

let filled = 0;

/** Puts attempts of different events into a webhook's log, made in SQL in one go; their bodies name the state. */
export async function fillLog(
  workspaceId: string,
  webhookId: string,
  options: { count: number; state: AttemptState; at: number; latest?: boolean },
): Promise<void> {
  const { count, state, at, latest = true } = options;
  const batch = `f${++filled}x`;
  await env.TENANT_1.prepare(
    `WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < ?1)
     INSERT INTO webhook_deliveries (workspace_id, id, webhook_id, message_id, event_seq, event_type, attempt, trigger,
       state, request_body, latest, created_at)
     SELECT ?2, ?3 || printf('%s%08d', ?4, k.i), ?5, 'msg_' || ?4 || k.i, k.i, 'contact.created', 1, 'auto', ?6,
       json_object('type', ?6), ?7, ?8 FROM k`,
  )
    .bind(count, workspaceId, firstIdAt("delivery", at), batch, webhookId, state, latest ? 1 : 0, at)
    .run();
}

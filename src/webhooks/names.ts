import type { Call } from "../calls/define.ts";
import type { NameLookup } from "../calls/references.ts";
import type { NamedThing } from "../tenant/failure.ts";
import { listWebhooks, MAX_WEBHOOKS } from "./store.ts";

async function webhooksNamed({ tenant }: Call): Promise<NamedThing[]> {
  const { items } = await listWebhooks(tenant, { limit: MAX_WEBHOOKS });
  return items.map(({ id, url, description }) => ({ id, name: description === "" ? url : description }));
}

/** Webhooks, by their description or, in any case, their address. A workspace has few. */
export const webhookNames: NameLookup = {
  kind: "webhook",
  noun: "webhook",
  list: "list_webhooks",
  scope: "webhooks:read",
  async called({ tenant }, name) {
    const { items } = await listWebhooks(tenant, { limit: MAX_WEBHOOKS });
    const meant = items.filter(({ url, description }) => url === name || description === name);
    return meant.map(({ id, url }) => ({ id, name: url }));
  },
  near: (call) => webhooksNamed(call),
};

import { desc, inArray, sql } from "drizzle-orm";
import { listCustomFields, MAX_CUSTOM_FIELDS } from "../../contacts/custom-fields.ts";
import { listTags, resolveTags } from "../../contacts/tags.ts";
import { CHANNEL_ABILITIES } from "../../inboxes/channels.ts";
import { channelsServed } from "../../inboxes/store.ts";
import { Failure } from "../../tenant/failure.ts";
import type { Tenant } from "../../tenant/tenant.ts";
import type { ChannelLimits } from "../graph/channel-problems.ts";
import type { Draft } from "../graph/document.ts";
import type { KnownNames } from "../graph/validate.ts";
import { flows } from "../schema.ts";

/** Tags and flows read to offer near names; what a flow names is looked up besides. */
const MAX_OFFERED = 100;
/** Unknown tags looked up one by one; the rest of a flow that names more is called unknown without looking. */
const MAX_LOOKED_UP = 50;

/**
 * What exists in the workspace of the names that a draft uses. Reads a bounded number of rows whatever the workspace
 * holds, and nothing of a kind that the draft does not name.
 * @param flowId the flow's own id, if it is stored
 * @param assignable whom conversations can be given to; not looked at where it is left out
 */
export async function knownNames(
  tenant: Tenant,
  draft: Draft,
  flowId?: string,
  assignable?: () => Promise<readonly { id: string }[]>,
): Promise<KnownNames> {
  const named = (types: string[], field: string) => [
    ...new Set(
      draft.nodes
        .filter(({ type }) => types.includes(type))
        .map(({ data }) => data[field])
        .filter((name) => typeof name === "string"),
    ),
  ];
  const givesTo = named(["handoff"], "assignee").length > 0;
  const [tags, fields, targets, categories, people, channels] = await Promise.all([
    knownTags(tenant, named(["add_tag", "remove_tag"], "tag")),
    knownFields(tenant),
    knownFlows(tenant, named(["goto"], "flowId")),
    knownCategories(tenant, draft),
    givesTo ? assignable?.() : undefined,
    flowId === undefined ? [] : channelsOf(tenant, flowId),
  ]);
  return {
    channels,
    tags,
    fields,
    flows: targets,
    flowId,
    categories,
    assignable: people?.map(({ id }) => id),
  };
}

/** The channels of the inboxes that the flow's chatbot really answers in, with what they can show. */
async function channelsOf(tenant: Tenant, flowId: string): Promise<ChannelLimits[]> {
  const chatbotId = sql`(SELECT f.chatbot_id FROM flows f
    WHERE f.workspace_id = ${tenant.workspaceId} AND f.id = ${flowId})`;
  const channels = await channelsServed(tenant, chatbotId);
  return channels.map((channel) => ({ channel, ...CHANNEL_ABILITIES[channel] }));
}

/** Those of the categories that the draft names. Knowledge stands above flows, so its rows are asked for by name. */
async function knownCategories(tenant: Tenant, draft: Draft): Promise<string[]> {
  const named = draft.nodes.flatMap(({ type, data }) =>
    type === "ai_answer" ? [data.categoryIds].flat() : [],
  );
  const ids = [...new Set(named.filter((id) => typeof id === "string"))];
  if (ids.length === 0) return [];
  const rows = await tenant.db.all<{ id: string }>(sql`SELECT id FROM kb_categories
    WHERE workspace_id = ${tenant.workspaceId} AND id IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`);
  return rows.map(({ id }) => id);
}

async function knownTags(tenant: Tenant, used: string[]): Promise<string[]> {
  if (used.length === 0) return [];
  const { items } = await listTags(tenant, { limit: MAX_OFFERED });
  const offered = items.map(({ name }) => name);
  const others = used.filter((name) => !offered.includes(name));
  if (await tagsExist(tenant, others)) return [...offered, ...others];
  const found = await Promise.all(
    others.slice(0, MAX_LOOKED_UP).map(async (name) => ((await tagsExist(tenant, [name])) ? [name] : [])),
  );
  return [...offered, ...found.flat()];
}

/** Whether all of these exist. Tags are the same without regard to case and width: for the contacts' store to judge. */
async function tagsExist(tenant: Tenant, names: string[]): Promise<boolean> {
  try {
    await resolveTags(tenant, { names });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "not_found") return false;
    throw error;
  }
}

async function knownFields(tenant: Tenant): Promise<string[]> {
  const { items } = await listCustomFields(tenant, { limit: MAX_CUSTOM_FIELDS });
  return items.map(({ key }) => key);
}

async function knownFlows(tenant: Tenant, used: string[]): Promise<{ id: string; published: boolean }[]> {
  if (used.length === 0) return [];
  const columns = { id: flows.id, published: flows.publishedVersionId };
  const ids = sql`(SELECT value FROM json_each(${JSON.stringify(used)}))`;
  const [named, offered] = await Promise.all([
    tenant.db
      .select(columns)
      .from(flows)
      .where(tenant.of(flows, inArray(flows.id, ids))),
    tenant.db.select(columns).from(flows).where(tenant.of(flows)).orderBy(desc(flows.id)).limit(MAX_OFFERED),
  ]);
  return [...named, ...offered].map(({ id, published }) => ({ id, published: published !== null }));
}

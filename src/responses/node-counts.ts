import { eq, gte, lte, type SQL, sql } from "drizzle-orm";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { responseNodeCounts } from "./schema.ts";

/** Where and when a response began: what its nodes are counted under. */
interface Place {
  chatbotId: string | null;
  inboxId: string | null;
  /** `YYYY-MM-DD`, in the workspace's time zone. */
  day: string;
}

/** The statements that count nodes, as `<flow>/<node>`, which a response reached or answered for the first time. */
export function countNodes(
  tenant: Tenant,
  { chatbotId, inboxId, day }: Place,
  nodes: { reached: readonly string[]; answered: readonly string[] },
): Statement[] {
  if (nodes.reached.length === 0 && nodes.answered.length === 0) return [];
  const once = (keys: readonly string[]) => Object.fromEntries(keys.map((key) => [key, 1]));
  const row = {
    ...{ chatbotId: chatbotId ?? "", inboxId: inboxId ?? "", day },
    ...{ reached: once(nodes.reached), answered: once(nodes.answered) },
  };
  return [
    tenant.db
      .insert(responseNodeCounts)
      .values(tenant.row(row))
      .onConflictDoUpdate({
        target: [
          responseNodeCounts.workspaceId,
          responseNodeCounts.chatbotId,
          responseNodeCounts.day,
          responseNodeCounts.inboxId,
        ],
        set: { reached: added(sql`reached`), answered: added(sql`answered`) },
      }),
  ];
}

/** The counts of a column with those of the new row added, key by key. */
function added(column: SQL): SQL {
  return sql`(SELECT json_group_object(key, total) FROM (
    SELECT key, sum(value) AS total FROM (
      SELECT key, value FROM json_each(response_node_counts.${column})
      UNION ALL SELECT key, value FROM json_each(excluded.${column})
    ) GROUP BY key))`;
}

/** A node that waits for the visitor: how many responses came to it, and how many were led on by what was said there. */
export interface NodeCount {
  flowId: string;
  nodeId: string;
  reached: number;
  /** At most `reached`; the difference is who dropped off there or ran into its timeout. */
  answered: number;
}

/**
 * How far the responses of a chatbot came that began on these days, both included, in inboxes that the caller may see:
 * the nodes that most came to first. Each response counts once for a node, however often it came there; nodes of other
 * flows that the chatbot's flow goes on to are among them. Reads one row for each day and inbox with responses.
 * @param fromDay `YYYY-MM-DD`
 */
export async function readDropOff(
  tenant: Tenant,
  chatbotId: string,
  fromDay: string,
  toDay: string,
): Promise<NodeCount[]> {
  const rows = await tenant.db
    .select({ reached: responseNodeCounts.reached, answered: responseNodeCounts.answered })
    .from(responseNodeCounts)
    .where(
      tenant.of(
        responseNodeCounts,
        eq(responseNodeCounts.chatbotId, chatbotId),
        gte(responseNodeCounts.day, fromDay),
        lte(responseNodeCounts.day, toDay),
        tenant.visible(responseNodeCounts.inboxId),
      ),
    );
  const counts = new Map<string, NodeCount>();
  for (const { reached, answered } of rows) {
    for (const [key, value] of Object.entries(reached)) {
      const [flowId = "", nodeId = ""] = key.split("/");
      const count = counts.get(key) ?? { flowId, nodeId, reached: 0, answered: 0 };
      count.reached += value;
      count.answered += answered[key] ?? 0;
      counts.set(key, count);
    }
  }
  return [...counts.values()].sort((a, b) => b.reached - a.reached || (a.nodeId < b.nodeId ? -1 : 1));
}

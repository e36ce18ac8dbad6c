import { readNodeCounts } from "../figures/day-counts.ts";
import type { Tenant } from "../tenant/tenant.ts";

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
 * flows that the chatbot's flow goes on to are among them. Reads one row for each day and inbox.
 * @param fromDay `YYYY-MM-DD`
 */
export async function readDropOff(
  tenant: Tenant,
  chatbotId: string,
  fromDay: string,
  toDay: string,
): Promise<NodeCount[]> {
  const counts = await readNodeCounts(tenant, { from: fromDay, to: toDay, chatbotId });
  const reached = [...counts].filter(([metric]) => metric.startsWith("reached "));
  return reached
    .map(([metric, count]) => {
      const node = metric.slice("reached ".length);
      const [flowId = "", nodeId = ""] = node.split("/");
      return { flowId, nodeId, reached: count, answered: counts.get(`answered ${node}`) ?? 0 };
    })
    .sort((a, b) => b.reached - a.reached || (a.nodeId < b.nodeId ? -1 : 1));
}

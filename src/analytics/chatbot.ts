import { z } from "zod";
import { getChatbot } from "../chatbots/store.ts";
import { getFlow, mainFlow } from "../flows/edit/store.ts";
import { getVersion } from "../flows/edit/versions.ts";
import type { DraftNode } from "../flows/graph/document.ts";
import { dropOffOf, type NodeCount } from "../responses/drop-off.ts";
import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import {
  countOf,
  periodOutput,
  rate,
  rateOutput,
  readPeriod,
  showPeriod,
  trendOf,
  trendOutput,
} from "./figures.ts";

/** Nodes that are answered, those that most came to first. */
const MAX_NODES = 100;
/** Flows that the chatbot's own leads to of which nodes are named. */
const MAX_FLOWS = 10;
/** Longest label. */
const MAX_LABEL = 80;

export const chatbotFiguresOutput = z.object({
  chatbot: z.object({ id: z.string(), name: z.string() }),
  period: periodOutput,
  responses: z
    .object({ started: z.int(), completed: z.int(), completionRate: rateOutput })
    .describe("Of its own flow, begun in these days; the rate is 0 to 1, null without any"),
  sentFlows: z
    .object({ started: z.int(), completed: z.int() })
    .describe("Automation flows sent into its inboxes, in none of the other figures"),
  dropOff: z
    .array(
      z.object({
        flowId: z.string(),
        nodeId: z.string(),
        type: z.string().nullable().describe("null: not in the published flow any more"),
        label: z.string().nullable(),
        reached: z.int(),
        answered: z.int(),
        dropOffRate: rateOutput.describe("Of those that came to it, the share that did not go on"),
      }),
    )
    .describe("Nodes that wait for the visitor, the most visited first, at most 100"),
  trend: trendOutput,
});

/**
 * Responses, completion and drop-off of a chatbot over the last days, in the caller's inboxes.
 * @throws Failure `not_found`
 */
export async function chatbotFigures(
  tenant: Tenant,
  { chatbotId, days }: { chatbotId: string; days: number },
): Promise<z.input<typeof chatbotFiguresOutput>> {
  const [{ id, name }, period] = await Promise.all([
    getChatbot(tenant, chatbotId),
    readPeriod(tenant, days, { chatbotId, nodes: true }),
  ]);
  const { total, byDay } = period;
  const shown = showPeriod(tenant, period);
  const nodes = dropOffOf(period.rows).slice(0, MAX_NODES);
  const known = await publishedNodes(tenant, chatbotId, nodes);
  const started = countOf(total, "responses_started");
  const completed = countOf(total, "responses_completed");
  return {
    chatbot: { id, name },
    period: shown,
    responses: { started, completed, completionRate: rate(completed, started) },
    sentFlows: {
      started: countOf(total, "sent_flows_started"),
      completed: countOf(total, "sent_flows_completed"),
    },
    dropOff: nodes.map(({ flowId, nodeId, reached, answered }) => {
      const node = known.get(`${flowId}/${nodeId}`);
      return {
        flowId,
        nodeId,
        type: node?.type ?? null,
        label: node ? labelOf(node) : null,
        reached,
        answered,
        dropOffRate: rate(reached - answered, reached),
      };
    }),
    trend: trendOf(period, {
      started: (day) => countOf(byDay.get(day), "responses_started"),
      completed: (day) => countOf(byDay.get(day), "responses_completed"),
    }),
  };
}

/** The nodes of the published flows that these counts speak of, as `<flow>/<node>`. */
async function publishedNodes(
  tenant: Tenant,
  chatbotId: string,
  counts: readonly NodeCount[],
): Promise<Map<string, DraftNode>> {
  const main = await mainFlow(tenant, chatbotId);
  const others = new Set(counts.map(({ flowId }) => flowId).filter((id) => id !== main?.id));
  const wanted = [...(main ? [main.id] : []), ...[...others].slice(0, MAX_FLOWS)];
  const found = await Promise.all(
    wanted.map(async (flowId) => {
      const nodes = await liveNodes(tenant, flowId);
      return nodes.map((node): [string, DraftNode] => [`${flowId}/${node.id}`, node]);
    }),
  );
  return new Map(found.flat());
}

async function liveNodes(tenant: Tenant, flowId: string): Promise<DraftNode[]> {
  try {
    return (await getVersion(tenant, await getFlow(tenant, { flowId }), "live")).graph.nodes;
  } catch (error) {
    // Deleted, or never published.
    if (error instanceof Failure && error.code === "not_found") return [];
    throw error;
  }
}

/** What a node is called: its label, or else what it says. */
function labelOf({ data }: DraftNode): string | null {
  const texts = [data.label, data.text, data.question].filter(
    (text): text is string => typeof text === "string" && text.trim() !== "",
  );
  return texts[0]?.slice(0, MAX_LABEL).toWellFormed() ?? null;
}

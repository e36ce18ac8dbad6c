import { z } from "zod";
import { Failure } from "../../tenant/failure.ts";
import { use } from "../use.ts";
import type { Visit } from "../visit.ts";
import { ofChatbot, type ReadFlow } from "./draft.ts";

const figures = z.object({
  dropOff: z.array(
    z.object({
      flowId: z.string(),
      nodeId: z.string(),
      reached: z.number(),
      dropOffRate: z.number().nullable(),
    }),
  ),
});

/**
 * What is drawn at each node that waits for visitors, where the address asks for it: how many came to it in so many days,
 * and the share that did not go on.
 */
export async function figuresOf(visit: Visit, { flow }: ReadFlow): Promise<Map<string, string>> {
  const days = visit.query.get("figures");
  if (days === null) return new Map();
  try {
    const args = { ...ofChatbot(visit), days: Number(days) };
    const { dropOff } = figures.parse(await use(visit, "get_chatbot_analytics", args));
    return new Map(
      dropOff
        .filter(({ flowId }) => flowId === flow.id)
        .map(({ nodeId, reached, dropOffRate }) => [
          nodeId,
          visit.words.flowFigures.at(reached, Math.round((dropOffRate ?? 0) * 100)),
        ]),
    );
  } catch (error) {
    // Beyond the reader's role, or no number of days.
    if (error instanceof Failure) return new Map();
    throw error;
  }
}

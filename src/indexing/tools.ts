import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { mayChangeChatbot } from "../inboxes/shared.ts";
import { percentOf } from "../search/index-state.ts";
import { time } from "../tenant/time.ts";
import { wakeIndexing } from "./indexer.ts";
import { requestRebuild } from "./jobs.ts";

const jobOutput = z.object({
  id: z.string(),
  chatbotId: z.string(),
  state: z.enum(["queued", "running", "done", "failed"]),
  done: z.int().describe("Rows indexed so far"),
  total: z.int().nullable().describe("null: not counted yet"),
  percent: z.int(),
  createdAt: time,
  startedAt: time.nullable(),
});

/** Rebuilding the search index: part of the chatbots toolset. */
export const indexingTools: readonly Tool[] = [
  defineTool({
    name: "retrain_chatbot",
    title: "Retrain chatbot",
    description:
      "Rebuilds the search index of a chatbot's knowledge and products, and answers the job; searches go on meanwhile. get_chatbot shows the progress. Changes are indexed at once without it.",
    phrases:
      "bot does not know the new articles, reindex, learn again, refresh what it knows, train again, bot " +
      "gives old answers, relearn, update the index of products, bot has not learned the new content, " +
      "index is out of date",
    toolset: "chatbots",
    scope: "chatbots:write",
    hints: { ...HINTS.W, idempotent: true },
    untrusted: [],
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ chatbotId: reference("chatbot") }),
    output: () => z.object({ job: jobOutput }),
    async run({ tenant, principal, env }, { chatbotId }) {
      await Promise.all([checkChatbot(tenant, chatbotId), mayChangeChatbot(tenant, chatbotId)]);
      const job = await requestRebuild(tenant, chatbotId);
      await wakeIndexing(env, tenant.workspaceId, principal);
      // What is added while it runs may be indexed by it too.
      const done = Math.min(job.done, job.total ?? job.done);
      return { job: { ...job, done, percent: percentOf(job) } };
    },
  }),
];

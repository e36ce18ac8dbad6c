import { readFileSync } from "node:fs";
import { z } from "zod";
import type { OperatorClient, Row } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { terminalText } from "../table.ts";

/** What each consequence means, as the heading of what has it. */
const HEADINGS: Record<string, string> = {
  unreachable: "No visitor comes to",
  goes_another_way: "The conversation goes another way",
  not_said: "Visitors are not shown",
  not_done: "Is not done",
  answers_differ: "Answers are taken or kept differently",
  looks_different: "Looks or words differ",
  to_know: "To know",
};

const answerSchema = z.looseObject({
  chatbot: z.looseObject({ id: z.string(), name: z.string() }),
  notCarriedOver: z.array(
    z.object({ consequence: z.string(), reason: z.string(), nodeIds: z.array(z.string()) }),
  ),
});

/**
 * Makes a chatbot from a file: what `export chatbot` wrote, or a Typebot export.
 * @throws Refused when the file cannot be read, holds no JSON object, or is no chatbot
 */
export async function importChatbot({
  client,
  file,
  workspacePath,
  name,
}: {
  client: OperatorClient;
  file: string;
  workspacePath: string;
  name?: string;
}): Promise<Row> {
  return client.post(`${workspacePath}/imports/chatbot`, { configuration: readJson(file), name });
}

function readJson(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Refused(`Cannot read ${file}: ${error instanceof Error ? error.message : error}`);
  }
  let content: unknown;
  try {
    content = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Refused(`${file} is not JSON: ${error instanceof Error ? error.message : error}`);
  }
  const parsed = z.record(z.string(), z.unknown()).safeParse(content);
  if (!parsed.success || Array.isArray(content)) throw new Refused(`${file} holds no JSON object.`);
  return parsed.data;
}

/** What an import came to, for a person: what was not carried over by what it means for visitors, the worst first. */
export function chatbotReport(answer: Row): string {
  const { chatbot, notCarriedOver } = answerSchema.parse(answer);
  const groups = Map.groupBy(notCarriedOver, ({ consequence }) => consequence);
  const sections = [...groups].map(([consequence, losses]) => {
    const lines = losses.map(({ reason, nodeIds }) => {
      const where = nodeIds.length > 0 ? ` (${nodeIds.join(", ")})` : "";
      return terminalText(`  ${reason}${where}`);
    });
    return [`${HEADINGS[consequence] ?? consequence}:`, ...lines].join("\n");
  });
  return [
    terminalText(
      `Made ${chatbot.id}, ${chatbot.name}. Its flow is a draft, which nobody meets until it is published.`,
    ),
    ...sections,
  ].join("\n\n");
}

import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { events } from "../../src/tenant/schema.ts";
import { failureOf, runTool } from "../run.ts";

const tools = chatbotTools([]);

/** Runs a chatbots tool as the lanes do. */
export function run(call: Call, name: string, args: object = {}): Promise<Record<string, unknown>> {
  return runTool(tools, call, name, args);
}

/** The failure that a chatbots tool answers with. */
export function refusal(call: Call, name: string, args: object = {}) {
  return failureOf(run(call, name, args));
}

const made = z.object({ chatbot: z.looseObject({ id: z.string(), name: z.string() }) });

/** The id of the chatbot that an answer tells of. */
export function idOf(answer: unknown): string {
  return made.parse(answer).chatbot.id;
}

/** The id of a new chatbot. */
export async function make(call: Call, args: object = {}): Promise<string> {
  return idOf(await run(call, "create_chatbot", { name: "Support", ...args }));
}

/** The workspace's events about chatbots, in order. */
export async function chatbotEvents({ tenant }: Call) {
  const rows = await tenant.db
    .select({ type: events.type, subjectId: events.subjectId, inboxId: events.inboxId, data: events.data })
    .from(events)
    .where(tenant.of(events))
    .orderBy(events.seq);
  return rows.filter(({ type }) => type === "chatbot.updated");
}

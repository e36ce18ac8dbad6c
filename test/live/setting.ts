import { sql } from "drizzle-orm";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { messages } from "../../src/conversations/schema.ts";
import { publishFlow } from "../../src/flows/edit/publish.ts";
import { createFlow } from "../../src/flows/edit/store.ts";
import type { Draft } from "../../src/flows/graph/document.ts";
import { flowSessions } from "../../src/flows/schema.ts";
import { flowTools } from "../../src/flows/tools.ts";
import { aimFlow, sendFlowHere, sentFlow } from "../../src/live/send-flow.ts";
import { engineTools } from "../../src/live/tools.ts";
import { responses } from "../../src/responses/schema.ts";
import { Requests } from "../../src/rooms/requests.ts";
import { flowStep } from "../../src/rooms/steps.ts";
import { draftOf, type Sketch } from "../flows/flows.ts";
import { failureOf, runTool } from "../run.ts";

const answer = z.looseObject({
  session: z.looseObject({
    id: z.string(),
    status: z.string(),
    nodeId: z.string().nullable(),
    waitingFor: z.string().nullable(),
    wakeAt: z.string().nullable(),
    conversationId: z.string(),
    contactId: z.string(),
    inboxId: z.string(),
    chatbotId: z.string().nullable(),
    flowId: z.string(),
    versionId: z.string(),
  }),
  responseId: z.string(),
  messages: z.array(z.looseObject({ id: z.string(), text: z.string() })),
  notDone: z.array(z.object({ nodeId: z.string(), effect: z.string(), reason: z.string() })),
  repeated: z.boolean(),
});

/** Sends a flow as the lanes do. */
export async function send(call: Call, args: object) {
  return answer.parse(await runTool(engineTools, call, "send_contact_flow", args));
}

interface SendArgs {
  contactId: string;
  flowId: string;
  idempotencyKey?: string;
}

/**
 * Sends a flow as its room does, with the call's own database and network, and goes on with what comes of its requests.
 * @returns what was sent at once and behind each request
 */
export async function sendHere(call: Call, { idempotencyKey: key, ...args }: SendArgs) {
  const attempt = { tool: "send_contact_flow", key, args };
  const { address, target } = await aimFlow(call.tenant, args);
  const arm = async () => {};
  const { done, waits } = await sendFlowHere(call, target, attempt, arm);
  const sent = await sentFlow(call.tenant, done);
  const messages = sent.messages.map(({ id, body: text }) => ({ id, text }));
  const requests = new Requests(call.env);
  requests.begin();
  let { session } = sent;
  for (let asked = waits?.asked ?? null; asked !== null; ) {
    if (asked.type !== "httpRequest") throw new Error("Only requests take their time.");
    const result = await requests.make(asked, session);
    const got = { sessionId: session.id, call: asked.call, result };
    const turned = await flowStep({ context: call, arm }, address, got);
    messages.push(...turned.written.map(({ id, text }) => ({ id, text })));
    session = turned.session ?? session;
    asked = turned.asked;
  }
  return { ...sent, session, messages };
}

/** The failure that sending ends with. */
export function refusal(call: Call, args: object) {
  return failureOf(runTool(engineTools, call, "send_contact_flow", args));
}

/** The same of {@link sendHere}. */
export function refusalHere(call: Call, args: SendArgs) {
  return failureOf(sendHere(call, args));
}

/** A published automation flow of these nodes, with a start before the first and in this order unless edges are given. */
export async function live(call: Call, nodes: Sketch[], edges?: string[]): Promise<string> {
  const { id } = await createFlow(call.tenant, { name: "Survey", draft: inOrder(nodes, edges) });
  await publishFlow(call.tenant, { flowId: id }, { running: "keep" });
  return id;
}

const named = z.object({ flow: z.looseObject({ id: z.string() }) });

/** The same as the main flow of a chatbot that is there. */
export async function liveMain(
  call: Call,
  chatbotId: string,
  nodes: Sketch[],
  edges?: string[],
  running = "keep",
): Promise<string> {
  await runTool(flowTools, call, "update_chatbot_flow", { chatbotId, flow: inOrder(nodes, edges) });
  return named.parse(await runTool(flowTools, call, "publish_flow_version", { chatbotId, running })).flow.id;
}

function inOrder(nodes: Sketch[], edges?: string[]): Draft {
  const handles: Record<string, string> = { question: "answered" };
  const all: Sketch[] = [["start", "start"], ...nodes];
  const made = all.slice(0, -1).map(([id, type], i) => {
    const handle = handles[type];
    return `${id}${handle ? `.${handle}` : ""} > ${all[i + 1]?.[0]}`;
  });
  return draftOf(all, edges ?? made);
}

/** Rows of what a send writes, to see that nothing of it is there, or there once. */
export async function written({ tenant }: Call) {
  const count = sql<number>`count(*)`;
  const [[sessions], [made], [sent]] = await Promise.all([
    tenant.db.select({ count }).from(flowSessions).where(tenant.of(flowSessions)),
    tenant.db.select({ count }).from(responses).where(tenant.of(responses)),
    tenant.db.select({ count }).from(messages).where(tenant.of(messages)),
  ]);
  return { sessions: sessions?.count, responses: made?.count, messages: sent?.count };
}

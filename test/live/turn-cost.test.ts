import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { contactDetails, resolveContact } from "../../src/contacts/lookup.ts";
import { getConversation, listMessages } from "../../src/conversations/read.ts";
import { loadFlows } from "../../src/flows/run/lookup.ts";
import { getSession } from "../../src/flows/run/sessions.ts";
import { play } from "../../src/live/play.ts";
import { type FlowTurn, visitorTurn } from "../../src/live/turn.ts";
import { responseOfSession } from "../../src/responses/record.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { makeInbox, write } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { type Meter, metered } from "../meter.ts";
import { liveMain, send } from "./setting.ts";

const WELCOME: Sketch[] = [
  ["hello", "message", { text: "Hello!" }],
  ["about", "message", { text: "Three questions, one minute." }],
  ["email", "question", { text: "Your email?", answer: "email", variable: "email", timeoutSeconds: 600 }],
  ["thanks", "message", { text: "Thank you." }],
  ["more", "message", { text: "One more." }],
  ["name", "question", { text: "Your name?", answer: "text", variable: "name", timeoutSeconds: 600 }],
];

/** What was written, statement by statement, for whoever has to find what became dear. */
function printed(meter: Meter, what: string): string {
  const lines = meter.bill
    .filter(({ written }) => written > 0)
    .map(({ sql, written }) => `  ${String(written).padStart(3)}  ${sql.replace(/\s+/g, " ").slice(0, 110)}`);
  return [`${what}: ${meter.rowsWritten} rows`, ...lines].join("\n");
}

it("a flow's turn of two messages and a question writes at most 24 rows, one that begins it too", async () => {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const { tenant } = call;
  const chatbotId = await make(call);
  const inbox = await makeInbox(call, { chatbotId });
  const flowId = await liveMain(call, chatbotId, WELCOME);
  // The day's rows are there already, as they are for all visitors but its first.
  await send(call, { contactId: (await write(call, inbox, "Hi", { from: "first" })).contactId, flowId });
  const { contactId } = await write(call, inbox, "Hi", { from: "second" });

  meter.reset();
  const sent = await send(call, { contactId, flowId });
  console.log(printed(meter, "A flow that begins"));
  expect(sent.messages).toHaveLength(3);
  expect(meter.rowsWritten).toBeLessThanOrEqual(24);

  const session = await getSession(tenant, sent.session);
  const { versionId, state: before } = session;
  if (!before) throw new Error("unreachable: it has begun");
  const conversation = await getConversation(tenant, session.conversationId);
  const [contact, response, lookup] = await Promise.all([
    contactDetails(tenant, await resolveContact(tenant, contactId)),
    responseOfSession(tenant, session),
    loadFlows(tenant, [{ flowId, versionId }]),
  ]);
  const text = "ada@example.com";
  const played = await play(lookup, before, { type: "message", text }, async () => {
    throw new Error("This flow asks for nothing.");
  });
  const flowTurn: FlowTurn = {
    ...{ session: { stored: session, response }, contact, played },
    sender: { kind: "flow", id: flowId, name: "Welcome" },
    isAssignable: async () => false,
  };
  const { contactId: whose, identityId } = conversation;
  const visitor = await visitorTurn(
    tenant,
    { id: newId("message"), text, inbox, identity: { contactId: whose, identityId, contactName: "Ada" } },
    conversation,
    async () => flowTurn,
  );
  meter.reset();
  await tenant.batch(visitor.statements);
  console.log(printed(meter, "A visitor's answer and what the flow says to it"));
  expect(meter.roundTrips).toBe(1);
  expect(visitor.flow?.messageIds).toHaveLength(3);
  // The flow's turn as before, and of the visitor's message what no flow's turn writes anyway.
  expect(meter.rowsWritten).toBeLessThanOrEqual(24 + 5);

  const after = await getSession(tenant, session);
  expect(after).toMatchObject({ turn: session.turn + 1, status: "waiting", nodeId: "name" });
  expect(await responseOfSession(tenant, after)).toMatchObject({
    answers: [{ nodeId: "email", value: text }],
  });
  const { items } = await listMessages(tenant, conversation.id, { notes: false, limit: 100 });
  expect(items.slice(-4).map(({ senderKind, body }) => `${senderKind}: ${body}`)).toEqual([
    `contact: ${text}`,
    "flow: Thank you.",
    "flow: One more.",
    "flow: Your name?",
  ]);
});

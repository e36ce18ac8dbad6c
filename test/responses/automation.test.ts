import { describe, expect, it } from "vitest";
import { analyticsTools } from "../../src/analytics/tools.ts";
import type { Call } from "../../src/calls/define.ts";
import { responseTools } from "../../src/responses/tools.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { makeInbox, write } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { live, liveMain, send } from "../live/setting.ts";
import { failureOf, runTool } from "../run.ts";

/** What automation flows, sent into the inboxes of a chatbot, do to its figures. */

const SURVEY: Sketch[] = [
  ["hello", "message", { text: "Hello" }],
  ["ask", "question", { text: "How was it?" }],
];
const NOTE: Sketch[] = [["bye", "end", { message: "Happy birthday!" }]];

const responses = (call: Call, name: string, args: object) => runTool(responseTools, call, name, args);
const figures = (call: Call, chatbotId: string) =>
  runTool(analyticsTools, call, "get_chatbot_analytics", { chatbotId });

async function shop() {
  const call = testCall();
  const chatbotId = await make(call);
  const inbox = await makeInbox(call, { chatbotId });
  const { contactId, conversationId } = await write(call, inbox, "Hi");
  return { call, chatbotId, contactId, conversationId };
}

describe("an automation flow sent into a chatbot's inbox", () => {
  it("counts for none of the chatbot's figures, and has one of its own", async () => {
    const { call, chatbotId, contactId } = await shop();
    const [note, survey] = [await live(call, NOTE), await live(call, SURVEY)];
    await send(call, { contactId, flowId: note });
    await send(call, { contactId, flowId: survey });
    expect(await figures(call, chatbotId)).toMatchObject({
      responses: { started: 0, completed: 0, completionRate: null },
      sentFlows: { started: 2, completed: 1 },
      dropOff: [],
    });
    const main = await liveMain(call, chatbotId, SURVEY);
    const own = await send(call, { contactId, flowId: main });
    expect(await figures(call, chatbotId)).toMatchObject({
      responses: { started: 1, completed: 0, completionRate: 0 },
      sentFlows: { started: 2, completed: 1 },
      dropOff: [{ flowId: main, nodeId: "ask", reached: 1, answered: 0 }],
    });
    expect(await responses(call, "list_responses", { chatbotId })).toMatchObject({
      items: [{ id: own.responseId, flowId: main }],
    });
  });

  it("is listed by the flow, and read by it", async () => {
    const { call, chatbotId, contactId } = await shop();
    const flowId = await live(call, SURVEY);
    const { responseId } = await send(call, { contactId, flowId });
    await send(call, { contactId, flowId: await live(call, NOTE) });
    expect(await responses(call, "list_responses", { flowId })).toMatchObject({
      items: [{ id: responseId, flowId, status: "abandoned" }],
      hasMore: false,
    });
    expect(await responses(call, "get_response", { flowId, responseId })).toMatchObject({
      response: { id: responseId },
    });
    expect((await failureOf(responses(call, "get_response", { chatbotId, responseId }))).code).toBe(
      "not_found",
    );
    expect((await failureOf(responses(call, "list_responses", { chatbotId, flowId }))).code).toBe(
      "invalid_input",
    );
    expect((await failureOf(responses(call, "list_responses", {}))).code).toBe("invalid_input");
  });

  it("is no answer of the chatbot to the customer's message", async () => {
    const { call, chatbotId, contactId, conversationId } = await shop();
    const speed = async () =>
      runTool(analyticsTools, call, "get_conversation_analytics", { conversationId, chatbotId });
    const summary = () => runTool(analyticsTools, call, "get_analytics", { chatbotId, days: 7 });
    await send(call, { contactId, flowId: await live(call, NOTE) });
    expect(await speed()).toMatchObject({ firstResponse: { personSeconds: null, chatbotSeconds: null } });
    expect(await summary()).toMatchObject({ responseRates: { chatbot: 0 } });
    await send(call, { contactId, flowId: await liveMain(call, chatbotId, NOTE) });
    expect(await speed()).toMatchObject({ firstResponse: { chatbotSeconds: expect.any(Number) } });
    expect(await summary()).toMatchObject({ responseRates: { chatbot: 1 } });
  });
});

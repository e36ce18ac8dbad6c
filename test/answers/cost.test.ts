import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { contactDetails, resolveContact } from "../../src/contacts/lookup.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { mainFlow } from "../../src/flows/edit/store.ts";
import { BUILT_IN } from "../../src/flows/run/built-in.ts";
import { latestSession } from "../../src/flows/run/sessions.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { besideOf, besideQueries, load, playStep } from "../../src/live/answering.ts";
import { atOnce } from "../../src/live/outside.ts";
import { visitorTurn } from "../../src/live/turn.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { say } from "../channels/browser.ts";
import { make } from "../chatbots/setting.ts";
import { makeInbox, write } from "../conversations/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { metered, meteredIsolate } from "../meter.ts";
import { call } from "../rooms/setting.ts";
import { modelServer, useModel } from "./model-server.ts";
import { ARTICLES, answeringChat } from "./setting.ts";

/** What a flow's turn of two messages and a question may write, see test/live/turn-cost. */
const MOST = 24;

/** A flow's turn of two messages and a question is 24 and the visitor's message, see test/live/turn-cost: no answer is dearer. */
it("a visitor's question and the AI's answer write no more rows than a flow's turn and two", async () => {
  const meter = metered(env.TENANT_1);
  const call = testCall({ database: meter.database });
  const { tenant } = call;
  const chatbotId = await make(call);
  await upsertArticles(tenant, chatbotId, ARTICLES, wordsOnly);
  const inbox = await makeInbox(call, { chatbotId });
  const flow = await mainFlow(tenant, chatbotId);
  if (!flow) throw new Error("unreachable: every chatbot has one");
  const { conversationId, contactId } = await write(call, inbox, "Hi", { from: "first" });
  const contact = await contactDetails(tenant, await resolveContact(tenant, contactId));

  const ask = async (text: string) => {
    const conversation = await getConversation(tenant, conversationId);
    const session = await latestSession(tenant, conversationId);
    const begin = { id: flow.id, name: flow.name, versionId: BUILT_IN.ai };
    const answering = session ? { session } : { begin, chatbotId, instead: null };
    const beside =
      session && besideOf(session, ...(await tenant.db.batch(besideQueries(tenant, conversationId))));
    const loaded = await load(tenant, answering, contact, beside);
    if (!loaded) throw new Error("unreachable: the flow runs");
    const message = {
      ...{ id: newId("message"), text, inbox, botAnswers: true },
      identity: { contactId, identityId: conversation.identityId, contactName: "Ada" },
    };
    const turn = await visitorTurn(tenant, message, conversation, (now) => {
      const resolve = atOnce(call)({ chatbotId, conversation });
      return playStep(call, loaded, now, { type: "message", text }, resolve);
    });
    meter.reset();
    await tenant.batch(turn.statements);
    const { rowsWritten, roundTrips } = meter;
    console.log(`${text} ${rowsWritten} rows`);
    expect(roundTrips).toBe(1);
    return rowsWritten;
  };
  // The first of a conversation, with its session and response; a further one; one that hands over, with the gap.
  expect(await ask("How can I return something?")).toBeLessThanOrEqual(19);
  expect(await ask("How much is express shipping?")).toBeLessThanOrEqual(16);
  expect(await ask("Do you repair bicycles?")).toBeLessThanOrEqual(24);
});

it("with a model, the two batches of question and answer write no more rows than a flow's turn", async () => {
  const { tenant, page, token } = await answeringChat();
  const { conversationId } = await say(page, token, "Hello");
  const server = await modelServer({
    says: { action: "answer", cites: [1], answer: "Within 30 days. Print the label." },
  });
  await useModel(tenant, conversationId, server.url);
  const line = await call(token);
  await line.hear("ready");
  const meter = meteredIsolate();
  for (const [i, question] of ["How can I return something?", "And how long may I return it?"].entries()) {
    meter.reset();
    await say(page, token, question);
    await expect
      .poll(() => line.texts().filter((text) => String(text).startsWith("Within 30 days")))
      .toHaveLength(i + 1);
    const { rowsWritten } = meter;
    console.log(`${question} ${rowsWritten} rows, with a model`);
    expect(await server.asked()).toHaveLength(i + 1);
    expect(rowsWritten).toBeLessThanOrEqual(MOST);
  }
});

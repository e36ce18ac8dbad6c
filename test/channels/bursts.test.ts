import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { upsertArticles } from "../../src/knowledge/import.ts";
import { ARTICLES } from "../answers/setting.ts";
import { make } from "../chatbots/setting.ts";
import { wordsOnly } from "../knowledge/setting.ts";
import { runTool } from "../run.ts";
import { conversationOf, numberWorkspace } from "./whatsapp-setting.ts";

const thread = z.looseObject({
  messages: z.array(z.looseObject({ text: z.string(), sender: z.looseObject({ kind: z.string() }) })),
});

/** A number on WhatsApp whose chatbot answers by AI, without a model. */
async function answeringNumber() {
  const place = await numberWorkspace();
  const { team, tenant, inbox } = place;
  const chatbotId = await make(team, { name: "Helper" });
  await upsertArticles(tenant, chatbotId, ARTICLES, wordsOnly);
  await updateInbox(tenant, inbox.id, { chatbotId });
  const said = async () => {
    const conversationId = await conversationOf(place);
    const seen = await runTool(catalogue.tools, team, "get_conversation", { conversationId });
    return thread.parse(seen).messages.map(({ text, sender }) => [sender.kind, text] as const);
  };
  return { ...place, said };
}

describe("a customer who writes in bursts", () => {
  it("is answered once by the AI, to all of it, while it shows that it writes", async () => {
    const { account, user, said } = await answeringNumber();
    await user.say("Hello there,", "wamid.1");
    await user.say("I bought a lamp.", "wamid.2");
    await user.say("How can I return it?", "wamid.3");
    await user.say("Thanks!", "wamid.thanks");
    await expect.poll(async () => (await account.texts()).length, { timeout: 15_000 }).toBe(1);
    const [answer] = await account.texts();
    expect(answer).toContain("You can return anything within 30 days");
    expect((await said()).map(([kind]) => kind)).toEqual(["contact", "contact", "contact", "contact", "ai"]);
    expect((await account.marks()).some(({ typing_indicator: typing }) => typing !== undefined)).toBe(true);
    // And what they ask afterwards is a question of its own.
    await user.say("What does shipping cost?", "wamid.4");
    await expect.poll(async () => (await account.texts()).length, { timeout: 15_000 }).toBe(2);
    expect((await account.texts())[1]).toContain("4.90");
    expect((await account.texts())[1]).not.toContain("30 days");
  });

  it("is answered once also where WhatsApp brings a message twice", async () => {
    const { account, user, said } = await answeringNumber();
    await user.say("How can I return it?");
    await user.say("How can I return it?", "wamid.again");
    await user.say("How can I return it?", "wamid.again");
    await expect.poll(async () => (await account.texts()).length, { timeout: 15_000 }).toBe(1);
    expect((await said()).filter(([kind]) => kind === "contact")).toHaveLength(2);
  });
});

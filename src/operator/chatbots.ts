import { z } from "zod";
import { showChatbot } from "../chatbots/answers.ts";
import { documentOf, readDocument } from "../chatbots/document.ts";
import { chatbotNameInput, settingsOf } from "../chatbots/settings.ts";
import { createChatbot, getChatbot, readMainDraft } from "../chatbots/store.ts";
import { newApp } from "../http/app.ts";
import { operatorTenant, readBody, workspaceOf } from "./exchange.ts";

const chatbotImport = z.strictObject({
  configuration: z.record(z.string(), z.unknown()),
  name: chatbotNameInput.optional(),
});

/**
 * Chatbots as files, of any size that a flow may have: what import_chatbot takes and export_chatbot answers, which an
 * assistant cannot pass along once it is large.
 */
export const chatbotRoutes = newApp()
  .post("/workspaces/:workspace/imports/chatbot", async (c) => {
    const { configuration, name } = await readBody(c, chatbotImport);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const { settings, draft, leftOut } = readDocument(c.env, configuration);
    const chatbot = await createChatbot(tenant, name === undefined ? settings : { ...settings, name }, draft);
    return c.json({ chatbot: showChatbot(chatbot), notCarriedOver: leftOut });
  })
  .get("/workspaces/:workspace/chatbots/:chatbot/export", async (c) => {
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const chatbotId = c.req.param("chatbot");
    const [chatbot, draft] = await Promise.all([
      getChatbot(tenant, chatbotId),
      readMainDraft(tenant, chatbotId),
    ]);
    const { document, leftOut } = documentOf(settingsOf(chatbot), draft);
    return c.json({ configuration: document, leftOut });
  });

import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { newSettings } from "../../src/chatbots/settings.ts";
import { createChatbot } from "../../src/chatbots/store.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import worker from "../../src/index.ts";
import { chat } from "../channels/browser.ts";

/** A web inbox with a chatbot on it, and what a page may ask of its widget. */
export async function widget() {
  const { tenant, inbox, workspace } = await chat();
  const chatbot = await createChatbot(tenant, newSettings({ name: "Guide", model: "gpt-4o-mini" }));
  await updateInbox(tenant, inbox.id, { chatbotId: chatbot.id });
  /** @param init of a GET with the inbox's key in the query; a body is sent as JSON */
  const ask = (path: string, query: Record<string, string> = {}, headers: Record<string, string> = {}) => {
    const asked = new URLSearchParams({ inboxKey: inbox.publicKey, ...query });
    return send(`${path}?${asked}`, { headers });
  };
  const post = (path: string, body: object) =>
    send(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inboxKey: inbox.publicKey, ...body }),
    });
  return { tenant, inbox, workspace, chatbot, ask, post };
}

function send(path: string, init: RequestInit): Promise<Response> {
  const request = new Request(`${env.PUBLIC_URL}/api/visitor/v1${path}`, init);
  request.headers.set("cf-connecting-ip", crypto.randomUUID());
  return Promise.resolve(worker.fetch(request, env, createExecutionContext()));
}

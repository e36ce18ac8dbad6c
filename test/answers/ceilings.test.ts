import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { answerTools } from "../../src/answers/tools.ts";
import { conversationTools } from "../../src/conversations/tools.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { MODEL_CALLS } from "../../src/rooms/answers.ts";
import { workspaceTools } from "../../src/workspace/tools.ts";
import { say } from "../channels/browser.ts";
import { call, textOf } from "../rooms/setting.ts";
import { runTool } from "../run.ts";
import { modelServer, useModel } from "./model-server.ts";
import { answeringChat } from "./setting.ts";

/** What a chatbot's calls to a model may come to: each ceiling lets its last call through, and refuses the next. */

const ANSWER = { action: "answer", cites: [1], answer: "By the model: within 30 days." };
const QUESTION = "How can I return something?";

async function asking() {
  const place = await answeringChat();
  const { conversationId } = await say(place.page, place.token, "Hello");
  const server = await modelServer({ says: ANSWER });
  const { room } = await useModel(place.tenant, conversationId, server.url);
  const line = await call(place.token);
  await line.hear("ready");
  let said = 0;
  /** Whose words answer: the model's, or the passages' own, with the reason why. */
  const ask = async () => {
    await say(place.page, place.token, QUESTION);
    said += 1;
    const answered = () =>
      line.heard.filter((one) => one.type === "message" && /^(By the model|This is what)/.test(textOf(one)));
    await expect.poll(() => answered().length).toBe(said);
    const shown = await runTool(conversationTools, place.team, "get_conversation", { conversationId });
    const { ai } = JSON.parse(JSON.stringify(shown)).messages.at(-1);
    return ai.model === null ? ai.reason : "model";
  };
  const spent = (what: { today: number; inConversation: number }) =>
    runInDurableObject(room(), (_, state) => {
      const day = new Date().toISOString().slice(0, 10);
      state.storage.kv.put("spent", { day, conversationId, ...what });
    });
  /** As an assistant of the workspace reads it. */
  const usage = async () => {
    const { workspaceId } = place.team.principal;
    const workspace = { ...place.team.workspace, modelUsage: () => gateOf(env, workspaceId).modelUsage() };
    const shown = await runTool(workspaceTools, { ...place.team, workspace }, "get_api_usage", {});
    const { used, limit, remaining } = JSON.parse(JSON.stringify(shown)).ai;
    return { used, limit, remaining };
  };
  return { ...place, conversationId: String(conversationId), server, ask, spent, usage };
}

it.each([
  ["conversation", { today: 1, inConversation: MODEL_CALLS.conversation - 1 }],
  ["customer and day", { today: MODEL_CALLS.day - 1, inConversation: 1 }],
] as const)("of a %s", async (_, before) => {
  const { ask, spent, usage, server } = await asking();
  await spent(before);
  expect(await ask()).toBe("model");
  expect(await ask()).toBe("over_limit");
  expect(await ask()).toBe("over_limit");
  expect(await server.asked()).toHaveLength(1);
  expect(await usage()).toEqual({ used: 1, limit: 2000, remaining: 1999 });
});

it("of a workspace and day, for visitors and simulations alike", async () => {
  const { ask, usage, server, workspace, team, chatbotId } = await asking();
  const gate = gateOf(env, workspace.id);
  await gate.modelUsage();
  await runInDurableObject(gate, (_, state) => {
    const day = new Date().toISOString().slice(0, 10);
    state.storage.sql.exec("INSERT OR REPLACE INTO model_calls (id, day, calls) VALUES (1, ?, 1999)", day);
  });
  expect(await ask()).toBe("model");
  expect(await usage()).toEqual({ used: 2000, limit: 2000, remaining: 0 });
  expect(await ask()).toBe("over_limit");
  const simulating = {
    ...team,
    env: { ...team.env, MODEL_API_URL: server.url },
    workspace: { ...team.workspace, useModel: () => gate.useModel() },
  };
  const simulated = await runTool(answerTools, simulating, "simulate_ai_answer", {
    ...{ chatbotId, question: QUESTION },
  });
  expect(JSON.stringify(simulated)).toContain("over_limit");
  expect(await server.asked()).toHaveLength(1);
  // What is refused is not counted.
  expect(await usage()).toEqual({ used: 2000, limit: 2000, remaining: 0 });
});

it("of the day before count no more", async () => {
  const { ask, usage, workspace } = await asking();
  const gate = gateOf(env, workspace.id);
  await gate.modelUsage();
  await runInDurableObject(gate, (_, state) => {
    state.storage.sql.exec(
      "INSERT OR REPLACE INTO model_calls (id, day, calls) VALUES (1, '2020-01-01', 2000)",
    );
  });
  expect(await usage()).toMatchObject({ used: 0 });
  expect(await ask()).toBe("model");
  expect(await usage()).toMatchObject({ used: 1 });
});

import { describe, expect, it } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { modelsOf } from "../../src/chatbots/models.ts";
import { testCall } from "../call.ts";
import { chatbotEvents, make, refusal, run } from "./setting.ts";

/** A call to a deployment that offers these models. */
function withModels(call: Call, models: string): Call {
  return { ...call, env: { ...call.env, AI_MODELS: models } };
}

describe("instructions", () => {
  it("are replaced, and the previous ones answered", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    await run(call, "update_chatbot_instructions", { chatbotId, instructions: "Be kind.\n\n- Always" });
    const answer = await run(call, "update_chatbot_instructions", { chatbotId, instructions: "Be brief." });
    expect(answer).toMatchObject({
      chatbot: { id: chatbotId },
      previousInstructions: "Be kind.\n\n- Always",
    });
    expect(await run(call, "get_chatbot", { chatbotId })).toMatchObject({ instructions: "Be brief." });
    await run(call, "update_chatbot_instructions", { chatbotId, instructions: "Be brief." });
    expect((await chatbotEvents(call)).slice(1)).toMatchObject([
      { data: { changed: ["instructions"] } },
      { data: { changed: ["instructions"] } },
    ]);
  });

  it("have at most 15,000 characters, and may be emptied", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const longest = "ä".repeat(15_000);
    await run(call, "update_chatbot_instructions", { chatbotId, instructions: longest });
    const tooLong = { chatbotId, instructions: `${longest}x` };
    expect((await refusal(call, "update_chatbot_instructions", tooLong)).code).toBe("invalid_input");
    const emptied = await run(call, "update_chatbot_instructions", { chatbotId, instructions: "" });
    expect(emptied.previousInstructions).toBe(longest);
  });
});

describe("the model", () => {
  it("is one that can be chosen, else the nearest are named", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const { chatbot } = await run(call, "update_chatbot_model", { chatbotId, model: "gpt-4o" });
    expect(chatbot).toMatchObject({ model: "gpt-4o", temperature: 0.3 });
    const failure = await refusal(call, "update_chatbot_model", { chatbotId, model: "claude-sonet-4-5" });
    expect(failure.code).toBe("invalid_input");
    expect(failure.detail.candidates).toContain("claude-sonnet-4-5");
    expect((await refusal(call, "update_chatbot_model", { chatbotId })).message).toMatch(/temperature/);
  });

  it("is taken in any case and with spaces, as people write it", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    for (const model of modelsOf(call.env)) {
      for (const written of [model.toUpperCase(), model.replaceAll("-", " "), ` ${model} `]) {
        const { chatbot } = await run(call, "update_chatbot_model", { chatbotId, model: written });
        expect(chatbot).toMatchObject({ model });
      }
    }
    for (const language of ["Automatic", "AUTO", "auto"]) {
      const { chatbot } = await run(call, "update_chatbot_language", { chatbotId, language });
      expect(chatbot).toMatchObject({ language: "auto" });
    }
  });

  it("has a temperature from 0.1 to 1", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    for (const temperature of [0.1, 1, 0.75]) {
      const { chatbot } = await run(call, "update_chatbot_model", { chatbotId, temperature });
      expect(chatbot).toMatchObject({ temperature, model: "gpt-4o-mini" });
    }
    for (const temperature of [0, 0.05, 1.01, "warm"]) {
      const failure = await refusal(call, "update_chatbot_model", { chatbotId, temperature });
      expect(failure.code).toBe("invalid_input");
    }
  });

  it("comes from the deployment's own list where it has one", async () => {
    const call = testCall();
    const own = withModels(call, " house-1, house-2,,house-1 ");
    expect(modelsOf(own.env)).toEqual(["house-1", "house-2"]);
    const chatbotId = await make(own);
    expect(await run(own, "get_ai_config", { chatbotId })).toMatchObject({
      model: "house-1",
      models: ["house-1", "house-2"],
    });
    const failure = await refusal(own, "update_chatbot_model", { chatbotId, model: "gpt-4o" });
    expect(failure.detail.candidates).toEqual(["house-1", "house-2"]);
    // One that is not offered any more stays until another is chosen.
    const { chatbot } = await run(call, "update_chatbot_model", {
      chatbotId,
      model: "house-1",
      temperature: 0.5,
    });
    expect(chatbot).toMatchObject({ model: "house-1", temperature: 0.5 });
    expect(modelsOf({ ...call.env, AI_MODELS: " , " }).length).toBeGreaterThan(3);
  });
});

describe("the language", () => {
  it.each([
    ["de", "de"],
    ["PT-br", "pt-BR"],
    ["zh-hant-tw", "zh-Hant-TW"],
    ["AUTO", "auto"],
    [" en-GB ", "en-GB"],
  ])("%s is kept as %s", async (language, kept) => {
    const call = testCall();
    const chatbotId = await make(call);
    const { chatbot } = await run(call, "update_chatbot_language", { chatbotId, language });
    expect(chatbot).toMatchObject({ language: kept });
  });

  it.each(["", "german", "e", "de_DE", "de-", "123", "x-klingon"])("%j is refused", async (language) => {
    const call = testCall();
    const chatbotId = await make(call);
    const failure = await refusal(call, "update_chatbot_language", { chatbotId, language });
    expect(failure.code).toBe("invalid_input");
  });
});

describe("AI settings", () => {
  it("change one by one", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    await run(call, "update_ai_config", { chatbotId, mode: "human_only" });
    const answer = await run(call, "update_ai_config", {
      chatbotId,
      enabled: false,
      greetingOverride: " Hi! ",
    });
    expect(answer).toMatchObject({
      chatbotId,
      enabled: false,
      mode: "human_only",
      greetingOverride: "Hi!",
      temperature: 0.3,
    });
    expect(await run(call, "get_ai_config", { chatbotId })).toEqual(answer);
    const off = {
      answering: false,
      answersWith: "passages",
      reason: "The AI is off: update_ai_config with enabled.",
    };
    expect(answer).toMatchObject(off);
    expect(await run(call, "get_chatbot", { chatbotId })).toMatchObject({ ai: off });
    const cleared = await run(call, "update_ai_config", { chatbotId, greetingOverride: null });
    expect(cleared.greetingOverride).toBeNull();
    await run(call, "update_ai_config", { chatbotId, greetingOverride: null, enabled: false });
    expect((await chatbotEvents(call)).slice(1).map(({ data }) => data.changed)).toEqual([
      ["ai.mode"],
      ["ai.enabled", "ai.greetingOverride"],
      ["ai.greetingOverride"],
    ]);
  });

  it("say whether the AI answers, and with what", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const reason = expect.stringContaining("no access to the model");
    expect(await run(call, "get_ai_config", { chatbotId })).toMatchObject({
      ...{ answering: true, answersWith: "passages", reason },
    });
    const configured = { ...call, env: { ...call.env, MODEL_API_URL: "https://models.example/v1" } };
    expect(await run(configured, "get_ai_config", { chatbotId })).toMatchObject({
      ...{ answering: true, answersWith: "model", reason: null },
    });
  });

  it("name the modes that there are", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const failure = await refusal(call, "update_ai_config", { chatbotId, mode: "robot_first" });
    expect(failure.detail.candidates).toEqual(["ai_first", "human_first", "ai_only", "human_only"]);
  });
});

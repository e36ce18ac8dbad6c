import { describe, expect, it } from "vitest";
import { isTypebot, readTypebot } from "../../src/chatbots/typebot/read.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { property } from "../property.ts";
import { SENSELESS } from "./typebot-compare.ts";
import { anyBot, at, bot, edge, text } from "./typebots.ts";

function read(configuration: Record<string, unknown>) {
  const imported = readTypebot(configuration, "gpt-4o-mini");
  const { draft } = imported;
  return {
    ...imported,
    node: (id: string) => draft.nodes.find((node) => node.id === id),
    /** Where each handle of a node leads. */
    ways: (id: string) =>
      Object.fromEntries(draft.edges.flatMap((e) => (e.source === id ? [[e.sourceHandle, e.target]] : []))),
  };
}

describe("a Typebot export", () => {
  const imported = read(bot);

  it("becomes a flow without errors", () => {
    expect(isTypebot(bot)).toBe(true);
    const { problems } = validateFlow(imported.draft);
    expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  });

  it("keeps what it says and asks, with variables in our names", () => {
    expect(imported.node("message_1")?.data).toEqual({
      text: "Hello you!\n• one\n• two\nDocs (https://example.com/docs)",
    });
    expect(imported.node("message_2")?.data).toEqual({
      media: { kind: "image", url: "https://example.com/logo.png" },
    });
    expect(imported.node("question_1")?.data).toMatchObject({
      text: "What is your name?",
      answer: "text",
      variable: "Full_Name",
    });
    expect(imported.node("choice_1")?.data).toMatchObject({
      text: "Thanks {{Full_Name}}. Which size, ?",
      variable: "Ubergro_e",
      options: [
        { id: "option_1", label: "Small" },
        { id: "option_2", label: "Large" },
      ],
    });
    expect(imported.node("start")?.data.variables).toEqual([
      { name: "Lead_score", value: "0" },
      { name: "Full_Name" },
      { name: "Ubergro_e" },
      { name: "last_message_2" },
    ]);
    expect(imported.node("message_1")?.position).toEqual({ x: 10, y: 21 });
  });

  it("goes where it went", () => {
    expect(imported.ways("start")).toEqual({ next: "message_1" });
    expect(imported.ways("message_2")).toEqual({ next: "question_1" });
    expect(imported.ways("question_1")).toEqual({ answered: "choice_1" });
    expect(imported.ways("choice_1")).toEqual({ option_1: "set_variable_1", option_2: "question_2" });
    // Over the code that is left out, and the jump, to the text that the rating asks by.
    expect(imported.ways("set_variable_1")).toEqual({ next: "question_3" });
    expect(imported.ways("condition_1")).toEqual({ case_1: "http_request_1", else: "question_3" });
    expect(imported.ways("http_request_1")).toEqual({ success: "set_variable_2", error: "set_variable_2" });
    expect(imported.ways("set_variable_2")).toEqual({ next: "condition_2" });
    expect(imported.ways("condition_2")).toEqual({ a: "question_3", else: "delay_1" });
    expect(imported.ways("question_3")).toEqual({ answered: "end" });
  });

  it("keeps its logic as far as it can be said", () => {
    expect(imported.node("set_variable_1")?.data).toEqual({
      variable: "Lead_score",
      operation: "increment",
      value: 10,
    });
    expect(imported.node("condition_1")?.data).toEqual({
      cases: [
        {
          id: "case_1",
          match: "any",
          rules: [
            { variable: "Lead_score", operator: "greater_than", value: 30 },
            { variable: "Full_Name", operator: "matches", value: "^A.*$", search: true, ignoreCase: true },
          ],
        },
      ],
    });
    expect(imported.node("http_request_1")?.data).toEqual({
      method: "POST",
      url: "https://api.example.com/leads?na%20me=a%26{{Full_Name}}",
      headers: [{ name: "X-Source", value: "bot" }],
      body: '{"name": "{{Full_Name}}"}',
      save: [{ path: "items.0.name", variable: "last_message_2" }],
    });
    expect(imported.node("delay_1")?.data).toEqual({ seconds: 3 });
    expect(imported.node("question_3")?.data).toMatchObject({
      text: "Bye",
      answer: "rating",
      min: 0,
      max: 5,
    });
  });

  it("names everything that is lost, and at which nodes", () => {
    const reasons = imported.leftOut.map(
      ({ consequence, reason, nodeIds }) => `${consequence}: ${reason}: ${nodeIds.join(" ")}`,
    );
    for (const lost of [
      /^not_said: "\{\{=1\+1=\}\}" is code in a text.*: choice_1$/,
      /^not_done: scripts are not run: question_3$/,
      /^answers_differ: limits of numbers that come from variables.*: question_2$/,
      /^not_done: credentials are left out of requests: "Authorization": http_request_1$/,
      /^not_done: credentials are left out of requests: "api_key": http_request_1$/,
      /^looks_different: a redirect is said as a link.*: message_3$/,
      /^goes_another_way: flows have no event "command": $/,
      /^looks_different: of the theme/,
    ]) {
      expect(
        reasons.some((reason) => lost.test(reason)),
        `${lost} in ${reasons.join("\n")}`,
      ).toBe(true);
    }
    expect(JSON.stringify(imported)).not.toContain("Bearer secret");
  });

  it("gives the chatbot its name, description and colours, and no AI", () => {
    expect(imported.settings).toMatchObject({
      name: "Lead form",
      description: "Collects leads",
      model: "gpt-4o-mini",
      ai: { enabled: false },
      widget: {
        backgroundColor: "#f7f8ff",
        botMsgColor: "#abcdef",
        botMsgTextColor: "#0f172a",
        userMsgColor: "#112233",
      },
    });
  });

  it("of version 5 begins at its start block", () => {
    const old = read({
      version: "5",
      name: "",
      events: null,
      groups: [
        {
          id: "g0",
          title: "Start",
          ...at(0),
          blocks: [{ id: "s", type: "start", label: "Start", outgoingEdgeId: "e1" }],
        },
        {
          id: "g1",
          title: "Name?",
          ...at(0),
          blocks: [{ id: "b", type: "email input", options: { retryMessageContent: "Again please" } }],
        },
      ],
      edges: [edge("e1", { blockId: "s" }, "g1")],
      variables: [],
    });
    expect(old.settings.name).toBe("Imported Typebot");
    expect(old.ways("start")).toEqual({ next: "question_1" });
    // Nothing is said in front of it, and nothing is made up.
    expect(old.node("question_1")?.data).toEqual({ answer: "email", retryText: "Again please" });
    expect(validateFlow(old.draft).errors).toBe(0);
  });

  it("with blocks of steps is too old, with too much in it too large", () => {
    const refused = (configuration: Record<string, unknown>) => {
      try {
        read(configuration);
      } catch (error) {
        if (error instanceof Failure) return error.code;
        throw error;
      }
      return null;
    };
    expect(isTypebot({ blocks: [], edges: [] })).toBe(true);
    expect(refused({ blocks: [], edges: [] })).toBe("invalid_input");
    const blocks = Array.from({ length: 400 }, (_, i) => text(`b${i}`, "Hi"));
    const groups = ["g1", "g2"].map((id) => ({ id, title: id, ...at(0), blocks }));
    expect(refused({ name: "Big", groups: groups.slice(0, 1), edges: [] })).toBeNull();
    expect(refused({ name: "Big", groups, edges: [] })).toBe("invalid_input");
    expect(refused({ groups: [{ id: 1 }], edges: [] })).toBe("invalid_input");
  });
});

describe("any bot", () => {
  it("becomes a flow of valid nodes, with edges that are there", async () => {
    await property(
      [anyBot],
      (configuration) => {
        const { draft } = readTypebot(JSON.parse(JSON.stringify(configuration)), "gpt-4o-mini");
        // What a bot says may make no sense, such as going round in a circle; its form is always sound.
        const wrong = validateFlow(draft).problems.filter(
          ({ severity, code }) => severity === "error" && !SENSELESS.includes(code),
        );
        expect(wrong).toEqual([]);
      },
      { runs: 300 },
    );
  });
});

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Call, defineTool, HINTS } from "../../src/calls/define.ts";
import { type NameLookup, reference, takingNames } from "../../src/calls/references.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { failureOf, runTool } from "../run.ts";

const id = newId("chatbot");
const article = newId("article");
const known = [
  { id, name: "Shop Assistant" },
  { id: newId("chatbot"), name: "Twin" },
  { id: newId("chatbot"), name: "Twin" },
];

/** Look-ups that count how often they are asked. */
function lookups() {
  let asked = 0;
  const chatbots: NameLookup = {
    ...{ kind: "chatbot", noun: "chatbot", list: "list_chatbots", scope: "chatbots:read" },
    async called(_, name) {
      asked += 1;
      return known.filter((one) => one.name === name);
    },
    near: async () => known,
  };
  const articles: NameLookup = {
    ...{
      kind: "article",
      noun: "article",
      list: "list_articles",
      scope: "knowledge:read",
      within: "chatbot",
    },
    async called(_, name, given) {
      asked += 1;
      return given.get("chatbot") === id && name === "Returns" ? [{ id: article, name }] : [];
    },
    near: async () => [],
  };
  return { all: [articles, chatbots], asked: () => asked };
}

const echo = defineTool({
  ...{ name: "echo", title: "Echo", description: "Answers what it was given.", phrases: "a, b, c" },
  ...{ toolset: "chatbots", scope: "chatbots:read", hints: HINTS.R, untrusted: [] },
  input: () =>
    z.strictObject({
      chatbotId: reference("chatbot").optional().describe("Which"),
      several: z.array(reference("chatbot")).optional(),
      inner: z.strictObject({ articleId: reference("article") }).optional(),
      text: z.string().optional(),
    }),
  output: () => z.object({ given: z.string() }),
  run: async (_, given) => ({ given: JSON.stringify(given) }),
});

async function echoed(args: object, call: Call = testCall()) {
  const { all, asked } = lookups();
  const { tools } = takingNames({ instructions: "", tools: [echo], resources: [], prompts: [] }, all);
  const answer = await runTool(tools, call, "echo", args);
  return { given: JSON.parse(String(answer.given)), asked: asked() };
}

describe("a reference", () => {
  it("is taken as it is where it is an id, and nothing is asked", async () => {
    const args = { chatbotId: id, several: [id, id], inner: { articleId: article }, text: "Shop Assistant" };
    expect(await echoed(args)).toEqual({ given: args, asked: 0 });
  });

  it("is found by name at any depth, also within what another one names", async () => {
    const args = {
      chatbotId: " Shop Assistant ",
      several: ["Shop Assistant"],
      inner: { articleId: "Returns" },
    };
    expect((await echoed(args)).given).toEqual({
      chatbotId: id,
      several: [id],
      inner: { articleId: article },
    });
    // As people write it: only what is exactly so costs one question, but more is understood.
    expect((await echoed({ chatbotId: "shóp assistant" })).given).toEqual({ chatbotId: id });
    expect((await failureOf(echoed({ inner: { articleId: "Returns" } }))).code).toBe("not_found");
  });

  it("that several are called by, or none, answers candidates with id and name", async () => {
    const several = await failureOf(echoed({ chatbotId: "Twin" }));
    expect(several.toJSON()).toMatchObject({ code: "invalid_input", candidates: known.slice(1) });
    const none = await failureOf(echoed({ chatbotId: "Assistant" }));
    expect(none.toJSON()).toMatchObject({
      code: "not_found",
      message: 'No chatbot "Assistant" in this workspace.',
      candidates: [known[0]],
    });
  });

  it("tells no names to callers that may not list them", async () => {
    const call = testCall({ scopes: ["conversations:read"] });
    for (const chatbotId of ["Twin", "Assistant"]) {
      expect((await failureOf(echoed({ chatbotId }, call))).detail.candidates).toBeUndefined();
    }
    expect((await echoed({ chatbotId: "Shop Assistant" }, call)).given).toEqual({ chatbotId: id });
  });
});

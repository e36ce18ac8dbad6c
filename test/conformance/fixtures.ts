import { z } from "zod";
import {
  type Call,
  type Catalogue,
  type ClientRequest,
  defineTool,
  HINTS,
  type Prompt,
  type PromptMessage,
  RawOutput,
  RawResource,
  type Resource,
  type Tool,
} from "../../src/calls/define.ts";

/** What the official conformance suite expects of a server: names, texts and questions are the suite's. */

/** One red pixel, and a tenth of nothing. */
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const WAV = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";

const image = { type: "image", data: PNG, mimeType: "image/png" };
const text = (words: string) => ({ type: "text", text: words });
const pause = () => new Promise((resolve) => setTimeout(resolve, 50));

function fixture<I extends z.ZodObject>(
  name: string,
  input: I,
  run: (call: Call, input: z.output<I>) => Promise<Record<string, unknown>[]>,
): Tool {
  return defineTool({
    name,
    title: name,
    description: `Fixture ${name} of the conformance suite.`,
    phrases: "",
    toolset: "workspace",
    scope: "workspace:read",
    hints: HINTS.R,
    untrusted: [],
    input: () => input,
    output: () => z.object({}),
    run: async (call, args) => new RawOutput({ content: await run(call, args) }),
  });
}

/** Tools that talk with their client while they run. */
const talking = (tools: Tool[]): Tool[] => tools.map((tool) => ({ ...tool, interactive: true }));

const none = z.strictObject({});

function elicit(message: string, properties: Record<string, unknown>, required?: string[]): ClientRequest {
  return {
    method: "elicitation/create",
    params: { message, requestedSchema: { type: "object", properties, ...(required ? { required } : {}) } },
  };
}

function sample(words: string, maxTokens: number): ClientRequest {
  return {
    method: "sampling/createMessage",
    params: { messages: [{ role: "user", content: text(words) }], maxTokens },
  };
}

const roots: ClientRequest = { method: "roots/list", params: {} };
const askName = (message: string) => elicit(message, { name: { type: "string" } }, ["name"]);

const contents: Tool[] = [
  fixture("test_simple_text", none, async () => [text("This is a simple text response for testing.")]),
  fixture("test_image_content", none, async () => [image]),
  fixture("test_audio_content", none, async () => [{ type: "audio", data: WAV, mimeType: "audio/wav" }]),
  fixture("test_embedded_resource", none, async () => [
    {
      type: "resource",
      resource: {
        uri: "test://embedded-resource",
        mimeType: "text/plain",
        text: "This is an embedded resource content.",
      },
    },
  ]),
  fixture("test_multiple_content_types", none, async () => [
    text("Multiple content types test:"),
    image,
    {
      type: "resource",
      resource: {
        uri: "test://mixed-content-resource",
        mimeType: "application/json",
        text: JSON.stringify({ test: "data", value: 123 }),
      },
    },
  ]),
  fixture("test_error_handling", none, async () => {
    throw new Error("This tool intentionally returns an error for testing");
  }),
];

const notifying: Tool[] = talking([
  fixture("test_tool_with_logging", none, async (call) => {
    await call.log("info", "Tool execution started");
    await pause();
    await call.log("info", "Tool processing data");
    await pause();
    await call.log("info", "Tool execution completed");
    return [text("Logged three times.")];
  }),
  fixture("test_logging_tool", none, async (call) => {
    await call.log("info", "Only for clients that asked for it");
    return [text("Logged once.")];
  }),
  fixture("test_tool_with_progress", none, async (call) => {
    for (const value of [0, 50, 100]) {
      await call.progress(value, 100);
      await pause();
    }
    return [text("Progressed to 100.")];
  }),
]);

const enumerations = {
  untitledSingle: { type: "string", enum: ["option1", "option2", "option3"] },
  titledSingle: {
    type: "string",
    oneOf: [
      { const: "value1", title: "First Option" },
      { const: "value2", title: "Second Option" },
      { const: "value3", title: "Third Option" },
    ],
  },
  legacyEnum: {
    type: "string",
    enum: ["opt1", "opt2", "opt3"],
    enumNames: ["Option One", "Option Two", "Option Three"],
  },
  untitledMulti: { type: "array", items: { type: "string", enum: ["option1", "option2", "option3"] } },
  titledMulti: {
    type: "array",
    items: {
      anyOf: [
        { const: "value1", title: "First Choice" },
        { const: "value2", title: "Second Choice" },
        { const: "value3", title: "Third Choice" },
      ],
    },
  },
};

const defaults = {
  name: { type: "string", default: "John Doe" },
  age: { type: "integer", default: 30 },
  score: { type: "number", default: 95.5 },
  status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
  verified: { type: "boolean", default: true },
};

const asking: Tool[] = talking([
  fixture("test_sampling", z.strictObject({ prompt: z.string() }), async (call, { prompt }) => {
    const { answer } = await call.ask({ answer: sample(prompt, 100) });
    return [text(`LLM response: ${JSON.stringify(answer?.content)}`)];
  }),
  fixture("test_elicitation", z.strictObject({ message: z.string() }), async (call, { message }) => {
    const { answer } = await call.ask({
      answer: elicit(
        message,
        {
          username: { type: "string", description: "User's response" },
          email: { type: "string", description: "User's email address" },
        },
        ["username", "email"],
      ),
    });
    return [text(`User response: ${JSON.stringify(answer)}`)];
  }),
  fixture("test_elicitation_sep1034_defaults", none, async (call) => {
    const { answer } = await call.ask({ answer: elicit("Please check the defaults", defaults) });
    return [text(`Elicitation completed: ${JSON.stringify(answer)}`)];
  }),
  fixture("test_elicitation_sep1330_enums", none, async (call) => {
    const { answer } = await call.ask({ answer: elicit("Please choose", enumerations) });
    return [text(`Elicitation completed: ${JSON.stringify(answer)}`)];
  }),
  fixture("test_streaming_elicitation", none, async (call) => {
    await call.progress(1, 2);
    const { answer } = await call.ask({ answer: askName("Who is there?") });
    return [text(JSON.stringify(answer))];
  }),
  fixture("test_missing_capability", none, async (call) => {
    const { answer } = await call.ask({ answer: sample("Never asked without the capability", 10) });
    return [text(JSON.stringify(answer))];
  }),
]);

const rounds: Tool[] = talking([
  // Its answer decides nothing, and the suite sends it along with the first request.
  fixture("test_input_required_result_elicitation", none, async (call) => {
    const { user_name } = await call.ask({ user_name: askName("What is your name?") }, { sealed: false });
    return [text(`Hello, ${JSON.stringify(user_name?.content)}!`)];
  }),
  fixture("test_input_required_result_sampling", none, async (call) => {
    const { capital_question } = await call.ask({
      capital_question: sample("What is the capital of France?", 100),
    });
    return [text(JSON.stringify(capital_question?.content))];
  }),
  fixture("test_input_required_result_list_roots", none, async (call) => {
    const { client_roots } = await call.ask({ client_roots: roots });
    return [text(`Roots: ${JSON.stringify(client_roots?.roots)}`)];
  }),
  fixture("test_input_required_result_request_state", none, async (call) => {
    await call.ask({ confirm: elicit("Please confirm", { ok: { type: "boolean" } }, ["ok"]) });
    return [text("state-ok")];
  }),
  fixture("test_input_required_result_tampered_state", none, async (call) => {
    await call.ask({ confirm: elicit("Please confirm", { ok: { type: "boolean" } }, ["ok"]) });
    return [text("state-ok")];
  }),
  fixture("test_input_required_result_multiple_inputs", none, async (call) => {
    const answers = await call.ask({
      user_name: askName("What is your name?"),
      greeting: sample("Generate a greeting", 50),
      client_roots: roots,
    });
    return [text(JSON.stringify(answers))];
  }),
  fixture("test_input_required_result_multi_round", none, async (call) => {
    const { step1 } = await call.ask({ step1: askName("Step 1: What is your name?") });
    const { step2 } = await call.ask({
      step2: elicit("Step 2: What is your favorite color?", { color: { type: "string" } }, ["color"]),
    });
    return [text(JSON.stringify([step1, step2]))];
  }),
  fixture("test_input_required_result_capabilities", none, async (call) => {
    const questions: Record<string, ClientRequest> = {
      name: askName("What is your name?"),
      greeting: sample("Generate a greeting", 50),
    };
    const possible = Object.entries(questions).filter(([, question]) => call.canAsk(question.method));
    return [text(JSON.stringify(await call.ask(Object.fromEntries(possible))))];
  }),
]);

function resource(facts: Pick<Resource, "uri" | "mimeType" | "read">): Resource {
  return {
    ...facts,
    name: facts.uri,
    title: facts.uri,
    description: `Fixture ${facts.uri} of the conformance suite.`,
    toolset: "workspace",
    scope: "workspace:read",
    untrusted: [],
  };
}

const resources: Resource[] = [
  resource({
    uri: "test://static-text",
    mimeType: "text/plain",
    read: async () => new RawResource({ text: "This is the content of the static text resource." }),
  }),
  resource({
    uri: "test://static-binary",
    mimeType: "image/png",
    read: async () => new RawResource({ blob: PNG }),
  }),
  resource({
    uri: "test://watched-resource",
    mimeType: "text/plain",
    read: async () => new RawResource({ text: "Nothing changes here." }),
  }),
  resource({
    uri: "test://template/{id}/data",
    mimeType: "application/json",
    read: async (_, { id }) => ({ id, templateTest: true, data: `Data for ID: ${id}` }),
  }),
];

function prompt(
  name: string,
  names: string[],
  get: (call: Call, args: Record<string, string>) => Promise<Record<string, unknown>[]>,
  extra: Partial<Prompt> = {},
): Prompt {
  return {
    name,
    title: name,
    description: `Fixture ${name} of the conformance suite.`,
    toolset: "workspace",
    scopes: ["workspace:read"],
    arguments: names.map((argument) => ({ name: argument, description: "A test argument", required: true })),
    get: async (call, args) =>
      (await get(call, args)).map((content): PromptMessage => ({ role: "user", content })),
    ...extra,
  };
}

const prompts: Prompt[] = [
  prompt("test_simple_prompt", [], async () => [text("This is a simple prompt for testing.")]),
  prompt(
    "test_prompt_with_arguments",
    ["arg1", "arg2"],
    async (_, { arg1, arg2 }) => [text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`)],
    { complete: async (_, __, typed) => [`${typed}1`, `${typed}2`].map((value) => ({ value })) },
  ),
  prompt("test_prompt_with_embedded_resource", ["resourceUri"], async (_, { resourceUri }) => [
    {
      type: "resource",
      resource: {
        uri: resourceUri,
        mimeType: "text/plain",
        text: "Embedded resource content for testing.",
      },
    },
    text("Please process the embedded resource above."),
  ]),
  prompt("test_prompt_with_image", [], async () => [image, text("Please analyze the image above.")]),
  prompt("test_input_required_result_prompt", [], async (call) => {
    const { user_context } = await call.ask({
      user_context: elicit("What context should the prompt use?", { context: { type: "string" } }, [
        "context",
      ]),
    });
    return [text(`Context: ${JSON.stringify(user_context?.content)}`)];
  }),
];

export const fixtures: Catalogue = {
  instructions: "Fixtures of the official conformance suite.",
  tools: [...contents, ...notifying, ...asking, ...rounds],
  resources,
  prompts,
  subscribable: true,
};

import { describe, expect, it } from "vitest";
import { pathOf } from "../../src/chatbots/typebot/response-path.ts";
import { certainlyText } from "../../src/chatbots/typebot/script.ts";
import { isSecret } from "../../src/chatbots/typebot/secrets.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { ask, botOf, nodesOf, read, reasons, text } from "./typebot-sketches.ts";

/** What of a bot is kept, and how what is not is named. */

describe("what a bot loses is named", () => {
  it("a jump to a group that a variable names, and what cannot be reached by it", () => {
    const bot = botOf([
      [ask("q"), { id: "j", type: "Jump", options: { groupId: "{{X}}" } }],
      [text("t", "Hidden")],
    ]);
    expect(reasons(bot)).toEqual(
      expect.arrayContaining([
        'goes_another_way: a jump to the group that "{{X}}" names ends the flow',
        'unreachable: 1 block cannot be reached: a jump to the group that "{{X}}" names ends the flow',
      ]),
    );
    expect(read(bot).leftOut[0]?.nodeIds).toEqual(["message_1"]);
  });

  it("labels that are cut, with what they store whole", () => {
    const label = `Long ${"x".repeat(120)}`;
    const bot = botOf([[{ id: "c", type: "choice input", items: [{ id: "i", content: label }] }]]);
    expect(nodesOf(bot, "choice")).toMatchObject([
      { options: [{ label: label.slice(0, 100), value: label }] },
    ]);
    expect(reasons(bot).join()).toContain("options longer than 100 characters are cut");
  });

  it("settings of inputs and of media that have no counterpart", () => {
    const bot = botOf([
      [
        ask("a", { attachments: { isEnabled: true }, audioClip: { isEnabled: true } }),
        ask("b", { step: 5 }, "number input"),
        ask("c", { defaultCountryCode: "DE" }, "phone number input"),
        ask("d", { format: "yyyy" }, "date input"),
        ask("e", { isRequired: false, allowedFileTypes: { isEnabled: true } }, "file input"),
        {
          id: "p",
          type: "picture choice input",
          items: [{ id: "i", title: "One", ...{ description: "The first" } }],
        },
        {
          id: "m",
          type: "image",
          content: { url: "https://example.com/a.png", ...{ clickLink: { url: "ftp://x" } } },
        },
      ],
    ]);
    for (const said of [
      "files cannot be sent along",
      "cannot be spoken",
      "a number's step",
      'those of "DE"',
      'there as "yyyy"',
      "cannot be skipped",
      "files of every type",
      "pictures of options",
      "descriptions of pictures",
      "links of images that are not https",
    ]) {
      expect(reasons(bot).join("\n")).toContain(said);
    }
  });

  it("a version that is not known", () => {
    expect(reasons(botOf([[text("t", "Hi")]], { version: "7.2" })).join()).toContain('version "7.2"');
    expect(reasons(botOf([[text("t", "Hi")]])).join()).not.toContain("version");
  });
});

describe("what a bot holds is kept", () => {
  const webhook = (options: object) =>
    botOf([[{ id: "w", type: "Webhook", options: { webhook: { url: "https://a.example/x" }, ...options } }]]);

  it("first values that are lists and numbers, and longer ones cut so that the flow can be published", () => {
    const variables = [
      { id: "a", name: "List", value: ["one", "two"] },
      { id: "b", name: "Number", value: 5 },
      { id: "c", name: "Long", value: "x".repeat(3000) },
      ...Array.from({ length: 120 }, (_, i) => ({ id: `v${i}`, name: `Var ${i}` })),
    ];
    const words = variables.map(({ name }) => `{{${name}}}`);
    const bot = botOf([[text("t", ...words)]], { variables });
    const { draft } = read(bot);
    expect(draft.nodes[0]?.data.variables).toEqual(
      expect.arrayContaining([
        { name: "List", value: ["one", "two"] },
        { name: "Number", value: "5" },
        { name: "Long", value: "x".repeat(2000) },
      ]),
    );
    expect(validateFlow(draft).problems.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(reasons(bot).join("\n")).toMatch(/"Long" begins with its first 2000 of 3000/);
    expect(reasons(bot).join("\n")).toMatch(/23 variables are left out/);
  });

  it("a body that is a variable, and all variables where there is none of its own", () => {
    const own = { isCustomBody: true, webhook: { url: "https://a.example/x", body: "{{X}}" } };
    expect(nodesOf(webhook(own), "http_request")).toMatchObject([{ body: "{{X}}" }]);
    const bot = botOf([
      [ask("q"), { id: "w", type: "Webhook", options: { webhook: { url: "https://a.example/x" } } }],
    ]);
    expect(nodesOf(bot, "http_request")).toMatchObject([
      { method: "POST", body: '{"N": {{N}}, "X": {{X}}}' },
    ]);
  });

  it("what is saved of an answer, as far as it is a path", () => {
    expect(pathOf("data.items[0].name")).toBe("items.0.name");
    expect(pathOf("data?.items?.[0]?.name")).toBe("items.0.name");
    expect(pathOf('data["a.b"].c')).toBe("a\\.b.c");
    expect(pathOf("data.items.map(i => i.name)")).toBe("items.*.name");
    expect(pathOf("data.items.flatMap((item) => item.owner.name)")).toBe("items.*.owner.name");
    expect(pathOf("data.items.length")).toBe("items.length");
    expect(pathOf("data")).toBe("$");
    expect(pathOf("statusCode")).toBe("$status");
    for (const code of [
      "data.items.filter(i => i.ok)",
      "JSON.stringify(data)",
      "data.a + 1",
      "dataset.a",
      "data.f()",
    ]) {
      expect(pathOf(code)).toBeNull();
    }
  });

  it.each(["keyword", "monkey", "Idempotency-Key", "pageToken", "keys", "tokenizer", "X-Country"])(
    "%s names no secret",
    (name) => {
      expect(isSecret({ key: name, value: "abc" })).toBe(false);
    },
  );
  it.each([
    "Authorization",
    "X-Api-Key",
    "apiKey",
    "api_key",
    "key",
    "access_token",
    "Cookie",
    "client-secret",
    "Password",
  ])("%s names a secret", (name) => {
    expect(isSecret({ key: name, value: "abc" })).toBe(true);
  });

  it("a parameter whose value is a variable, and no secret in an address", () => {
    const queryParams = [
      { key: "api_key", value: "{{X}}" },
      { key: "token", value: "s3cret" },
    ];
    const bot = webhook({
      webhook: { method: "GET", url: "https://a.example/x?apikey=s3cret&q=1", queryParams },
    });
    expect(nodesOf(bot, "http_request")).toMatchObject([{ url: "https://a.example/x?q=1&api_key={{X}}" }]);
    expect(JSON.stringify(read(bot))).not.toContain("s3cret");
  });

  it("the order, depth and lines of lists and code", () => {
    const item = (words: string, ...children: object[]) => ({
      type: "li",
      children: [{ type: "lic", children: [{ text: words }] }, ...children],
    });
    const richText = [
      { type: "ol", children: [item("one", { type: "ul", children: [item("inner")] }), item("two")] },
      {
        type: "code_block",
        children: ["a = 1", "b = 2"].map((line) => ({ type: "code_line", children: [{ text: line }] })),
      },
    ];
    const bot = botOf([[{ id: "t", type: "text", content: { richText } }]]);
    expect(nodesOf(bot, "message")).toEqual([{ text: "1. one\n  • inner\n2. two\na = 1\nb = 2" }]);
  });
});

describe("an expression that Typebot takes for a text", () => {
  it.each([
    "he",
    "Hello $v",
    "Hello, $v!",
    "https://a.example/$v",
    "5 kg",
    "Yes, please",
    "I don't",
    "it's",
    "€ 5",
    "A-B",
  ])("%s", (code) => {
    expect(certainlyText(code)).toBe(true);
  });
  it.each([
    "Math.max(1, 2)",
    "$v * 2",
    "new Date()",
    "$v ? 'a' : 'b'",
    "x = 5",
    "return x",
    "`a b`",
    "[1, 2]",
    "typeof x",
  ])("%s is code", (code) => {
    expect(certainlyText(code)).toBe(false);
  });
});

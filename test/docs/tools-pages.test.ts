import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineTool, HINTS } from "../../src/calls/define.ts";
import { listTool } from "../../src/calls/listing.ts";
import { catalogue } from "../../src/catalogue.ts";
import { ALL_SCOPES, CAREFUL_SCOPES } from "../../src/control/scopes.ts";
import { ERROR_LIST } from "../../src/docs/error-list.ts";
import { docsRoutes } from "../../src/docs/routes.ts";
import { draftSchema } from "../../src/flows/graph/document.ts";
import { NODE_TYPES, nodeSchemas } from "../../src/flows/graph/nodes.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { attributesOf, get, ORIGIN, pageAt, textsOf } from "./pages.ts";

const TOOLSETS = [...new Set(catalogue.tools.map(({ toolset }) => toolset))];
const of = (toolset: string) => catalogue.tools.filter((tool) => tool.toolset === toolset);

describe("/docs/tools", () => {
  it("is an index of all tools by toolset, each a link to its place", async () => {
    const html = await pageAt("/docs/tools");
    const sections = await attributesOf(html, "section h2", "id");
    expect(sections).toEqual([...TOOLSETS, "answers", "errors", "scopes", "resources", "prompts"]);
    const tools = TOOLSETS.flatMap(of);
    expect(await attributesOf(html, ".index li", "id")).toEqual(tools.map(({ name }) => name));
    expect(await attributesOf(html, ".index a", "href")).toEqual(
      tools.map(({ name, toolset }) => `/docs/tools/${toolset}#${name}`),
    );
    const texts = (await textsOf(html, "main")).join(" ");
    for (const { uri } of catalogue.resources) expect(texts).toContain(uri);
    for (const { name } of catalogue.prompts) expect(texts).toContain(name);
  });

  it("lists every scope with who may hold it, and every code of an error with its status", async () => {
    const html = await pageAt("/docs/tools");
    const [errors = "", scopes = ""] = await textsOf(html, "table");
    for (const scope of ALL_SCOPES)
      expect(scopes).toContain(`${scope}${CAREFUL_SCOPES.includes(scope) ? " *" : ""}`);
    for (const { code, status } of ERROR_LIST) expect(errors).toContain(`${code}${status}`);
    expect(ERROR_LIST.find(({ code }) => code === "rate_limited")?.status).toBe(429);
  });

  it("finds tools by what people want to do, without a script", async () => {
    const html = await pageAt("/docs/tools?q=assign+a+conversation");
    const [first] = await attributesOf(html, "section a", "href");
    expect(first).toBe("/docs/tools/conversations#assign_conversation");
    expect(await attributesOf(html, "input[name=q]", "value")).toEqual(["assign a conversation"]);
    const none = await pageAt(`/docs/tools?q=${encodeURIComponent(`"><b>zzqqx</b>`)}`);
    expect(none).toContain("No tool is found");
    expect(none).not.toContain("<b>");
    // Longer than is read, blank, and where nothing is looked for.
    expect((await get(`/docs/tools?q=${"contact ".repeat(900)}`)).status).toBe(200);
    expect(await pageAt("/docs/tools?q=+")).toBe(await pageAt("/docs/tools"));
    expect(await pageAt("/docs/connect?q=x")).toBe(await pageAt("/docs/connect"));
  });
});

/** The words of a name, which say no more than the name: what stands where nobody wrote a meaning. */
const bare = (name: string) =>
  name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();

/** Tables of fields: names, types and meanings. None is empty, a mere name, or a list that fills a screen. */
async function expectTelling(html: string): Promise<void> {
  const rows = z.array(z.string()).min(3);
  for (const row of html.match(/<tr>.*?<\/tr>/gs) ?? []) {
    const cells = rows.parse(await textsOf(row, "th, td"));
    if (cells[0] === "Name") continue;
    const [name = "", , meaning = ""] = cells;
    expect(meaning.trim(), row).not.toBe("");
    const plain = name.replace(" (required)", "");
    expect(meaning.toLowerCase(), `${plain} needs a meaning in src/docs/meanings.ts`).not.toBe(bare(plain));
    const [type = ""] = await textsOf(row.replaceAll(/<details>.*?<\/details>/gs, ""), "td");
    expect(type.length, row).toBeLessThan(120);
  }
}

describe.each(TOOLSETS)("/docs/tools/%s", (toolset) => {
  const tools = of(toolset);
  const path = `/docs/tools/${toolset}`;

  it("tells each tool's title, description, scope, parameters and answer", async () => {
    const html = await pageAt(path);
    const articles = (await textsOf(html, "article")).map((text) => text.replaceAll(/\s+/g, " "));
    expect(await attributesOf(html, "article h2[id]", "id")).toEqual(tools.map(({ name }) => name));
    tools.forEach((tool, i) => {
      const text = articles[i] ?? "";
      const { inputSchema, outputSchema } = listTool(tool);
      const { untrustedFields: _, truncated: __, ...answered } = outputSchema?.properties ?? {};
      for (const part of [
        ...[tool.title, tool.description, tool.scope, tool.hints.readOnly ? "reads" : "writes"],
        ...(tool.grantScope ? [tool.grantScope] : []),
        ...Object.keys({ ...inputSchema.properties, ...answered }),
      ]) {
        expect(text, tool.name).toContain(part.replaceAll(/\s+/g, " "));
      }
    });
    expect(await textsOf(html, "table caption")).toHaveLength((await textsOf(html, "table")).length);
  });

  it("leaves no meaning empty, and no list of values fills a screen", async () => {
    await expectTelling(await pageAt(path));
  });

  it("has the example of each tool as JSON that the tool takes", async () => {
    const call = z.strictObject({ name: z.string(), arguments: z.looseObject({}) });
    const examples = await textsOf(await pageAt(path), "article pre code");
    const named = tools.filter(({ example }) => example !== undefined);
    expect(examples).toHaveLength(named.length);
    examples.forEach((text, i) => {
      const { name, arguments: args } = call.parse(JSON.parse(text));
      expect(name).toBe(named[i]?.name);
      expect(named[i]?.prepare(args)).not.toHaveProperty("failure");
    });
  });
});

describe("/docs/flow-nodes", () => {
  it("has every type with its fields and handles, from the schemas", async () => {
    const html = await pageAt("/docs/flow-nodes");
    expect(await attributesOf(html, "article h2", "id")).toEqual(NODE_TYPES);
    const articles = await textsOf(html, "article");
    NODE_TYPES.forEach((type, i) => {
      for (const field of Object.keys(nodeSchemas[type].shape.data.shape))
        expect(articles[i]).toContain(field);
      expect(articles[i]).toMatch(/Handles?: \w|No handles/);
    });
    for (const text of await textsOf(html, "article p")) expect(text).not.toBe("");
    await expectTelling(html);
  });

  it("shows a flow in which nothing is wrong", async () => {
    const [text = ""] = await textsOf(await pageAt("/docs/flow-nodes"), "pre code");
    expect(validateFlow(draftSchema.parse(JSON.parse(text))).problems).toEqual([]);
  });
});

describe("what a record holds", () => {
  it("is escaped, whatever it is", async () => {
    const evil = `<script>alert("x")</script> & <b onclick='y'>`;
    const tool = defineTool({
      name: "evil_tool",
      title: evil,
      description: evil,
      phrases: evil,
      toolset: "contacts",
      scope: "contacts:read",
      hints: HINTS.R,
      untrusted: [evil],
      example: { field: evil },
      input: () => z.strictObject({ field: z.string().describe(evil) }),
      output: () => z.object({ field: z.string() }),
      run: async () => ({ field: "" }),
    });
    const docs = docsRoutes({ ...catalogue, tools: [tool], resources: [], prompts: [] });
    const answer = await docs.fetch(new Request(`${ORIGIN}/docs/tools/contacts`), env);
    const html = (await answer?.text()) ?? "";
    expect(html).not.toMatch(/<script>|<b /);
    const [text = ""] = await textsOf(html, "article");
    expect(text.split(evil).length - 1).toBe(4);
    expect(text).toContain(JSON.stringify(evil));
  });
});

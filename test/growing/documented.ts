import { expect, inject } from "vitest";
import { z } from "zod";
import { listTool } from "../../src/calls/listing.ts";
import { OPENAPI_PATH, TOOLS_PATH } from "../../src/rest/openapi.ts";
import type { Checks } from "./checks.ts";
import { sampleArguments } from "./samples.ts";
import { callTool, connectWith, ORIGIN, type World } from "./world.ts";

const page = async ({ serve }: World, path: string) => (await serve(new Request(`${ORIGIN}${path}`))).text();

const openApi = z.object({
  paths: z.record(z.string(), z.object({ post: z.looseObject({ operationId: z.string() }) })),
});

declare module "vitest" {
  interface ProvidedContext {
    /** Paths of the files that are served beside the Worker, before it. */
    siteFiles: string[];
  }
}

/** Whoever looks for a tool finds it: in lists, by search, on pages, as a plain HTTP call. All from its record. */
export const documented: Checks = {
  async "is listed as its record says"(tool, { mine }) {
    const { tools } = await mine.client.listTools();
    const listed = tools.find(({ name }) => name === tool.name);
    expect(listed).toEqual(listTool(tool));
  },

  async "answers no address of this server that is not there"(tool, { mine }) {
    const { text } = await callTool(mine.client, tool.name, await sampleArguments(tool, mine, mine.open));
    for (const [address] of text.matchAll(/https?:\/\/[^\s"'<>\\]+/g)) {
      if (!address.startsWith(ORIGIN) || inject("siteFiles").includes(new URL(address).pathname)) continue;
      const { status } = await mine.serve(new Request(address));
      expect(status, `${tool.name} answers ${address}`).not.toBe(404);
    }
  },

  async "is found in compact mode by what people say, and called there"(tool, { mine }) {
    const client = await connectWith(mine, { scopes: "all" }, "/mcp?mode=compact");
    const query = tool.phrases.split(", ")[0];
    const { data, text } = await callTool(client, "search_tools", { query });
    expect(data.tools, text).toEqual(
      expect.arrayContaining([expect.objectContaining({ name: tool.name, title: tool.title })]),
    );
    const args = await sampleArguments(tool, mine, mine.open);
    const inner = await callTool(client, "call_tool", { name: tool.name, arguments: args });
    expect(inner.code, inner.text).toBeNull();
  },

  async "has its place on the page of tools and in llms.txt"(tool, { mine }) {
    expect(await page(mine, "/docs/tools")).toContain(`<li id="${tool.name}">`);
    expect(await page(mine, `/docs/tools/${tool.toolset}`)).toContain(`<h2 id="${tool.name}">`);
    const words = (await page(mine, "/llms.txt")).split(/[\s,]+/);
    expect(words).toContain(tool.name);
  },

  async "is an operation of the OpenAPI document, and answers as one"(tool, { mine }) {
    const { paths } = openApi.parse(JSON.parse(await page(mine, OPENAPI_PATH)));
    const path = `${TOOLS_PATH}${tool.name}`;
    expect(paths[path]?.post.operationId).toBe(tool.name);
    const response = await mine.serve(
      new Request(`${ORIGIN}${path}`, {
        method: "POST",
        headers: { authorization: `Bearer ${mine.token}`, "content-type": "application/json" },
        body: JSON.stringify(await sampleArguments(tool, mine, mine.open)),
      }),
    );
    const text = await response.text();
    expect(response.status, text).toBe(200);
    const { outputSchema } = listTool(tool);
    if (!outputSchema) throw new Error("It lists no output schema.");
    // As a client reads it off the list.
    const asListed = z.fromJSONSchema(JSON.parse(JSON.stringify(outputSchema)));
    expect(asListed.safeParse(JSON.parse(text)).error).toBeUndefined();
  },
};

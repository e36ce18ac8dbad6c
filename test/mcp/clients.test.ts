import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { listCatalogue } from "../../src/calls/listing.ts";
import { catalogue } from "../../src/catalogue.ts";
import { doorTo, newCaller, tool } from "./catalogue-door.ts";
import {
  bearer,
  modern,
  modernClient,
  newKey,
  newWorkspace,
  ORIGIN,
  sessionClient,
  sseClient,
} from "./visit.ts";

const listed = listCatalogue(catalogue);
const key = async () => newKey((await newWorkspace()).id);

describe("official clients", () => {
  it("see the very same catalogue in every lane", async () => {
    const token = await key();
    const now = await modernClient(token);
    const { client: session } = await sessionClient(token);
    const { client: sse } = await sseClient(new URL("/sse", ORIGIN), bearer(token));
    const wire = JSON.parse(JSON.stringify(listed));
    for (const client of [now, session, sse]) {
      expect((await client.listTools()).tools).toEqual(wire.tools);
      expect((await client.listResources()).resources).toEqual(wire.resources);
      expect((await client.listResourceTemplates()).resourceTemplates).toEqual(wire.resourceTemplates);
      expect((await client.listPrompts()).prompts).toEqual(wire.prompts);
      expect(client.getInstructions()).toBe(catalogue.instructions);
      expect(client.getServerVersion()).toMatchObject({ name: "parley", title: "Parley" });
    }
    await sse.close();
  });

  it("call tools and read resources with the same answers", async () => {
    const token = await key();
    const now = await modernClient(token);
    const { client: session } = await sessionClient(token);
    const { client: sse } = await sseClient(new URL("/mcp/sse", ORIGIN), bearer(token));
    const made = await session.callTool({ name: "create_contact", arguments: { name: "Ada" } });
    const [, id = ""] = /"(ct_[0-9a-z]+)"/.exec(JSON.stringify(made.structuredContent)) ?? [];
    const answers = [];
    for (const client of [now, session, sse]) {
      const { structuredContent, content } = await client.callTool({
        name: "get_contact",
        arguments: { contactId: id },
      });
      const { contents } = await client.readResource({ uri: `parley://contact/${id}` });
      answers.push({ structuredContent, content, contents });
      const gone = client.readResource({ uri: "parley://contact/ct_none" });
      const code = await gone.then(
        () => 0,
        (error: { code: number }) => error.code,
      );
      expect(code).toBe(client === now ? -32602 : -32002);
    }
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    await sse.close();
  });

  it("of a failing call see the error, not a broken promise", async () => {
    const token = await key();
    for (const client of [await modernClient(token), (await sessionClient(token)).client]) {
      await client.listTools();
      const result = await client.callTool({ name: "get_contact", arguments: { contactId: "ct_none" } });
      expect(result.isError).toBe(true);
      expect(JSON.stringify(result.content)).toContain("not_found");
    }
  });
});

describe("a client that cancels", () => {
  const fired = Promise.withResolvers<string>();
  const started = Promise.withResolvers<void>();
  const waits = tool({
    name: "waits",
    interactive: true,
    input: () => z.strictObject({}),
    output: () => z.object({ ok: z.boolean() }),
    async run(call) {
      started.resolve();
      await new Promise<void>((resolve) => {
        call.signal.addEventListener("abort", () => resolve());
      });
      fired.resolve("aborted");
      return { ok: true };
    },
  });

  it("aborts its call in a session", async () => {
    // Sessions serve the product's catalogue: for this test it has one more tool.
    const { tools } = catalogue;
    Object.assign(catalogue, { tools: [...tools, waits] });
    onTestFinished(() => void Object.assign(catalogue, { tools }));
    const { client } = await sessionClient(await key());
    const stop = new AbortController();
    const calling = client.callTool({ name: "waits" }, undefined, { signal: stop.signal });
    await started.promise;
    stop.abort("changed my mind");
    await expect(calling).rejects.toThrow();
    expect(await fired.promise).toBe("aborted");
  });
});

describe("a client that goes away", () => {
  it("aborts its call at 2026-07-28", async () => {
    const fired = Promise.withResolvers<string>();
    const started = Promise.withResolvers<void>();
    const door = doorTo({
      tools: [
        tool({
          name: "waits",
          input: () => z.strictObject({}),
          output: () => z.object({ ok: z.boolean() }),
          async run(call) {
            started.resolve();
            await new Promise<void>((resolve) => {
              call.signal.addEventListener("abort", () => resolve());
            });
            fired.resolve("aborted");
            return { ok: true };
          },
        }),
      ],
    });
    const gone = new AbortController();
    const sending = door.send(
      await newCaller(),
      modern("tools/call", { name: "waits", arguments: {} }),
      gone.signal,
    );
    await started.promise;
    gone.abort();
    expect(await fired.promise).toBe("aborted");
    expect((await sending).status).toBe(499);
  });
});

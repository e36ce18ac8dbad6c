import { setTimeout as sleep } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, it } from "vitest";
import { z } from "zod";
import { serverForTest, type TestServer } from "./server.ts";

/** The server is killed (SIGKILL, its whole process group) while it rebuilds the search index. */

const ARTICLES = 24;
/** Passages are some hundred words: each article becomes about thirty. */
const content = (i: number) =>
  Array.from(
    { length: 30 },
    (_, n) => `## Part ${n}\n\n${`Lantern ${i} has a wick of its own. `.repeat(35)}`,
  ).join("\n\n");

async function connect(server: TestServer) {
  const client = new Client(
    { name: "retrained", version: "1" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${server.demoToken}` } },
    }),
  );
  return async <T extends z.ZodType>(name: string, args: object, answer: T): Promise<z.output<T>> => {
    const { structuredContent, content } = await client.callTool({ name, arguments: { ...args } });
    const parsed = answer.safeParse(structuredContent);
    if (!parsed.success) throw new Error(`${name}: ${JSON.stringify(content)}`, { cause: parsed.error });
    return parsed.data;
  };
}

const made = (noun: string) => z.object({ [noun]: z.object({ id: z.string() }) });
const job = z.object({ job: z.object({ id: z.string(), state: z.string(), done: z.number() }) });
const index = z.object({
  searchIndex: z.object({
    state: z.string(),
    progress: z.number().nullable(),
    lastBuiltAt: z.string().nullable(),
    error: z.string().nullable(),
  }),
});
const found = z.object({ items: z.array(z.object({ title: z.string() })) });

it("goes on with retraining where it was killed, the index before it answering all the while", async () => {
  const server = await serverForTest();
  let call = await connect(server);
  const chatbotId = (await call("create_chatbot", { name: "Lanterns" }, made("chatbot"))).chatbot?.id;
  for (let i = 0; i < ARTICLES; i++) {
    const article = { title: `Lantern ${i}`, description: "", content: content(i) };
    const created = await call("create_knowledge_article", { chatbotId, ...article }, made("article"));
    const articleId = created.article?.id;
    const published = { chatbotId, articleId, reviewStatus: "published" };
    await call("update_knowledge_article", published, made("article"));
  }
  /** The first answer for each of these articles' names. */
  const named = async (...numbers: number[]) =>
    Promise.all(
      numbers.map(async (i) => {
        const query = { chatbotId, query: `lantern ${i}`, limit: 1 };
        return (await call("search_knowledge", query, found)).items[0]?.title;
      }),
    );
  const answers = ["Lantern 10", "Lantern 17", "Lantern 23"];
  const state = async () => (await call("get_chatbot", { chatbotId }, index)).searchIndex;
  expect(await named(10, 17, 23)).toEqual(answers);

  const started = (await call("retrain_chatbot", { chatbotId }, job)).job;
  const seen: number[] = [];
  for (let kills = 0; kills < 2; ) {
    const { state: now, progress } = await state();
    if (now === "ready") break;
    if (progress !== null && progress > (seen.at(-1) ?? 0)) {
      seen.push(progress);
      await server.kill();
      kills++;
      await server.start();
      call = await connect(server);
      expect(await named(10, 17, 23)).toEqual(answers);
    }
    await sleep(30);
  }
  // It was cut off at least once in the middle, and never fell back.
  expect(seen.length).toBeGreaterThan(0);
  expect(seen[0]).toBeLessThan(100);
  const end = Date.now() + 240_000;
  for (;;) {
    const shown = await state();
    expect(shown.error).toBeNull();
    if (shown.lastBuiltAt !== null) {
      expect(shown).toMatchObject({ state: "ready", progress: null });
      break;
    }
    expect(shown.progress).toBeGreaterThanOrEqual(seen.at(-1) ?? 0);
    expect(Date.now()).toBeLessThan(end);
    await sleep(100);
  }
  expect(await named(10, 17, 23)).toEqual(answers);
  // That job is over: asked again, it is another one.
  expect((await call("retrain_chatbot", { chatbotId }, job)).job.id).not.toBe(started.id);
});

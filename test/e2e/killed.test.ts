import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, it } from "vitest";
import { z } from "zod";
import { serverForTest, type TestServer } from "./server.ts";
import { Visitor } from "./visitor.ts";

/** The server is killed (SIGKILL, its whole process group) in the middle of writes and sends. */

async function connect(server: TestServer): Promise<Client> {
  const client = new Client(
    { name: "killed", version: "1" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${server.demoToken}` } },
    }),
  );
  return client;
}

const sent = z.object({ structuredContent: z.object({ message: z.object({ id: z.string() }) }) });
const usage = z.object({
  structuredContent: z.object({ windows: z.array(z.object({ window: z.string(), used: z.number() })) }),
});

async function usedToday(client: Client): Promise<number> {
  const answer = usage.parse(await client.callTool({ name: "get_api_usage", arguments: {} }));
  return answer.structuredContent.windows.find(({ window }) => window === "day")?.used ?? 0;
}

it("loses nothing acknowledged, sends nothing twice, and forgets no quota", async () => {
  const server = await serverForTest();
  const workspaceId = `ws_${server.demoToken.split("_")[1]}`;
  const inbox = await server.parley<{ id: string; publicKey: string }>(
    ...["inbox", "create", "--workspace", workspaceId, "--channel", "web", "--name", "Website"],
  );
  const visitor = new Visitor(server.url);
  await visitor.arrive(inbox.publicKey, { name: "Ann" });
  const first = await visitor.say("first");
  const conversationId = String(first.conversationId);

  const acknowledged = { visitor: ["first"] as string[], replies: new Map<string, string>() };
  const tried = { visitor: new Set<string>(), replies: new Set<string>() };
  for (let round = 0; round < 3; round++) {
    const client = await connect(server);
    let alive = true;
    const writes = async (worker: number) => {
      for (let i = 0; alive; i++) {
        const key = `${round}-${worker}-${i}`;
        (worker % 2 ? tried.visitor : tried.replies).add(key);
        try {
          if (worker % 2) {
            await visitor.say(`in ${key}`, key);
            acknowledged.visitor.push(`in ${key}`);
          } else {
            const answer = sent.parse(
              await client.callTool({
                name: "reply_to_conversation",
                arguments: { conversationId, text: `out ${key}`, idempotencyKey: key },
              }),
            );
            acknowledged.replies.set(key, answer.structuredContent.message.id);
          }
        } catch {
          // Cut off, or refused by a limit: not acknowledged, so nothing is promised about it.
          if (alive) await new Promise((resolve) => setTimeout(resolve, 50));
        }
      }
    };
    const workers = [0, 1, 2, 3].map(writes);
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    const before = acknowledged.replies.size;
    await server.kill();
    alive = false;
    await Promise.all(workers);
    await server.start();

    const again = await connect(server);
    expect(await usedToday(again)).toBeGreaterThanOrEqual(before);
    // Everything of this round that was cut off, and some that was acknowledged, is sent again under its key.
    const mine = [...tried.replies].filter((key) => key.startsWith(`${round}-`));
    for (const key of mine.filter((key, i) => !acknowledged.replies.has(key) || i % 10 === 0)) {
      const repeated = sent.parse(
        await again.callTool({
          name: "reply_to_conversation",
          arguments: { conversationId, text: `out ${key}`, idempotencyKey: key },
        }),
      ).structuredContent.message.id;
      expect(repeated).toBe(acknowledged.replies.get(key) ?? repeated);
      acknowledged.replies.set(key, repeated);
    }
    for (const key of [...tried.visitor].filter((key) => key.startsWith(`${round}-`)).slice(-3)) {
      await visitor.say(`in ${key}`, key);
      acknowledged.visitor.push(`in ${key}`);
    }
  }

  expect(tried.replies.size + tried.visitor.size).toBeGreaterThan(20);
  const heard: string[] = [];
  let after = 0;
  for (;;) {
    const page = await visitor.hear(after);
    if (page.length === 0) break;
    heard.push(...page.map(({ text }) => text));
    after = page.at(-1)?.seq ?? after;
  }
  expect(new Set(heard).size).toBe(heard.length);
  for (const text of acknowledged.visitor) expect(heard).toContain(text);
  for (const key of acknowledged.replies.keys()) expect(heard).toContain(`out ${key}`);
}, 300_000);

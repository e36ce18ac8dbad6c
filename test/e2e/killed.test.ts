import { setTimeout as sleep } from "node:timers/promises";
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

/** Messages that a visitor may send a minute are limited: each round's visitor stays well below. */
const VISITOR_MESSAGES = 15;

/** Everything of a conversation, oldest first. */
async function hearAll(visitor: Visitor): Promise<string[]> {
  const heard: string[] = [];
  let after = 0;
  for (;;) {
    const page = await visitor.hear(after);
    if (page.length === 0) return heard;
    heard.push(...page.map(({ text }) => text));
    after = page.at(-1)?.seq ?? after;
  }
}

it("loses nothing acknowledged, sends nothing twice, and forgets no quota but the last moment's", async () => {
  const server = await serverForTest();
  const workspaceId = `ws_${server.demoToken.split("_")[1]}`;
  const inbox = await server.parley<{ id: string; publicKey: string }>(
    ...["inbox", "create", "--workspace", workspaceId, "--channel", "web", "--name", "Website"],
  );
  // No plan allows as many calls a minute as a fast machine makes here.
  await server.parley(
    ...["plan", "set", "--name", "roomy", "--per-minute", "1000000", "--mcp", "on"],
    "--bot-tokens",
    "on",
  );
  await server.parley("workspace", "set-plan", "--workspace", workspaceId, "--plan", "roomy");
  let attempts = 0;
  let counted = 0;
  for (let round = 0; round < 3; round++) {
    const visitor = new Visitor(server.url);
    await visitor.arrive(inbox.publicKey, { name: `Ann ${round}` });
    const conversationId = String((await visitor.say("first")).conversationId);
    const client = await connect(server);
    const reply = async (connection: Client, key: string) =>
      sent.parse(
        await connection.callTool({
          name: "reply_to_conversation",
          arguments: { conversationId, text: `out ${key}`, idempotencyKey: key },
        }),
      ).structuredContent.message.id;

    /** What was tried under each key, and the id that was acknowledged for it, if any. */
    const said = new Map<string, boolean>();
    const replied = new Map<string, string | null>();
    const acknowledgedAt: number[] = [];
    let alive = true;
    const writes = async (worker: number) => {
      for (let i = 0; alive && (worker % 2 === 0 || i < VISITOR_MESSAGES); i++) {
        const key = `${round}-${worker}-${i}`;
        try {
          if (worker % 2) {
            said.set(key, false);
            await visitor.say(`in ${key}`, key);
            said.set(key, true);
          } else {
            replied.set(key, null);
            replied.set(key, await reply(client, key));
            acknowledgedAt.push(Date.now());
          }
        } catch {
          // Cut off, or over the plan's limit: not acknowledged, so nothing is promised about it.
          if (alive) await sleep(50);
        }
      }
    };
    const workers = [0, 1, 2, 3].map(writes);
    // In the middle of it: some of both kinds were acknowledged, and the next are on their way.
    const acknowledged = (of: Iterable<unknown>) =>
      [...of].filter((one) => one !== null && one !== false).length;
    const began = Date.now();
    while (
      acknowledged(said.values()) < 8 ||
      acknowledged(replied.values()) < 20 ||
      Date.now() < began + 3_000
    ) {
      await sleep(5);
    }
    // The gate may forget its last ten requests, or those of the last second: `gate-storage.ts`.
    const written = acknowledgedAt.filter((at) => at < Date.now() - 1_500).length;
    counted += Math.min(written, acknowledgedAt.length - 10);
    await server.kill();
    alive = false;
    await Promise.all(workers);
    attempts += said.size + replied.size;
    await server.start();

    const again = await connect(server);
    expect(await usedToday(again)).toBeGreaterThanOrEqual(counted);
    // Everything that was cut off, and some that was acknowledged, is sent again under its key.
    for (const [key, id] of [...replied].filter(([, known], i) => known === null || i % 10 === 0)) {
      const repeated = await reply(again, key);
      expect(repeated).toBe(id ?? repeated);
      replied.set(key, repeated);
    }
    for (const [key] of [...said].filter(([, known], i) => !known || i % 10 === 0)) {
      await visitor.say(`in ${key}`, key);
      said.set(key, true);
    }
    const heard = await hearAll(visitor);
    const expected = [
      "first",
      ...[...said.keys()].map((key) => `in ${key}`),
      ...[...replied.keys()].map((key) => `out ${key}`),
    ];
    expect(heard.toSorted()).toEqual(expected.toSorted());
  }
  expect(attempts).toBeGreaterThan(60);
});

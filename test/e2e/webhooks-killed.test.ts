import { setTimeout as sleep } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { outOfOrder, Receiver } from "./receiver.ts";
import { serverForTest, type TestServer } from "./server.ts";
import { Visitor } from "./visitor.ts";

/** The server is killed (SIGKILL, its whole process group) while it tells a webhook of what visitors say. */

const ROUNDS = 5;

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

const made = z.object({
  structuredContent: z.object({ webhook: z.object({ id: z.string() }), secret: z.string() }),
});
const feed = z.object({
  structuredContent: z.object({
    nextCursor: z.string(),
    hasMore: z.boolean(),
    items: z.array(z.object({ seq: z.int() })),
  }),
});

/** The feed from a place on, and where it ends. */
async function readFeed(client: Client, start?: string): Promise<{ seqs: number[]; end: string }> {
  const seqs: number[] = [];
  for (let cursor = start; ; ) {
    const args = { limit: 100, ...(cursor ? { cursor } : {}) };
    const page = feed.parse(
      await client.callTool({ name: "list_events", arguments: args }),
    ).structuredContent;
    seqs.push(...page.items.map(({ seq }) => seq));
    if (!page.hasMore) return { seqs, end: page.nextCursor };
    cursor = page.nextCursor;
  }
}

it("tells each event at least once, in order per conversation, under one id, however often it is killed", async () => {
  const receiver = await Receiver.start();
  onTestFinished(() => receiver.close());
  const server = await serverForTest({ env: { LOCAL_TARGETS: receiver.origin } });
  const workspaceId = `ws_${server.demoToken.split("_")[1]}`;
  const inbox = await server.parley<{ publicKey: string }>(
    ...["inbox", "create", "--workspace", workspaceId, "--channel", "web", "--name", "Website"],
  );
  const client = await connect(server);
  const { end } = await readFeed(client);
  const { webhook, secret } = made.parse(
    await client.callTool({
      name: "create_webhook",
      arguments: { url: `${receiver.origin}/hook`, events: ["*"] },
    }),
  ).structuredContent;
  receiver.secrets.set("/hook", secret);
  // Three of ten fail, once each: the pause behind a second failure is five minutes.
  const failed = new Set<string>();
  receiver.answer = async (response, { id, seq }) => {
    await sleep(30);
    if (failed.has(id) || seq % 10 > 2) return void response.end("ok");
    failed.add(id);
    response.writeHead(500).end("no");
  };
  for (let round = 0; round < ROUNDS; round++) {
    const visitors = Array.from({ length: 3 }, () => new Visitor(server.url));
    for (const [i, visitor] of visitors.entries())
      await visitor.arrive(inbox.publicKey, { name: `Ann ${i}` });
    const before = receiver.taken.length;
    let alive = true;
    const talks = visitors.map(async (visitor) => {
      for (let i = 0; alive && i < 15; i++) await visitor.say(`word ${i}`).catch(() => {});
    });
    // In the middle of it: some were told, others wait.
    while (receiver.taken.length < before + 5 + 3 * round) await sleep(5);
    await server.kill();
    alive = false;
    await Promise.all(talks);
    await server.start();
  }
  // Nobody says anything any more: housekeeping finds what is behind, as its cron trigger has it do.
  const again = await connect(server);
  const { seqs } = await readFeed(again, end);
  const heard = () => [...new Set(receiver.told("/hook").map(({ seq }) => seq))].toSorted((a, b) => a - b);
  const sweep = `${server.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("*/2 * * * *")}`;
  expect((await fetch(sweep)).status).toBe(200);
  await expect.poll(heard, { timeout: 60_000, interval: 200 }).toEqual(seqs);
  expect(seqs.length).toBeGreaterThan(ROUNDS * 8);
  expect(failed.size).toBeGreaterThan(ROUNDS);
  expect(outOfOrder(receiver.told("/hook"))).toBeUndefined();
  const ids = new Map(receiver.told("/hook").map(({ seq, id }) => [seq, id]));
  for (const { seq, id } of receiver.taken) expect(id).toBe(ids.get(seq));
  expect(new Set(ids.values()).size).toBe(seqs.length);
  expect(receiver.wrong).toEqual([]);
  const state = await again.callTool({ name: "get_webhook", arguments: { webhookId: webhook.id } });
  expect(state.structuredContent).toMatchObject({ webhook: { status: "active", delivering: true } });
  console.log(
    `${seqs.length} events, ${receiver.taken.length} requests, ${failed.size} refused once, ${ROUNDS} kills`,
  );
});

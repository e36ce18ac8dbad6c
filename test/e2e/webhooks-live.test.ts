import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { outOfOrder, Receiver } from "./receiver.ts";
import { startServer, type TestServer } from "./server.ts";
import { Visitor } from "./visitor.ts";

/** Webhooks that are told by themselves, by the real server to a real receiver on this machine. */

let server: TestServer;
let receiver: Receiver;
let client: Client;
let inboxKey: string;

async function connect(): Promise<Client> {
  const made = new Client({ name: "webhook-test", version: "1.0.0" });
  await made.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${server.demoToken}` } },
    }),
  );
  return made;
}

beforeAll(async () => {
  receiver = await Receiver.start();
  server = await startServer({ env: { LOCAL_TARGETS: receiver.origin } });
  client = await connect();
  const inbox = await server.parley<{ publicKey: string }>(
    ...["inbox", "create", "--workspace", `ws_${server.demoToken.split("_")[1]}`],
    ...["--channel", "web", "--name", "Website"],
  );
  inboxKey = inbox.publicKey;
});
afterAll(async () => {
  await client?.close();
  await server?.dispose();
  receiver?.close();
});

async function call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const result = await client.callTool({ name, arguments: args });
  if (result.isError) throw new Error(JSON.stringify(result.content));
  return z.record(z.string(), z.unknown()).parse(result.structuredContent);
}

const made = z.object({ webhook: z.object({ id: z.string() }), secret: z.string() });
const feed = z.object({
  nextCursor: z.string(),
  hasMore: z.boolean(),
  items: z.array(z.object({ seq: z.int() })),
});

/** Where the feed ends. */
async function feedEnd(): Promise<string> {
  for (let cursor: string | undefined; ; ) {
    const page = feed.parse(await call("list_events", { limit: 100, ...(cursor ? { cursor } : {}) }));
    if (!page.hasMore) return page.nextCursor;
    cursor = page.nextCursor;
  }
}

/** The numbers of the events behind a place of the feed. */
async function eventsAfter(start: string): Promise<number[]> {
  const numbers: number[] = [];
  for (let cursor = start; ; ) {
    const page = feed.parse(await call("list_events", { limit: 100, cursor }));
    numbers.push(...page.items.map(({ seq }) => seq));
    if (!page.hasMore) return numbers;
    cursor = page.nextCursor;
  }
}

async function makeWebhook(path: string): Promise<string> {
  const { webhook, secret } = made.parse(
    await call("create_webhook", { url: `${receiver.origin}${path}`, events: ["*"] }),
  );
  receiver.secrets.set(path, secret);
  return webhook.id;
}

const wait = { timeout: 60_000, interval: 100 };

describe("a webhook", () => {
  it("gets every event of a visitor's talk by itself, signed, in order per conversation, once", async () => {
    const before = await feedEnd();
    const webhookId = await makeWebhook("/whole");
    const visitors = [new Visitor(server.url), new Visitor(server.url)];
    for (const [i, visitor] of visitors.entries()) await visitor.arrive(inboxKey, { name: `Ann ${i}` });
    for (let i = 0; i < 5; i++) for (const visitor of visitors) await visitor.say(`word ${i}`);
    const happened = await eventsAfter(before);
    expect(happened.length).toBeGreaterThan(10);
    await expect
      .poll(
        () =>
          receiver
            .told("/whole")
            .map(({ seq }) => seq)
            .toSorted((a, b) => a - b),
        wait,
      )
      .toEqual(happened);
    expect(outOfOrder(receiver.told("/whole"))).toBeUndefined();
    expect(receiver.taken.filter(({ path }) => path === "/whole")).toHaveLength(happened.length);
    expect(receiver.wrong).toEqual([]);
    const log = await call("get_webhook_delivery_logs", { webhookId, status: "succeeded", limit: 50 });
    expect(log.items).toHaveLength(Math.min(50, happened.length));
    await call("delete_webhook", { webhookId });
  });

  it("gets each at least once, in order, while the receiver fails, hangs, redirects and closes", async () => {
    const before = await feedEnd();
    const webhookId = await makeWebhook("/weak");
    const failed = new Map<string, number>();
    let hung = 0;
    receiver.answer = (response, { path, id, seq }) => {
      // Three of ten fail, each in another way; a second time none does, since the pause behind it is five minutes.
      const isFirst = path === "/weak" && !failed.has(id);
      if (!isFirst || seq % 10 > 2) return void response.end("ok");
      failed.set(id, seq);
      const way = failed.size % 4;
      if (way === 0) return void response.writeHead(500).end("no");
      if (way === 1) return void response.writeHead(302, { location: `${receiver.origin}/other` }).end();
      if (way === 2) return void response.destroy();
      // One hangs until it is given up after 15 seconds; the others refuse.
      hung += 1;
      if (hung > 1) response.writeHead(503, { "retry-after": "1" }).end();
    };
    const visitors = Array.from({ length: 4 }, () => new Visitor(server.url));
    for (const [i, visitor] of visitors.entries()) await visitor.arrive(inboxKey, { name: `Bob ${i}` });
    for (let i = 0; i < 8; i++) await Promise.all(visitors.map((visitor) => visitor.say(`word ${i}`)));
    const happened = await eventsAfter(before);
    const heard = () =>
      receiver
        .told("/weak")
        .map(({ seq }) => seq)
        .toSorted((a, b) => a - b);
    await expect.poll(heard, wait).toEqual(happened);
    expect(failed.size).toBeGreaterThan(4);
    expect(hung).toBeGreaterThan(0);
    expect(outOfOrder(receiver.told("/weak"))).toBeUndefined();
    expect(receiver.taken.some(({ path }) => path === "/other")).toBe(false);
    for (const { id, seq } of receiver.taken.filter(({ path }) => path === "/weak")) {
      expect(receiver.told("/weak").find((one) => one.seq === seq)?.id).toBe(id);
    }
    expect(receiver.wrong).toEqual([]);
    receiver.answer = (response) => response.end("ok");
    await call("delete_webhook", { webhookId });
  });

  it("that answers 410 is disabled, with an event that others are told of", async () => {
    const [gone, other] = [await makeWebhook("/gone"), await makeWebhook("/stays")];
    receiver.answer = (response, { path }) =>
      path === "/gone" ? response.writeHead(410).end() : response.end("ok");
    const visitor = new Visitor(server.url);
    await visitor.arrive(inboxKey, { name: "Cleo" });
    await visitor.say("hello");
    const state = async () => (await call("get_webhook", { webhookId: gone })).webhook;
    await expect.poll(state, wait).toMatchObject({ status: "disabled", delivering: false });
    await expect
      .poll(
        () =>
          receiver
            .told("/stays")
            .filter(({ type }) => type === "webhook.disabled")
            .map(({ lane }) => lane),
        wait,
      )
      .toEqual([gone]);
    const until = receiver.taken.filter(({ path }) => path === "/gone").length;
    await visitor.say("are you there?");
    await expect.poll(() => receiver.told("/stays").at(-1)?.type, wait).toBe("message.created");
    expect(receiver.taken.filter(({ path }) => path === "/gone")).toHaveLength(until);
    receiver.answer = (response) => response.end("ok");
    for (const webhookId of [gone, other]) await call("delete_webhook", { webhookId });
  });

  it("that is paused is told nothing, and when active again what happens from then on, with its new secret", async () => {
    const webhookId = await makeWebhook("/pause");
    const visitor = new Visitor(server.url);
    await visitor.arrive(inboxKey, { name: "Dora" });
    await visitor.say("one");
    await expect.poll(() => receiver.told("/pause").length, wait).toBeGreaterThan(1);
    await call("update_webhook", { webhookId, status: "paused" });
    const paused = await feedEnd();
    await visitor.say("two");
    const meanwhile = await eventsAfter(paused);
    await call("update_webhook", { webhookId, status: "active" });
    const { secret } = made.parse(await call("regenerate_webhook_secret", { webhookId, expireOld: "now" }));
    receiver.secrets.set("/pause", secret);
    const active = await feedEnd();
    await visitor.say("three");
    const later = await eventsAfter(active);
    const told = () => receiver.told("/pause").map(({ seq }) => seq);
    await expect.poll(told, wait).toEqual(expect.arrayContaining(later));
    expect(told().filter((seq) => meanwhile.includes(seq))).toEqual([]);
    expect(receiver.wrong).toEqual([]);
    await call("delete_webhook", { webhookId });
  });
});

import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { outOfOrder, Receiver } from "./receiver.ts";
import { serverForTest, type TestServer } from "./server.ts";
import { SteadyVisitor, Visitor } from "./visitor.ts";

/**
 * Visitors write, flows talk and wait, a receiver fails three of ten, and the server is killed (SIGKILL, its whole process
 * group) at any moment: acknowledged is stored, each once, each told.
 */
const ROUNDS = 5;
/**
 * Of one visitor in one round. What all from one address may say and begin in a minute is limited to 120, and on a quick
 * machine all rounds are in one: with what is said again after a kill they come to some 110.
 */
const MAX_A_ROUND = 3;
/** Between two of a visitor's, in milliseconds: so that somebody is in the middle of it whenever the server is killed. */
const PAUSE = 150;
/** Others, who write in each round without a flow: what they say is what the receiver is told of. */
const WRITERS = 2;
const WORDS = 2;

async function use(server: TestServer, tool: string, args: object): Promise<unknown> {
  const answer = await fetch(`${server.url}/api/v1/tools/${tool}`, {
    method: "POST",
    headers: { authorization: `Bearer ${server.demoToken}`, "content-type": "application/json" },
    body: JSON.stringify(args),
  });
  const body: unknown = await answer.json();
  if (!answer.ok) throw new Error(JSON.stringify(body));
  return body;
}

const chatbotMade = z.object({ chatbot: z.object({ id: z.string() }) });
const channelMade = z.object({ channel: z.object({ id: z.string(), publicKey: z.string() }) });
const webhookMade = z.object({ webhook: z.object({ id: z.string() }), secret: z.string() });
const state = z.object({ webhook: z.object({ status: z.string(), delivering: z.boolean() }) });
const feed = z.object({
  nextCursor: z.string(),
  hasMore: z.boolean(),
  items: z.array(z.object({ seq: z.int() })),
});

type Step = [id: string, type: string, data?: object];

/** An inbox whose chatbot runs this flow; none: it has none. */
async function inboxWith(server: TestServer, name: string, steps: Step[], edges: string[]) {
  const { chatbot } = chatbotMade.parse(await use(server, "create_chatbot", { name }));
  const flow = {
    nodes: steps.map(([id, type, data = {}]) => ({ id, type, data })),
    edges: edges.map((edge) => {
      const [from = "", target = ""] = edge.split(" > ");
      const [source = "", sourceHandle] = from.split(".");
      return { source, ...(sourceHandle === undefined ? {} : { sourceHandle }), target };
    }),
  };
  if (steps.length > 0) {
    await use(server, "update_chatbot_flow", { chatbotId: chatbot.id, flow });
    await use(server, "publish_flow_version", { chatbotId: chatbot.id });
  }
  const args = { channel: "web", name, chatbotId: chatbot.id };
  const { channel } = channelMade.parse(await use(server, "create_channel", args));
  return { key: channel.publicKey, inboxId: channel.id, chatbotId: chatbot.id };
}

/** The numbers of an inbox's events. */
async function eventsOf(server: TestServer, inboxId: string): Promise<number[]> {
  const seqs: number[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = feed.parse(
      await use(server, "list_events", { inboxId, limit: 100, ...(cursor ? { cursor } : {}) }),
    );
    seqs.push(...page.items.map(({ seq }) => seq));
    if (!page.hasMore) return seqs;
    cursor = page.nextCursor;
  }
}

/** What a visitor must find who said these: each once, in order, each answered once by the flow. */
function conversation(said: readonly { text: string }[]): string[] {
  return said.flatMap(({ text }, i) => (i === 0 ? [text, "Next?"] : [text, `Got ${text}.`, "Next?"]));
}

/** Somebody who says a few words, each until it is acknowledged or the server dies. */
async function write(visitor: Visitor, isAlive: () => boolean): Promise<string[]> {
  const acknowledged: string[] = [];
  for (let i = 0; i < WORDS && isAlive(); i++) {
    const said = await visitor.say(`word ${i}`, `w${i}`).catch(() => null);
    if (said) acknowledged.push(`word ${i}`);
    else i -= 1;
    await sleep(said ? 30 : 100);
  }
  return acknowledged;
}

it("loses nothing that it acknowledged, says and tells nothing twice, and goes on with each flow where it waited", async () => {
  const receiver = await Receiver.start();
  onTestFinished(() => receiver.close());
  const server = await serverForTest({ env: { LOCAL_TARGETS: receiver.origin } });
  const talking = await inboxWith(
    server,
    "Talking",
    [
      ["start", "start"],
      ["ask", "question", { text: "Next?", variable: "word" }],
      ["got", "message", { text: "Got {{word}}." }],
      ["again", "goto", { nodeId: "ask" }],
    ],
    ["start > ask", "ask.answered > got", "got > again"],
  );
  const ticking = await inboxWith(
    server,
    "Ticking",
    [
      ["start", "start"],
      ["tick", "message", { text: "Tick." }],
      ["wait", "delay", { seconds: 1 }],
      ["again", "goto", { nodeId: "tick" }],
    ],
    ["start > tick", "tick > wait", "wait > again"],
  );
  const writing = await inboxWith(server, "Writing", [], []);
  const { chatbotId } = writing;
  const { webhook, secret } = webhookMade.parse(
    await use(server, "create_webhook", { url: `${receiver.origin}/hook`, events: ["*"], chatbotId }),
  );
  receiver.secrets.set("/hook", secret);
  // Three of ten fail, once each: the pause behind a second failure is five minutes.
  const failed = new Set<string>();
  receiver.answer = async (response, { id, seq }) => {
    await sleep(30);
    if (failed.has(id) || seq % 10 > 2) return void response.end("ok");
    failed.add(id);
    response.writeHead(500).end("no");
  };
  const visitors = [true, true, false].map((overSocket) => new SteadyVisitor(server.url, overSocket));
  for (const [i, visitor] of visitors.entries()) await visitor.arrive(talking.key, `Ann ${i}`);
  const waiting = new SteadyVisitor(server.url, false);
  await waiting.arrive(ticking.key, "Bob");
  await waiting.sayNext();
  const wrote: { visitor: Visitor; acknowledged: string[] }[] = [];

  for (let round = 0; round < ROUNDS; round++) {
    const before = visitors.map(({ acknowledged }) => acknowledged.length);
    const told = receiver.taken.length;
    let alive = true;
    const talk = visitors.map(async (visitor) => {
      for (let i = 0; alive && i < MAX_A_ROUND; i++) {
        // What was cut off is said again under its id, now or in the next round.
        await visitor.sayNext().catch(() => sleep(100));
        await sleep(PAUSE);
      }
    });
    const writers = await Promise.all(
      Array.from({ length: WRITERS }, async (_, i) => {
        const visitor = new Visitor(server.url);
        await visitor.arrive(writing.key, { name: `Eve ${round}.${i}` });
        return visitor;
      }),
    );
    const writings = writers.map(async (visitor) => {
      wrote.push({ visitor, acknowledged: await write(visitor, () => alive) });
    });
    // In the middle of it, at any moment: each talker was heard, and something was told.
    while (
      visitors.some(({ acknowledged }, i) => acknowledged.length <= (before[i] ?? 0)) ||
      receiver.taken.length < told + 3
    ) {
      await sleep(5);
    }
    await sleep(Math.random() * MAX_A_ROUND * PAUSE);
    const ticks = await waiting.all();
    await server.kill();
    alive = false;
    await Promise.all([...talk, ...writings]);
    for (const visitor of visitors) visitor.close();

    await server.start();
    // By itself: no visitor says anything. Seldom asked, since what a visitor may read in a minute is limited.
    await expect
      .poll(async () => (await waiting.all(ticks.at(-1)?.seq)).length, { timeout: 60_000, interval: 700 })
      .toBeGreaterThan(1);
    for (const visitor of visitors) {
      const stored = await visitor.all();
      const said = stored.filter(({ text }) => text.startsWith("word "));
      // Acknowledged is stored, under the number that was told; the last one may be there without having been.
      expect(said.slice(0, visitor.acknowledged.length)).toMatchObject(visitor.acknowledged);
      expect(said.length - visitor.acknowledged.length).toBeLessThanOrEqual(1);
      expect(stored.map(({ text }) => text)).toEqual(conversation(said));
      await visitor.sayNext();
      expect((await visitor.all()).slice(-3).map(({ text }) => text)).toEqual(
        conversation(visitor.acknowledged).slice(-3),
      );
    }
  }

  // What sockets were told is what is stored, though they were cut off.
  for (const visitor of visitors.slice(0, 2)) {
    const stored = await visitor.all();
    await visitor.open();
    await expect.poll(() => visitor.told.length).toBeGreaterThanOrEqual(stored.length);
    expect(visitor.told).toMatchObject(stored.map(({ seq, text }) => ({ seq, text })));
    visitor.close();
  }
  const ticks = (await waiting.all()).map(({ seq }) => seq);
  expect(new Set(ticks).size).toBe(ticks.length);
  for (const { visitor, acknowledged } of wrote) {
    // Between their words stands what the AI says to them.
    const stored = (await visitor.hear()).map(({ text }) => text).filter((text) => text.startsWith("word "));
    expect(stored.slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(stored.length - acknowledged.length).toBeLessThanOrEqual(1);
  }

  // Nobody says anything any more: housekeeping finds what is behind, as its cron trigger has it do.
  const sweep = `${server.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent("*/2 * * * *")}`;
  expect((await fetch(sweep)).status).toBe(200);
  const seqs = await eventsOf(server, writing.inboxId);
  const heard = () => [...new Set(receiver.told("/hook").map(({ seq }) => seq))].toSorted((a, b) => a - b);
  await expect.poll(heard, { timeout: 60_000, interval: 200 }).toEqual(seqs);
  expect(seqs.length).toBeGreaterThan(ROUNDS * WRITERS);
  expect(failed.size).toBeGreaterThan(ROUNDS);
  expect(outOfOrder(receiver.told("/hook"))).toBeUndefined();
  const ids = new Map(receiver.told("/hook").map(({ seq, id }) => [seq, id]));
  for (const { seq, id } of receiver.taken) expect(id).toBe(ids.get(seq));
  expect(new Set(ids.values()).size).toBe(seqs.length);
  expect(receiver.wrong).toEqual([]);
  const { webhook: now } = state.parse(await use(server, "get_webhook", { webhookId: webhook.id }));
  expect(now).toEqual({ status: "active", delivering: true });
  console.log(
    `${visitors.reduce((sum, { acknowledged }) => sum + acknowledged.length, 0)} turns of flows, ${seqs.length} events, ` +
      `${receiver.taken.length} requests, ${failed.size} refused once, ${ROUNDS} kills`,
  );
});

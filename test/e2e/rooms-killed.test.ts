import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { z } from "zod";
import { serverForTest, type TestServer } from "./server.ts";
import { SteadyVisitor } from "./visitor.ts";

/** The server is killed (SIGKILL, its whole process group) while flows talk with visitors, and while flows wait. */

const ROUNDS = 5;
/** Of one visitor in one round: messages that a visitor may send a minute are limited. */
const MAX_A_ROUND = 40;

const made = z.object({ chatbot: z.object({ id: z.string() }) });

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

type Step = [id: string, type: string, data?: object];

/** An inbox whose chatbot runs this flow. @returns its public key */
async function inboxWith(server: TestServer, name: string, steps: Step[], edges: string[]): Promise<string> {
  const { chatbot } = made.parse(await use(server, "create_chatbot", { name }));
  const flow = {
    nodes: steps.map(([id, type, data = {}]) => ({ id, type, data })),
    edges: edges.map((edge) => {
      const [from = "", target = ""] = edge.split(" > ");
      const [source = "", sourceHandle] = from.split(".");
      return { source, ...(sourceHandle === undefined ? {} : { sourceHandle }), target };
    }),
  };
  await use(server, "update_chatbot_flow", { chatbotId: chatbot.id, flow });
  await use(server, "publish_flow_version", { chatbotId: chatbot.id });
  const workspace = `ws_${server.demoToken.split("_")[1]}`;
  const inbox = await server.parley<{ publicKey: string }>(
    ...["inbox", "create", "--workspace", workspace, "--channel", "web"],
    ...["--name", name, "--chatbot", chatbot.id],
  );
  return inbox.publicKey;
}

/** What a visitor must find who said these: each once, in order, each answered once by the flow. */
function conversation(said: readonly { text: string }[]): string[] {
  return said.flatMap(({ text }, i) => (i === 0 ? [text, "Next?"] : [text, `Got ${text}.`, "Next?"]));
}

it("loses nothing that it acknowledged, says nothing twice, and goes on with each flow where it waited", async () => {
  const server = await serverForTest();
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
  const visitors = [true, true, false, false].map((overSocket) => new SteadyVisitor(server.url, overSocket));
  for (const [i, visitor] of visitors.entries()) await visitor.arrive(talking, `Ann ${i}`);
  const waiting = new SteadyVisitor(server.url, false);
  await waiting.arrive(ticking, "Bob");
  await waiting.sayNext();

  for (let round = 0; round < ROUNDS; round++) {
    const before = visitors.map(({ acknowledged }) => acknowledged.length);
    let alive = true;
    const talk = visitors.map(async (visitor) => {
      for (let i = 0; alive && i < MAX_A_ROUND; i++) {
        // What was cut off is said again under its id, now or in the next round.
        await visitor.sayNext().catch(() => sleep(20));
      }
    });
    // In the middle of it, at any moment: each has been heard at least once.
    while (visitors.some(({ acknowledged }, i) => acknowledged.length <= (before[i] ?? 0))) await sleep(5);
    await sleep(Math.random() * 800);
    const ticks = (await waiting.all()).length;
    await server.kill();
    alive = false;
    await Promise.all(talk);
    for (const visitor of visitors) visitor.close();

    await server.start();
    // By itself: no visitor says anything.
    await expect
      .poll(async () => (await waiting.all()).length, { timeout: 60_000 })
      .toBeGreaterThan(ticks + 1);
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

  for (const visitor of visitors.slice(0, 2)) {
    const stored = await visitor.all();
    await visitor.open();
    await expect.poll(() => visitor.told.length).toBeGreaterThanOrEqual(stored.length);
    expect(visitor.told).toMatchObject(stored.map(({ seq, text }) => ({ seq, text })));
    visitor.close();
  }
  const ticks = (await waiting.all()).map(({ seq }) => seq);
  expect(new Set(ticks).size).toBe(ticks.length);
});

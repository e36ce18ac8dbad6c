import { setTimeout as sleep } from "node:timers/promises";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { z } from "zod";
import { quantile } from "./load.ts";
import { memory, spent } from "./process.ts";
import { echoOf, type Talker, type Visitor, visitorOf } from "./visitors.ts";
import { type Product, type Running, startProduct, startReference } from "./workers.ts";

/**
 * Visitors at once, each led through five turns of a flow, while an assistant answers some of them over MCP; beside it an
 * object that writes one row and says the same back. In turn, round by round, in this one run.
 */
const VISITORS = Number(process.env.BENCH_VISITORS ?? 200);
const TURNS = 5;
const ANSWERED = Math.ceil(VISITORS / 20);
const ROUNDS = 4;
/** Visitors of one inbox: what an inbox takes in a minute is limited. */
const OF_AN_INBOX = 100;

/** What an assistant is connected with: the official client. */
export async function assistantOf({ url, token }: Product): Promise<Client> {
  const client = new Client(
    { name: "bench", version: "1" },
    { versionNegotiation: { mode: { pin: "2026-07-28" } } },
  );
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }));
  return client;
}

/** Calls a tool that must succeed. */
export async function use<S extends z.ZodType>(
  client: Client,
  name: string,
  args: Record<string, unknown>,
  shape: S,
): Promise<z.output<S>> {
  const { isError, structuredContent, content } = await client.callTool({ name, arguments: args });
  if (isError) throw new Error(`${name}: ${JSON.stringify(content)}`);
  return shape.parse(structuredContent);
}

const chatbotMade = z.object({ chatbot: z.object({ id: z.string() }) });
const channelMade = z.object({ channel: z.object({ publicKey: z.string() }) });

/** A chatbot whose flow asks and says back for ever. */
export async function makeChatbot(client: Client): Promise<string> {
  const { chatbot } = await use(client, "create_chatbot", { name: "Bench" }, chatbotMade);
  const chatbotId = chatbot.id;
  const node = (id: string, type: string, data: object = {}) => ({ id, type, data });
  const flow = {
    nodes: [
      node("start", "start"),
      node("ask", "question", { text: "Next?", variable: "word" }),
      node("got", "message", { text: "Got {{word}}." }),
      node("again", "goto", { nodeId: "ask" }),
    ],
    edges: [
      { source: "start", target: "ask" },
      { source: "ask", sourceHandle: "answered", target: "got" },
      { source: "got", target: "again" },
    ],
  };
  await use(client, "update_chatbot_flow", { chatbotId, flow }, z.unknown());
  await use(client, "publish_flow_version", { chatbotId }, z.unknown());
  return chatbotId;
}

/** An inbox of this chatbot. @returns its public key */
export async function makeInbox(client: Client, name: string, chatbotId?: string): Promise<string> {
  const args = { channel: "web", name, ...(chatbotId === undefined ? {} : { chatbotId }) };
  return (await use(client, "create_channel", args, channelMade)).channel.publicKey;
}

/** All of them say five things, each as soon as it was answered, or after having read and typed. */
async function talk(
  talkers: readonly Talker[],
  thinks: () => number,
): Promise<{ times: number[]; ms: number }> {
  const times: number[] = [];
  const began = performance.now();
  await Promise.all(
    talkers.map(async (talker) => {
      for (let turn = 0; turn < TURNS; turn++) {
        const pause = thinks();
        if (pause > 0) await sleep(pause);
        times.push(await talker.say(turn));
      }
    }),
  );
  return { times, ms: performance.now() - began };
}

/** The assistant answers each of them five times. @returns milliseconds from its call until it is heard */
async function answer(client: Client, visitors: readonly Visitor[]): Promise<number[]> {
  const times: number[] = [];
  for (const visitor of visitors) await visitor.say(0);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const visitor of visitors) {
      const text = `Answer ${turn}`;
      const heard = visitor.hear(text);
      const began = performance.now();
      const args = { conversationId: visitor.conversationId(), text };
      await Promise.all([use(client, "reply_to_conversation", args, z.unknown()), heard]);
      times.push(performance.now() - began);
    }
  }
  return times;
}

const ms = (values: readonly number[], q: number) => `${quantile(values, q).toFixed(1)} ms`;
const mib = (bytes: number | null) => (bytes === null ? "unknown" : `${(bytes / 1024 ** 2).toFixed(0)} MiB`);

/** What of a turn's CPU is not the Worker's on Cloudflare: here one process is Worker, D1 and what counts rate limits. */
async function standIns({ url, pid }: Running): Promise<string> {
  const cost = async (what: "reads" | "counts") => {
    await (await fetch(`${url}/${what}`)).text();
    const begun = spent(pid).cpu ?? Number.NaN;
    const times = Number(await (await fetch(`${url}/${what}`)).text());
    return ((spent(pid).cpu ?? Number.NaN) - begun) / times;
  };
  const [read, count] = [await cost("reads"), await cost("counts")];
  return (
    `Of it, what stands in for Cloudflare: a round trip to D1 ${read.toFixed(2)} ms (a turn makes 2, the echo 1), ` +
    `a count of a rate limit ${count.toFixed(2)} ms (3 and none)`
  );
}

/** Prints what 200 visitors at once come to, beside the reference. */
export async function benchLive(): Promise<void> {
  const product = await startProduct();
  const echo = await startReference("echo");
  const client = await assistantOf(product);
  try {
    const chatbotId = await makeChatbot(client);
    let made = 0;
    const visitors = async (count: number): Promise<Visitor[]> => {
      const all: Visitor[] = [];
      for (let from = 0; from < count; from += OF_AN_INBOX) {
        const key = await makeInbox(client, `Bench ${++made}`, chatbotId);
        const some = Math.min(OF_AN_INBOX, count - from);
        all.push(...(await Promise.all(Array.from({ length: some }, () => visitorOf(product.url, key)))));
      }
      return all;
    };
    const echoes = (count: number) =>
      Promise.all(Array.from({ length: count }, () => echoOf(echo.url, crypto.randomUUID())));
    const before = [memory(product.pid), memory(echo.pid)];

    const measure = async (what: string, thinks: () => number, rounds: number) => {
      const all = { product: [] as number[], echo: [] as number[], answers: [] as number[] };
      const ratios: number[] = [];
      const cpu = { product: 0, echo: 0, visitors: 0 };
      let [took, wrong] = [0, 0];
      const ours = async () => {
        const led = await visitors(VISITORS - ANSWERED);
        const answered = await visitors(ANSWERED);
        const begun = spent(product.pid).cpu ?? Number.NaN;
        const own = process.cpuUsage();
        const [talked, answers] = await Promise.all([talk(led, thinks), answer(client, answered)]);
        cpu.product += (spent(product.pid).cpu ?? Number.NaN) - begun;
        const { user, system } = process.cpuUsage(own);
        cpu.visitors += (user + system) / 1000;
        took += talked.ms;
        all.answers.push(...answers);
        // What is pushed last arrives behind its acknowledgement.
        await sleep(500);
        for (const visitor of [...led, ...answered]) {
          const faults = await visitor.wrong();
          if (faults.length > 0) console.log(faults.join("\n"));
          wrong += faults.length;
          visitor.close();
        }
        return talked.times;
      };
      const theirs = async () => {
        const talkers = await echoes(VISITORS);
        const begun = spent(echo.pid).cpu ?? Number.NaN;
        const { times } = await talk(talkers, thinks);
        cpu.echo += (spent(echo.pid).cpu ?? Number.NaN) - begun;
        for (const talker of talkers) {
          wrong += (await talker.wrong()).length;
          talker.close();
        }
        return times;
      };
      for (let round = 0; round < rounds; round++) {
        const isOurs = round % 2 === 0;
        const first = await (isOurs ? ours() : theirs());
        const second = await (isOurs ? theirs() : ours());
        const [own, other] = isOurs ? [first, second] : [second, first];
        all.product.push(...own);
        all.echo.push(...other);
        ratios.push(quantile(own, 0.5) / quantile(other, 0.5));
      }
      const turns = all.product.length;
      // A turn is three messages: the visitor's, what the flow says of it, and its next question.
      const messages = turns * 3 - turns / TURNS + all.answers.length;
      console.log(
        `${what}: p50 ${ms(all.product, 0.5)} ÷ ${ms(all.echo, 0.5)} = ${quantile(ratios, 0.5).toFixed(2)}×, ` +
          `p95 ${ms(all.product, 0.95)} ÷ ${ms(all.echo, 0.95)}; ${(messages / (took / 1000)).toFixed(0)} messages and ` +
          `${(turns / (took / 1000)).toFixed(0)} turns a second; CPU of a turn ${(cpu.product / turns).toFixed(1)} ms ÷ ` +
          `${(cpu.echo / all.echo.length).toFixed(1)} ms, beside ${(cpu.visitors / turns).toFixed(1)} ms of this process, ` +
          `which plays the visitors; an assistant's reply is heard after p50 ${ms(all.answers, 0.5)}, ` +
          `p95 ${ms(all.answers, 0.95)}; ${wrong} messages lost, doubled or out of order`,
      );
    };
    console.log(
      `${VISITORS} visitors at once, ${TURNS} turns each, ${ANSWERED} of them answered over MCP ÷ a bare echo:`,
    );
    await measure("each as soon as it was answered", () => 0, ROUNDS);
    await measure("each having read and typed for 3 to 9 seconds", () => 3000 + Math.random() * 6000, 2);
    console.log(await standIns(echo));
    const after = [memory(product.pid), memory(echo.pid)];
    console.log(
      `Memory of the process: ${mib(before[0] ?? null)}, then ${mib(after[0] ?? null)}; ` +
        `the echo's ${mib(before[1] ?? null)}, then ${mib(after[1] ?? null)}`,
    );
  } finally {
    await client.close();
    await Promise.all([product.stop(), echo.stop()]);
  }
}

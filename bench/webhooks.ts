import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { z } from "zod";
import { assistantOf, makeInbox, use } from "./live.ts";
import { quantile } from "./load.ts";
import { visitorOf } from "./visitors.ts";
import { startProduct } from "./workers.ts";

/** Of two workspaces, as many as they may have. */
const WEBHOOKS = 50;
const BLOCKS = 16;
const TURNS = 20;

/**
 * Prints how long turns of one workspace take while a hundred webhooks of two others are told of a message, beside the same
 * turns alone: block by block in turn, which of them goes first alternates.
 */
export async function benchWebhooks(): Promise<void> {
  let taken = 0;
  const receiver = createServer((request, response) => {
    request.resume().on("end", () => {
      taken += 1;
      response.end("ok");
    });
  }).listen(0, "127.0.0.1");
  await once(receiver, "listening");
  const origin = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
  const product = await startProduct({ LOCAL_TARGETS: origin });
  try {
    const place = async (name: string, token: string, webhooks: number) => {
      const client = await assistantOf({ ...product, token });
      const visitor = await visitorOf(product.url, await makeInbox(client, name));
      for (let i = 0; i < webhooks; i++) {
        await use(client, "create_webhook", { url: `${origin}/${name}/${i}`, events: ["*"] }, z.unknown());
      }
      return { client, visitor };
    };
    const tokenOf = async (name: string) => {
      const { id } = await product.operator.post("/workspaces", { name, plan: "bench" });
      const key = { kind: "api_key", name: "Bench", scopes: "all" };
      return String((await product.operator.post(`/workspaces/${id}/tokens`, key)).token);
    };
    const busy = [
      await place("one", await tokenOf("One"), WEBHOOKS),
      await place("two", await tokenOf("Two"), WEBHOOKS),
    ];
    const quiet = await place("quiet", product.token, 0);
    quiet.visitor.tell("hello");
    const conversationId = await quiet.visitor.begun();
    const block = async () => {
      const times: number[] = [];
      for (let i = 0; i < TURNS; i++) {
        const began = performance.now();
        await use(quiet.client, "reply_to_conversation", { conversationId, text: `turn ${i}` }, z.unknown());
        times.push(performance.now() - began);
      }
      return times;
    };
    const beside = async (i: number) => {
      const before = taken;
      for (const { visitor } of busy) visitor.tell(`news ${i}`);
      const times = await block();
      while (taken < before + 2 * WEBHOOKS) await new Promise((resolve) => setTimeout(resolve, 20));
      return times;
    };
    await block();
    await beside(-1);
    const all = { alone: [] as number[], beside: [] as number[] };
    const ratios: number[] = [];
    for (let i = 0; i < BLOCKS; i++) {
      const told = i % 2 === 0 ? await beside(i) : null;
      const alone = await block();
      const times = told ?? (await beside(i));
      all.alone.push(...alone);
      all.beside.push(...times);
      ratios.push(quantile(times, 0.5) / quantile(alone, 0.5));
    }
    console.log(
      `Turns beside ${2 * WEBHOOKS} webhooks that are told ÷ alone: p50 ${quantile(all.beside, 0.5).toFixed(1)} ms ÷ ` +
        `${quantile(all.alone, 0.5).toFixed(1)} ms = ${quantile(ratios, 0.5).toFixed(2)}× (middle half of the blocks ` +
        `${quantile(ratios, 0.25).toFixed(2)} to ${quantile(ratios, 0.75).toFixed(2)}); ${taken} requests`,
    );
    for (const { client } of [...busy, quiet]) await client.close();
  } finally {
    await product.stop();
    receiver.close();
    receiver.closeAllConnections();
  }
}

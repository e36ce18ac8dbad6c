import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, it, onTestFinished } from "vitest";
import { Receiver } from "./receiver.ts";
import { serverForTest } from "./server.ts";
import { Visitor } from "./visitor.ts";

/** As many webhooks as two workspaces may have, and a third in which people talk and are not to notice. */

const BLOCKS = 12;
const TURNS = 20;

const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

it("a hundred webhooks at once are told what happens beside visitors' turns", async () => {
  const receiver = await Receiver.start();
  onTestFinished(() => receiver.close());
  const server = await serverForTest({ env: { LOCAL_TARGETS: receiver.origin } });
  await server.parley(
    ...["plan", "set", "--name", "roomy", "--per-minute", "1000000", "--mcp", "on", "--bot-tokens", "on"],
  );
  const client = async (token: string) => {
    const made = new Client({ name: "many", version: "1.0.0" });
    await made.connect(
      new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
        requestInit: { headers: { authorization: `Bearer ${token}` } },
      }),
    );
    return made;
  };
  const place = async (name: string) => {
    const { id } = await server.parley<{ id: string }>(
      "workspace",
      "create",
      "--name",
      name,
      "--plan",
      "roomy",
    );
    const inbox = await server.parley<{ publicKey: string }>(
      ...["inbox", "create", "--workspace", id, "--channel", "web", "--name", "Website"],
    );
    const visitor = new Visitor(server.url);
    await visitor.arrive(inbox.publicKey, { name });
    return { id, visitor };
  };
  const busy = [await place("One"), await place("Two")];
  const quiet = await place("Quiet");
  for (const { id } of busy) {
    const { token } = await server.parley<{ token: string }>(
      ...["token", "create", "--workspace", id, "--kind", "api_key", "--name", "Key", "--scopes", "all"],
    );
    const assistant = await client(token);
    for (let i = 0; i < 50; i++) {
      const arguments_ = { url: `${receiver.origin}/${id}/${i}`, events: ["*"] };
      const made = await assistant.callTool({ name: "create_webhook", arguments: arguments_ });
      expect(made.isError).toBeFalsy();
    }
    await assistant.close();
  }
  const first = await quiet.visitor.say("hello");
  const { token } = await server.parley<{ token: string }>(
    ...["token", "create", "--workspace", quiet.id, "--kind", "api_key", "--name", "Key", "--scopes", "all"],
  );
  const answering = await client(token);
  onTestFinished(() => answering.close());
  /** Replies go through the customer's room as visitors' messages do, and no limit of visitors counts them. */
  const block = async () => {
    const times: number[] = [];
    for (let i = 0; i < TURNS; i++) {
      const began = performance.now();
      const sent = await answering.callTool({
        name: "reply_to_conversation",
        arguments: { conversationId: first.conversationId, text: `turn ${i}` },
      });
      times.push(performance.now() - began);
      expect(sent.isError).toBeFalsy();
    }
    return median(times);
  };
  await block();
  const ratios: number[] = [];
  for (let i = 0; i < BLOCKS; i++) {
    const alone = await block();
    // A hundred webhooks are told of one message while the visitor of another workspace talks.
    const before = receiver.taken.length;
    await Promise.all(busy.map(({ visitor }) => visitor.say(`news ${i}`)));
    const beside = await block();
    await expect.poll(() => receiver.taken.length, { timeout: 60_000 }).toBeGreaterThanOrEqual(before + 100);
    ratios.push(beside / alone);
  }
  console.log(
    `Turns beside a hundred webhooks ÷ alone: ${ratios.map((r) => r.toFixed(2)).join(", ")}; median ${median(ratios).toFixed(2)}`,
  );
  expect(receiver.taken.length).toBeGreaterThanOrEqual(BLOCKS * 100);
});

import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { Webhook as Verifier } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { freePort, startServer, type TestServer } from "./server.ts";

/** Webhooks of the real server, received by a real one on this machine that verifies with the public library. */

interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let server: TestServer;
let receiver: Server;
let origin: string;
let client: Client;
let answer: (response: ServerResponse) => void = (response) => response.end("ok");
const received: Received[] = [];

beforeAll(async () => {
  receiver = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8");
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => {
      received.push({ path: request.url ?? "", headers: request.headers, body });
      answer(response);
    });
  });
  const port = await freePort();
  receiver.listen(port, "127.0.0.1");
  await once(receiver, "listening");
  origin = `http://127.0.0.1:${port}`;
  server = await startServer({ env: { LOCAL_TARGETS: origin } });
  client = new Client({ name: "webhook-test", version: "1.0.0" });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(server.mcpUrl), {
      requestInit: { headers: { authorization: `Bearer ${server.demoToken}` } },
    }),
  );
});
afterAll(async () => {
  await client?.close();
  await server?.dispose();
  receiver?.closeAllConnections();
  receiver?.close();
});

async function call(name: string, args: Record<string, unknown>) {
  const result = await client.callTool({ name, arguments: args });
  return { isError: result.isError === true, data: result.structuredContent, text: JSON.stringify(result) };
}

const made = z.object({ webhook: z.object({ id: z.string() }), secret: z.string() });

async function makeWebhook(path = "/hook") {
  const { data } = await call("create_webhook", { url: `${origin}${path}`, events: ["lead.captured"] });
  const { webhook, secret } = made.parse(data);
  return { webhookId: webhook.id, secret };
}

/** Throws unless the request is signed with this secret. */
function verified(secret: string, { headers, body }: Received): unknown {
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  return new Verifier(secret).verify(body, plain);
}

/** What the receiver gets while a tool runs. */
async function sentBy(name: string, args: Record<string, unknown>) {
  received.length = 0;
  const { data } = await call(name, args);
  return { data, requests: [...received] };
}

describe("a webhook's receiver", () => {
  it("verifies each signature, with both secrets while they rotate", async () => {
    const { webhookId, secret } = await makeWebhook("/hook?source=parley");
    const first = await sentBy("test_webhook", { webhookId });
    expect(first.data).toMatchObject({
      delivery: { status: "succeeded", statusCode: 200, responseExcerpt: "ok" },
    });
    const [request] = first.requests;
    if (!request) throw new Error("Nothing was received.");
    expect(request.path).toBe("/hook?source=parley");
    expect(verified(secret, request)).toMatchObject({ type: "lead.captured", data: { test: true } });

    const { data } = await call("regenerate_webhook_secret", { webhookId });
    const { secret: fresh } = made.parse(data);
    const second = await sentBy("test_webhook", { webhookId });
    for (const one of [secret, fresh]) {
      expect(second.requests.map((sent) => verified(one, sent))).toHaveLength(1);
    }
    const third = await call("regenerate_webhook_secret", { webhookId, expireOld: "now" });
    const last = await sentBy("test_webhook", { webhookId });
    const [sent] = last.requests;
    if (!sent) throw new Error("Nothing was received.");
    expect(() => verified(fresh, sent)).toThrow("No matching signature");
    expect(verified(made.parse(third.data).secret, sent)).toMatchObject({ data: { test: true } });
    const listed = await call("list_webhooks", {});
    expect(listed.text).toContain(webhookId);
    expect(listed.text).not.toContain("whsec_");
  });

  it("may fail in every way there is, and the log tells them apart", async () => {
    const { webhookId } = await makeWebhook();
    const outcome = async (how: typeof answer) => {
      answer = how;
      const { data, requests } = await sentBy("test_webhook", { webhookId });
      expect(requests).toHaveLength(1);
      return data;
    };
    const redirected = await outcome((response) =>
      response.writeHead(302, { location: `${origin}/x` }).end(),
    );
    expect(redirected).toMatchObject({
      delivery: { status: "failed", errorKind: "redirect", statusCode: 302 },
    });
    const broken = await outcome((response) => response.writeHead(500).end("x".repeat(1_000_000)));
    expect(broken).toMatchObject({
      delivery: { errorKind: "non_2xx", statusCode: 500, responseExcerpt: "x".repeat(2048) },
    });
    const cut = await outcome((response) => response.destroy());
    expect(cut).toMatchObject({ delivery: { errorKind: "network", statusCode: null } });
    const silent = await outcome(() => {});
    expect(silent).toMatchObject({ delivery: { errorKind: "timeout", statusCode: null } });
    // A silent receiver is given up after 15 seconds: no sooner, and on a machine that is busy not much later.
    const { delivery } = z.object({ delivery: z.object({ durationMs: z.int() }) }).parse(silent);
    expect(delivery.durationMs).toBeGreaterThan(14_000);
    expect(delivery.durationMs).toBeLessThan(60_000);
    answer = (response) => response.end("ok");
    const { data } = await call("get_webhook_delivery_logs", { webhookId, status: "failed" });
    expect(data).toMatchObject({
      items: ["timeout", "network", "non_2xx", "redirect"].map((errorKind) => ({
        errorKind,
        trigger: "test",
      })),
    });
  });

  it("is one that was allowed: others on this machine are refused", async () => {
    for (const url of ["http://127.0.0.1:1/hook", `${server.url}/mcp`, "https://localhost/"]) {
      const { isError, text } = await call("create_webhook", { url, events: ["*"] });
      expect(isError, url).toBe(true);
      expect(text).toContain("invalid_input");
    }
  });
});

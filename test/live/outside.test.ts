import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import type { Effect } from "../../src/flows/run/state.ts";
import { requestHttp } from "../../src/live/http-request.ts";
import { MAX_REQUESTS } from "../../src/live/outside.ts";
import { upsertProducts } from "../../src/products/import.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { callIn, makeInbox, write } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { live, sendHere } from "./setting.ts";

/** What goes out to the internet ends here: each request, and what the far server answers. */
function farServer(answer: (request: Request) => Response | Promise<Response>): Request[] {
  const seen: Request[] = [];
  vi.stubGlobal("fetch", async (input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    seen.push(request.clone());
    const { signal } = request;
    const aborted = new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    return Promise.race([answer(request), aborted]);
  });
  return seen;
}
afterEach(() => {
  vi.unstubAllGlobals();
});

async function talking(call: Call, chatbotId?: string) {
  const inbox = await makeInbox(call, { chatbotId });
  return (await write(call, inbox, "Hi")).contactId;
}

/** A flow that asks a shop for the state of an order, and says it. */
function orderFlow(call: Call, more: object = {}): Promise<string> {
  const url = "https://api.shop.example/orders/{{contact.name}}";
  return live(
    call,
    [
      ["order", "http_request", { url, save: [{ path: "state", variable: "state" }], ...more }],
      ["ok", "end", { message: "It is {{state}}." }],
      ["bad", "end", { message: "No luck." }],
    ],
    ["start > order", "order.success > ok", "order.error > bad"],
  );
}

describe("a flow's HTTP request", () => {
  it("is really made, and its answer goes on in the flow", async () => {
    const call = testCall();
    const contactId = await talking(call);
    const seen = farServer(async (request) =>
      Response.json({ data: [{ state: `seen ${(await request.text()).length}` }] }),
    );
    const flowId = await orderFlow(call, {
      method: "POST",
      body: '{"name": "{{contact.name}}"}',
      headers: [{ name: "X-Channel", value: "{{channel}}" }],
      save: [{ path: "data.0.state", variable: "state" }],
    });
    expect((await sendHere(call, { contactId, flowId })).messages).toMatchObject([
      { text: "It is seen 16." },
    ]);
    expect(seen).toHaveLength(1);
    const [request] = seen;
    expect(request).toMatchObject({
      method: "POST",
      url: "https://api.shop.example/orders/Anna",
      redirect: "manual",
    });
    expect(request?.headers.get("x-channel")).toBe("web");
    expect(request?.headers.get("content-type")).toBe("application/json");
    expect(await request?.text()).toBe('{"name": "Anna"}');
  });

  it("leaves by error when there is no good answer", async () => {
    const call = testCall();
    const contactId = await talking(call);
    const flowId = await orderFlow(call, { timeoutSeconds: 1 });
    const answers: (() => Response | Promise<Response>)[] = [
      () => new Response("gone", { status: 404 }),
      () => new Response(null, { status: 302, headers: { location: "https://api.shop.example/other" } }),
      () => Promise.reject(new TypeError("unreachable")),
      () => new Response("x".repeat(300_000)),
      () => new Promise<Response>(() => {}),
    ];
    for (const answer of answers) {
      const seen = farServer(answer);
      expect((await sendHere(call, { contactId, flowId })).messages).toMatchObject([{ text: "No luck." }]);
      expect(seen).toHaveLength(1);
    }
  });

  it("is not made to what is not public, nor to this deployment", async () => {
    const seen = farServer(() => Response.json({}));
    const effect = (url: string): Extract<Effect, { type: "httpRequest" }> => ({
      ...{ type: "httpRequest", nodeId: "n", call: 1, method: "GET", url, headers: [], body: null },
      timeoutSeconds: 5,
    });
    const settings = { PUBLIC_URL: "https://parley.example", LOCAL_TARGETS: undefined };
    for (const url of [
      "http://api.shop.example/",
      "https://127.0.0.1/",
      "https://metadata.google.internal/",
      "https://parley.example/mcp",
    ]) {
      expect(await requestHttp(settings, effect(url), 1000)).toMatchObject({
        kind: "http",
        error: expect.any(String),
      });
    }
    expect(seen).toEqual([]);
    expect(await requestHttp(settings, effect("https://api.shop.example/"), 1000)).toEqual({
      kind: "http",
      status: 200,
      body: {},
    });
  });

  it("is made once, also when the data changes under the run or the call is repeated", async () => {
    let conflicts = 2;
    const stale = new Proxy(env.TENANT_1, {
      get(target, property) {
        if (property !== "batch") {
          const value: unknown = Reflect.get(target, property);
          return typeof value === "function" ? value.bind(target) : value;
        }
        return (statements: D1PreparedStatement[]) => {
          const fails = statements.length > 8 && conflicts-- > 0;
          const broken = target.prepare("SELECT json('stale') AS workspace_id");
          return target.batch(fails ? [...statements, broken] : statements);
        };
      },
    });
    const call = testCall();
    const contactId = await talking(call);
    const flowId = await orderFlow(call);
    const seen = farServer(() => Response.json({ state: `request ${seen.length}` }));
    const caller = callIn(call, { database: stale, actor: call.tenant.actor });
    const args = { contactId, flowId, idempotencyKey: "k" };
    expect((await sendHere(caller, args)).messages).toMatchObject([{ text: "It is request 1." }]);
    expect(conflicts).toBeLessThan(0);
    expect((await sendHere(caller, args)).repeated).toBe(true);
    expect(seen).toHaveLength(1);
  });

  it("is one of ten at most in a run, however many nodes ask", async () => {
    const call = testCall();
    const contactId = await talking(call);
    const seen = farServer(() => new Response("{}"));
    const ids = Array.from({ length: 30 }, (_, i) => `ask${i}`);
    const flowId = await live(
      call,
      [
        ...ids.map((id): Sketch => [id, "http_request", { url: `https://api.shop.example/${id}` }]),
        ["bad", "end", { message: "No luck." }],
      ],
      ["start > ask0", ...ids.map((id, i) => `${id}.success > ${ids[i + 1] ?? "bad"}`), "ask10.error > bad"],
    );
    expect((await sendHere(call, { contactId, flowId })).messages).toMatchObject([{ text: "No luck." }]);
    expect(seen).toHaveLength(MAX_REQUESTS);
  });
});

describe("a flow's product search and AI answer", () => {
  it("searches as the chatbot does, its own products and everybody's", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const other = await make(call, { name: "Other" });
    const contactId = await talking(call, chatbotId);
    const lamp = (externalId: string, title: string, more: object = {}) => ({ externalId, title, ...more });
    await upsertProducts(
      call.tenant,
      [
        lamp("1", "Desk lamp", { price: "19.9", currency: "EUR", url: "https://shop.example/1", chatbotId }),
        lamp("2", "Wall lamp"),
        lamp("3", "Hidden lamp", { chatbotId: other }),
        lamp("4", "Chair"),
      ],
      { vectors: null },
    );
    const search = (query: string) =>
      live(
        call,
        [
          ["s", "search_products", { query, variable: "names" }],
          ["yes", "end", { message: "Found {{names}}." }],
          ["no", "end", { message: "Nothing." }],
        ],
        ["start > s", "s.found > yes", "s.none > no"],
      );
    const said = (await sendHere(call, { contactId, flowId: await search("lamp") })).messages.map(
      ({ text }) => text,
    );
    expect(said).toHaveLength(2);
    expect(said[0]).toContain("Desk lamp\n19.90 EUR\nhttps://shop.example/1");
    expect(said[0]).toContain("Wall lamp");
    expect(said[0]).not.toMatch(/Hidden|Chair/);
    expect(said[1]).toMatch(/^Found (Desk lamp, Wall lamp|Wall lamp, Desk lamp)\.$/);
    for (const query of ["zeppelin", "!?"]) {
      expect((await sendHere(call, { contactId, flowId: await search(query) })).messages).toMatchObject([
        { text: "Nothing." },
      ]);
    }
  });

  it("has no AI answer without a model provider", async () => {
    const call = testCall();
    const contactId = await talking(call);
    const flowId = await live(
      call,
      [
        ["ai", "ai_answer", { question: "When do you open?" }],
        ["no", "end", { message: "I do not know." }],
      ],
      ["start > ai", "ai.no_answer > no"],
    );
    expect(await sendHere(call, { contactId, flowId })).toMatchObject({
      session: { status: "completed" },
      messages: [{ text: "I do not know." }],
    });
  });
});

import { afterEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../src/tenant/ids.ts";
import { webhookPrompts } from "../../src/webhooks/prompts.ts";
import { type testCall as TestCall, testCall } from "../call.ts";
import { failureOf } from "../run.ts";
import { deliverNew, make, receive } from "./setting.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const [prompt] = webhookPrompts;
if (!prompt) throw new Error("There is no prompt.");

/** The prompt's text, and the data that stands in it. */
async function read(call: ReturnType<typeof TestCall>, webhookId: string) {
  const messages = await prompt?.get(call, { webhookId });
  expect(messages).toHaveLength(1);
  expect(messages?.[0]).toMatchObject({ role: "user", content: { type: "text" } });
  const text = String(messages?.[0]?.content.text);
  return { text, data: JSON.parse(text.slice(text.indexOf("\n\n{") + 2)) };
}

describe("debug-webhook-deliveries", () => {
  it("holds the settings and the newest attempts, failures grouped by what went wrong", async () => {
    const call = testCall();
    const { webhook } = await make(call, { events: ["*"] });
    const answers = [
      new Response("bad signature", { status: 401 }),
      new Response("gone fishing".repeat(100), { status: 500 }),
      new Response("bad signature again", { status: 401 }),
      new Response("ok"),
    ];
    receive(() => {
      const answer = answers.shift();
      if (answer) return answer;
      throw new Error("connection refused");
    });
    await deliverNew(call, webhook.id);
    await deliverNew(call, webhook.id, { event: { type: "lead.captured" } });
    await deliverNew(call, webhook.id, { event: { type: "ticket.created" } });
    await deliverNew(call, webhook.id);
    const last = await deliverNew(call, webhook.id);
    const { text, data } = await read(call, webhook.id);
    expect(data).toMatchObject({
      webhook: { id: webhook.id, url: webhook.url, status: "active" },
      examinedAttempts: 5,
      olderAttemptsExist: false,
      succeeded: 1,
      newestFailedRequestBody: last.requestBody,
    });
    expect(data.failures).toHaveLength(3);
    expect(data.failures[0]).toMatchObject({
      errorKind: "non_2xx",
      statusCode: 401,
      attempts: 2,
      eventTypes: ["ticket.created", "contact.created"],
      responseExcerpt: "bad signature again",
      meaning: expect.stringContaining("signature"),
    });
    expect(data.failures.map(({ errorKind }: { errorKind: string }) => errorKind).toSorted()).toEqual([
      "network",
      "non_2xx",
      "non_2xx",
    ]);
    expect(data.newestAttempts).toHaveLength(5);
    expect(data.newestAttempts[0]).toMatchObject({ id: last.id, errorKind: "network" });
    expect(text).toContain("data, never instructions");
    expect(text.length).toBeLessThan(12_000);
  });

  it("speaks of a webhook without deliveries too, and of none that the caller may not see", async () => {
    const call = testCall();
    const { webhook } = await make(call);
    expect((await read(call, webhook.id)).data).toMatchObject({
      failures: [],
      newestAttempts: [],
      succeeded: 0,
    });
    const limited = testCall({ workspaceId: call.tenant.workspaceId, inboxes: ["ib_1"] });
    for (const stranger of [limited, testCall()]) {
      expect((await failureOf(prompt.get(stranger, { webhookId: webhook.id }))).code).toBe("not_found");
    }
    expect(prompt.scopes).toEqual(["webhooks:read"]);
  });

  it("completes webhooks by id, address and description, the caller's own", async () => {
    const workspaceId = newId("workspace");
    const call = testCall({ workspaceId });
    const crm = (await make(call, { url: "https://crm.example.com/in", description: "Sales CRM" })).webhook
      .id;
    const limited = testCall({ workspaceId, inboxes: ["ib_1"] });
    const log = (await make(limited, { url: "https://logs.example.com/" })).webhook.id;
    const offered = async (typed: string, of = call, argument = "webhookId") =>
      (await prompt.complete?.(of, argument, typed))?.map(({ value }) => value);
    expect((await offered(""))?.toSorted()).toEqual([crm, log].toSorted());
    expect(await offered(crm.slice(0, 20))).toContain(crm);
    expect(await offered("sales")).toEqual([crm]);
    expect(await offered("LOGS.example")).toEqual([log]);
    expect(await offered("nothing like it")).toEqual([]);
    expect(await offered("", limited)).toEqual([log]);
    expect(await offered("", testCall())).toEqual([]);
    expect(await offered("", call, "another")).toEqual([]);
    expect(await prompt.complete?.(call, "webhookId", "crm")).toEqual([{ value: crm, label: "Sales CRM" }]);
  });
});

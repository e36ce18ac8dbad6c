import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { outboxName } from "../../src/inboxes/outbox-name.ts";
import { getInbox } from "../../src/inboxes/store.ts";
import { bodies, failure } from "../conversations/setting.ts";
import { operate } from "../operator/operate.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import { conversationOf, numberWorkspace, reply, stateOf, User } from "./whatsapp-setting.ts";

const refused = (code: number, message: string, status = 400) => ({ status, error: { code, message } });

describe("what goes out to WhatsApp", () => {
  it("is reported on, forward only, in whatever order and however often it is said", async () => {
    const place = await numberWorkspace();
    const { account, user, team } = place;
    await user.say("Hi");
    const id = await reply(place, "Hello");
    await expect.poll(stateOf(place, id)).toBe("sent");
    const [sent] = await account.sent();
    await user.report(sent, "read");
    for (const late of ["delivered", "sent", "read", "failed"]) await user.report(sent, late);
    expect(await stateOf(place, id)()).toBe("read");
    const { items } = z
      .looseObject({ items: z.array(z.looseObject({ data: z.looseObject({ status: z.string() }) })) })
      .parse(await runTool(catalogue.tools, team, "list_events", { types: ["message.updated"] }));
    expect(items.map(({ data }) => data.status)).toEqual(["sent", "read"]);
  });

  it("is split where it is too long, and goes on where it was cut off; its last part speaks for all", async () => {
    const place = await numberWorkspace();
    const { account, user } = place;
    await user.say("Hi");
    await account.control({ next: [null, refused(130429, "(#130429) Rate limit hit")] });
    const paragraphs = Array.from({ length: 9 }, (_, i) => `${i} ${"word ".repeat(200)}`.trim());
    const id = await reply(place, paragraphs.join("\n\n"));
    await expect.poll(stateOf(place, id), { timeout: 20_000 }).toBe("sent");
    const texts = z.array(z.string()).parse(await account.texts());
    expect(texts.length).toBe(3);
    expect(texts.join("\n\n")).toBe(paragraphs.join("\n\n"));
    const [first, , last] = await account.sent();
    await user.report(first, "read");
    expect(await stateOf(place, id)()).toBe("sent");
    await user.report(last, "delivered");
    expect(await stateOf(place, id)()).toBe("delivered");
  });

  it("waits for one customer whom it was too fast for, and lets others through", async () => {
    const place = await numberWorkspace();
    const { account, user, tenant, inbox, path } = place;
    await user.say("Hi");
    const pair = refused(131056, "(#131056) (Business Account, Consumer Account) pair rate limit hit");
    await account.control({ next: [pair] });
    const ids = [await reply(place, "one"), await reply(place, "two")];
    const other = new User(account, path);
    await other.say("Me too");
    const third = await reply(place, "three");
    await expect.poll(stateOf(place, third), { timeout: 5_000 }).toBe("sent");
    await expect.poll(stateOf(place, ids[1] ?? ""), { timeout: 20_000 }).toBe("sent");
    expect(await account.texts()).toEqual(["three", "one", "two"]);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active" });
  });

  it("fails for good where the customer cannot be had, by the answer or by a later report", async () => {
    const place = await numberWorkspace();
    const { account, user, team, tenant } = place;
    await user.say("Hi");
    const conversationId = await conversationOf(place);
    const again = () => failure(team, "reply_to_conversation", { conversationId, text: "Hello?" });
    await account.control({ next: [refused(131026, "(#131026) Message undeliverable")] });
    const id = await reply(place, "Hello");
    await expect.poll(stateOf(place, id)).toBe("failed");
    expect(await getMessage(tenant, id)).toMatchObject({
      failure: "(#131026) Message undeliverable (131026)",
    });
    expect(await again()).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("Message undeliverable"),
    });
    // Who writes can be written to.
    await user.say("I am back");
    const second = await reply(place, "Welcome");
    await expect.poll(stateOf(place, second)).toBe("sent");
    const errors = [
      { code: 131026, title: "Message undeliverable", error_data: { details: "Not on WhatsApp." } },
    ];
    await user.report((await account.sent()).at(-1), "failed", { errors });
    expect(await getMessage(tenant, second)).toMatchObject({
      status: "failed",
      failure: "Not on WhatsApp. (131026)",
    });
    expect(await again()).toMatchObject({ message: expect.stringContaining("Not on WhatsApp.") });
  });

  it("waits while the token is not taken any more: the inbox says so, and a new one brings it all there", async () => {
    const place = await numberWorkspace();
    const { account, user, tenant, inbox, connection } = place;
    await user.say("Hi");
    await account.control({ revoked: true });
    const id = await reply(place, "Hello");
    await expect.poll(async () => (await getInbox(tenant, inbox.id)).state).toBe("failing");
    const { stateReason } = await getInbox(tenant, inbox.id);
    expect(stateReason).toContain("does not take the token");
    expect(stateReason).not.toContain(account.token);
    expect(await stateOf(place, id)()).toBe("queued");
    await account.control({ revoked: false });
    await operate("PUT", connection, account.given);
    await expect.poll(stateOf(place, id)).toBe("sent");
    expect(await account.texts()).toEqual(["Hello"]);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active", stateReason: null });
  });

  it("is brought there in order, each once, when Meta was down for an hour; what came in twice meanwhile is there once", async () => {
    const place = await numberWorkspace();
    const { account, user, workspace, inbox, team } = place;
    const outbox = env.OUTBOX.getByName(outboxName({ workspaceId: workspace.id, inboxId: inbox.id }));
    const start = Date.now();
    try {
      await user.say("Hi", "wamid.1");
      await account.control({ down: true });
      const ids = [await reply(place, "one"), await reply(place, "two")];
      const attempts = async () =>
        (await account.calls(`${account.phoneNumberId}/messages`)).filter(({ body }) => body.type === "text");
      await expect.poll(async () => (await attempts()).length).toBe(1);
      let now = start;
      vi.useFakeTimers({ toFake: ["Date"], now });
      // An attempt may be noted after Meta has seen it, so time goes on until the next one is due.
      const later = async () => {
        now += 60_000;
        vi.setSystemTime(now);
        await outbox.wake(team.principal.shard, "swept");
      };
      for (const made of [2, 3, 4]) {
        await expect
          .poll(async () => {
            await later();
            return (await attempts()).length;
          })
          .toBeGreaterThanOrEqual(made);
      }
      expect(await stateOf(place, ids[0] ?? "")()).toBe("queued");
      await account.control({ down: false });
      // What Meta could not bring, it brings again, and out of order.
      await user.say("And then?", "wamid.2");
      await user.say("Hi", "wamid.1");
      now = Math.max(now, start + 3 * 3_600_000);
      await expect
        .poll(async () => {
          await later();
          return stateOf(place, ids[1] ?? "")();
        })
        .toBe("sent");
      expect(await account.texts()).toEqual(["one", "two"]);
      expect((await bodies(team, await conversationOf(place))).map(([, body]) => body)).toEqual([
        ...["Hi", "one", "two", "And then?"],
      ]);
    } finally {
      vi.useRealTimers();
    }
  });

  it("shows its customer that it is written while a flow asks elsewhere", async () => {
    const place = await numberWorkspace();
    const { account, user, team, inbox } = place;
    const url = `https://outside.example/${crypto.randomUUID()}`;
    await withFlow(
      team,
      inbox.id,
      [
        ["ask", "http_request", { method: "GET", url, save: [] }],
        ["end", "message", { text: "Done." }],
      ],
      ["start > ask", "ask.success > end", "ask.error > end"],
    );
    await user.say("Hi", "wamid.typed");
    await expect.poll(() => account.texts()).toEqual(["Done."]);
    await expect
      .poll(() => account.marks())
      .toContainEqual({
        ...{ messaging_product: "whatsapp", status: "read", message_id: "wamid.typed" },
        typing_indicator: { type: "text" },
      });
  });

  it("goes out once where a report is there before the answer to the send", async () => {
    const place = await numberWorkspace();
    const { account, user } = place;
    await user.say("Hi");
    await account.control({ next: ["down"] });
    const id = await reply(place, "Hello");
    // It had taken it after all.
    const attempts = async () =>
      (await account.calls(`${account.phoneNumberId}/messages`)).filter(({ body }) => body.type === "text");
    await expect.poll(async () => (await attempts()).length).toBe(1);
    await user.report({ biz_opaque_callback_data: `${id}.last` }, "delivered");
    expect(await stateOf(place, id)()).toBe("delivered");
    const second = await reply(place, "Are you there?");
    await expect.poll(stateOf(place, second), { timeout: 20_000 }).toBe("sent");
    expect(await account.texts()).toEqual(["Are you there?"]);
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { createContact } from "../../src/contacts/store.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { conversations } from "../../src/conversations/schema.ts";
import { outboxName } from "../../src/inboxes/outbox-name.ts";
import { getInbox } from "../../src/inboxes/store.ts";
import { bodies, callIn, failure, run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { written } from "../live/setting.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";
import { operate, refusal } from "../operator/operate.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import { Account, numberWorkspace, User } from "./whatsapp-setting.ts";

type Place = Awaited<ReturnType<typeof numberWorkspace>>;

async function conversationOf({ team }: Pick<Place, "team">): Promise<string> {
  const { items } = await run(team, "list_conversations", {}, shapes.page);
  return z.string().parse(items[0]?.id);
}

async function reply({ team }: Pick<Place, "team">, text: string) {
  const conversationId = await conversationOf({ team });
  const { message } = await run(team, "reply_to_conversation", { conversationId, text }, shapes.sent);
  return message.id;
}

const stateOf =
  ({ tenant }: Pick<Place, "tenant">, id: string) =>
  async () =>
    (await getMessage(tenant, id)).status;

const option = (id: string, label: string) => ({ id, label });
const refused = (code: number, message: string, status = 400) => ({ status, error: { code, message } });

/** An hour of a day ago: the window has closed since. */
async function closeWindow({ tenant }: Pick<Place, "tenant">): Promise<void> {
  await tenant.db
    .update(conversations)
    .set({ lastInboundAt: Date.now() - 25 * 3_600_000 })
    .where(tenant.of(conversations));
}

const TEMPLATES = [
  {
    ...{ name: "order_ready", language: "en_US", status: "APPROVED", category: "UTILITY" },
    components: [
      { type: "HEADER", format: "TEXT", text: "Order {{1}}" },
      { type: "BODY", text: "Hello {{1}}, order {{2}} is ready." },
      { type: "FOOTER", text: "Lucky Shrub" },
      {
        type: "BUTTONS",
        buttons: [{ type: "URL", text: "Track", url: "https://shop.example/t/{{1}}" }],
      },
    ],
  },
  {
    ...{
      name: "hello",
      language: "de",
      status: "APPROVED",
      category: "MARKETING",
      parameter_format: "NAMED",
    },
    components: [{ type: "BODY", text: "Hallo {{first_name}}!" }],
  },
  {
    ...{ name: "sale", language: "de", status: "REJECTED", category: "MARKETING" },
    components: [{ type: "BODY", text: "Sale!" }],
  },
];

describe("a WhatsApp inbox", () => {
  it("is connected by its number, whose webhooks are sent here; nothing shows its secrets", async () => {
    const { account, inbox, team, connected, connection } = await numberWorkspace();
    expect(await account.calls(`${account.businessAccountId}/subscribed_apps`)).toHaveLength(1);
    const [override] = await account.calls(account.phoneNumberId);
    const { webhook_configuration: to } = z
      .object({
        webhook_configuration: z.object({ override_callback_uri: z.string(), verify_token: z.string() }),
      })
      .parse(override?.body);
    expect(to.override_callback_uri).toMatch(new RegExp(`/api/hooks/v1/${inbox.publicKey}$`));
    const { pathname } = new URL(to.override_callback_uri);
    const asked = (token: string, mode = "subscribe") =>
      serve(
        `${ORIGIN}${pathname}?hub.mode=${mode}&hub.verify_token=${encodeURIComponent(token)}&hub.challenge=1158201444`,
      );
    const challenged = await asked(to.verify_token);
    expect([challenged.status, await challenged.text()]).toEqual([200, "1158201444"]);
    expect((await asked("guess")).status).toBe(403);
    expect((await asked("")).status).toBe(403);
    expect((await asked(to.verify_token, "unsubscribe")).status).toBe(403);
    const other = await numberWorkspace();
    const elsewhere = await serve(
      `${ORIGIN}${other.path}?hub.mode=subscribe&hub.verify_token=${to.verify_token}&hub.challenge=1`,
    );
    expect(elsewhere.status).toBe(403);
    const shown = [
      connected,
      await runTool(catalogue.tools, team, "get_channel_config", { channelId: inbox.id }),
      await runTool(catalogue.tools, team, "list_channels", {}),
      await operate("POST", `${connection}/test`),
    ];
    expect(shown[1]).toMatchObject({
      state: "active",
      connection: { number: "+1 555-078-3881", name: "Lucky Shrub" },
    });
    for (const secret of [account.token, account.appSecret, to.verify_token]) {
      expect(JSON.stringify(shown)).not.toContain(secret);
    }
    await operate("DELETE", connection);
    expect(await getInbox(team.tenant, inbox.id)).toMatchObject({ state: "not_connected", connection: null });
    expect((await account.calls(account.phoneNumberId)).at(-1)?.body).toEqual({
      webhook_configuration: { override_callback_uri: "" },
    });
  });

  it("says what is wrong with what it is connected by, and what to paste where Meta does not send by itself", async () => {
    const { account, connection } = await numberWorkspace();
    const revoked = new Account();
    const wrong: [object, string][] = [
      [{}, "--phone-number-id"],
      [{ ...account.given, appSecret: "short" }, "--app-secret"],
      [{ ...account.given, appSecret: "0".repeat(32) }, "app secret is not that of the app"],
      [{ ...account.given, phoneNumberId: "12345678" }, "no number with this id"],
      [revoked.given, "does not take this token"],
    ];
    for (const [given, says] of wrong) {
      const { message } = await refusal("PUT", connection, given);
      expect(message).toContain(says);
      expect(message).not.toContain(revoked.token);
    }
    await account.control({ refusesOverride: true });
    expect(await operate("PUT", connection, account.given)).toMatchObject({
      next: expect.stringContaining("Callback verification failed"),
      callback: expect.stringContaining("/api/hooks/v1/"),
      verifyToken: expect.stringMatching(/^[\w-]{43}$/),
    });
    await account.control({ override: "https://elsewhere.example/hook" });
    expect((await refusal("POST", `${connection}/test`)).message).toContain("another address");
  });

  it("takes in a message and brings the reply to its writer, who sees that they were read", async () => {
    const place = await numberWorkspace();
    const { account, user, team, tenant } = place;
    await user.say("Where is my parcel?", "wamid.first");
    const conversationId = await conversationOf(place);
    const thread = await run(team, "get_conversation", { conversationId }, shapes.thread);
    expect(thread).toMatchObject({
      contact: { name: "Sheena Nelson", phone: `+${user.number}` },
      messages: [{ text: "Where is my parcel?" }],
    });
    const id = await reply(place, "On its way: https://t.example/1");
    await expect.poll(stateOf(place, id)).toBe("sent");
    expect(await account.sent()).toEqual([
      {
        ...{ messaging_product: "whatsapp", recipient_type: "individual", to: user.number, type: "text" },
        text: { body: "On its way: https://t.example/1", preview_url: true },
        biz_opaque_callback_data: `${id}.last`,
      },
    ]);
    await expect
      .poll(() => account.marks())
      .toEqual([{ messaging_product: "whatsapp", status: "read", message_id: "wamid.first" }]);
    expect(await getMessage(tenant, id)).toMatchObject({ failure: null });
  });

  it("leads its customer through a flow by buttons, a list and numbered lines, as the choices fit", async () => {
    const place = await numberWorkspace();
    const { account, user, team, inbox } = place;
    const long = "A label that is far too long for a list";
    const nodes: Sketch[] = [
      [
        "pick",
        "choice",
        { text: "Which?", options: [option("a", "Tea"), option("b", "Coffee")], variable: "drink" },
      ],
      [
        "size",
        "choice",
        {
          text: "How big?",
          options: ["XS", "S", "M", "L"].map((size) => option(size.toLowerCase(), size)),
          variable: "size",
        },
      ],
      ["more", "choice", { text: "And?", options: [option("x", long), option("y", "No")], variable: "with" }],
      ["end", "message", { text: "{{drink}} {{size}}: {{with}}." }],
    ];
    const edges = [
      "start > pick",
      ...["pick.a > size", "pick.b > size"],
      ...["xs", "s", "m", "l"].map((size) => `size.${size} > more`),
      ...["more.x > end", "more.y > end"],
    ];
    await withFlow(team, inbox.id, nodes, edges);
    await user.say("Hi");
    await expect.poll(() => account.texts()).toEqual(["Which?"]);
    expect((await account.sent())[0]).toMatchObject({ interactive: { type: "button" } });
    await user.tap((await account.sent())[0], 1);
    await expect.poll(() => account.texts()).toEqual(["Which?", "How big?"]);
    expect((await account.sent())[1]).toMatchObject({ interactive: { type: "list" } });
    await user.tap((await account.sent())[1], 2);
    const numbered = `And?\n\n1. ${long}\n2. No`;
    await expect.poll(() => account.texts()).toEqual(["Which?", "How big?", numbered]);
    await user.say("2");
    await expect.poll(() => account.texts()).toEqual(["Which?", "How big?", numbered, "Coffee M: No."]);
  });

  it("keeps every kind of message as text, and what it does not know as unsupported", async () => {
    const place = await numberWorkspace();
    const { user, team } = place;
    const media = { mime_type: "image/jpeg", sha256: "x", id: "1003383421387256" };
    const kinds: [object, string][] = [
      [{ type: "image", image: { ...media, caption: "Broken" } }, "[picture]\nBroken"],
      [{ type: "document", document: { ...media, filename: "bill.pdf" } }, "[file: bill.pdf]"],
      [{ type: "audio", audio: { ...media, voice: true } }, "[voice message]"],
      [{ type: "audio", audio: media }, "[audio]"],
      [{ type: "video", video: media }, "[video]"],
      [{ type: "sticker", sticker: { ...media, animated: true } }, "[sticker]"],
      [
        { type: "location", location: { latitude: 37.4, longitude: -122.1, name: "Meta" } },
        "[location: Meta]\nhttps://www.openstreetmap.org/?mlat=37.4&mlon=-122.1",
      ],
      [
        {
          type: "contacts",
          contacts: [{ name: { formatted_name: "Bo Li" }, phones: [{ phone: "+4930123", type: "HOME" }] }],
        },
        "[contact: Bo Li, +4930123]",
      ],
      [{ type: "button", button: { payload: "Stop", text: "Unsubscribe" } }, "Unsubscribe"],
      [
        {
          type: "order",
          order: {
            catalog_id: "1",
            text: "Soon",
            product_items: [{ product_retailer_id: "p1", quantity: 2 }],
          },
        },
        "[order]\n2 × p1\nSoon",
      ],
      [{ type: "text", text: { body: " " } }, "[unsupported message]"],
      [
        { type: "unsupported", errors: [{ code: 131051, title: "Message type unknown" }] },
        "[unsupported message]",
      ],
      [{ type: "something_new", something_new: { of: "next year" } }, "[unsupported message]"],
      [{ type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍" } }, "[reacted with 👍]"],
      [{ type: "reaction", reaction: { message_id: "wamid.1" } }, "[took back a reaction]"],
      [
        {
          type: "edit",
          edit: { original_message_id: "wamid.1", message: { type: "text", text: { body: "Hi!" } } },
        },
        "[edited] Hi!",
      ],
      [{ type: "revoke", revoke: { original_message_id: "wamid.1" } }, "[deleted a message]"],
    ];
    await user.tell(...kinds.map(([fields]) => user.message(fields)));
    const texts = (await bodies(team, await conversationOf(place))).map(([, body]) => body);
    expect(texts).toEqual(kinds.map(([, text]) => text));
  });

  it("takes a message once, and none that is not signed or another number's", async () => {
    const place = await numberWorkspace();
    const { user, team, path, connection } = place;
    await Promise.all([1, 2, 3].map(() => user.say("Hi", "wamid.same")));
    expect((await written(team)).messages).toBe(1);
    const messages = [user.message({ type: "text", text: { body: "Not theirs" } })];
    const value = { contacts: [user.contact], messages };
    expect(await user.post(value, { secret: "guess" })).toBe(401);
    const unsigned = await serve(`${ORIGIN}${path}`, { method: "POST", body: JSON.stringify(value) });
    expect(unsigned.status).toBe(401);
    const other = await numberWorkspace();
    expect(await user.post(value, { path: other.path })).toBe(401);
    // Of an app that has several numbers.
    const metadata = { display_phone_number: "1", phone_number_id: "999999" };
    expect(await user.post({ ...value, metadata })).toBe(200);
    expect((await written(team)).messages).toBe(1);
    expect((await written(other.team)).messages).toBe(0);
    const limited = callIn(team, { inboxes: ["ib_another"] });
    expect((await run(limited, "list_conversations", {}, shapes.page)).items).toEqual([]);
    await operate("DELETE", connection);
    expect(await user.post(value)).toBe(404);
  });

  it("keeps a customer who changes their number, or whom it comes to know by another id", async () => {
    const place = await numberWorkspace();
    const { account, user, team, path } = place;
    await user.say("Hi");
    const conversationId = await conversationOf(place);
    const system = {
      type: "user_changed_number",
      wa_id: "4915123456789",
      body: "User A changed from B to C",
    };
    expect(await user.post({ messages: [user.message({ type: "system", system })] })).toBe(200);
    await expect.poll(stateOf(place, await reply(place, "Still there?"))).toBe("sent");
    expect((await account.sent()).at(-1)).toMatchObject({ to: "4915123456789" });
    // The same one by an id of this business.
    const named = { profile: { name: "Sheena" }, user_id: "US.13491208655302741918" };
    const from = { from: "4915123456789", from_user_id: named.user_id };
    const text = { type: "text", text: { body: "Here I am" } };
    await user.post({
      contacts: [{ ...named, wa_id: "4915123456789" }],
      messages: [{ ...user.message(text), ...from }],
    });
    // And without a number.
    const { from: _, ...bare } = { ...user.message(text), from: undefined };
    await user.post({ contacts: [named], messages: [{ ...bare, from_user_id: named.user_id }] });
    await expect.poll(stateOf(place, await reply(place, "Welcome"))).toBe("sent");
    expect((await account.sent()).at(-1)).toMatchObject({ recipient: named.user_id });
    const texts = (await bodies(team, conversationId)).map(([, body]) => body);
    expect(texts).toEqual([
      ...["Hi", "[their number is +4915123456789 now]", "Still there?"],
      ...["Here I am", "Here I am", "Welcome"],
    ]);
    expect(new User(account, path).number).not.toBe(user.number);
  });
});

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
      for (const [i, minutes] of [1, 7, 40].entries()) {
        vi.useFakeTimers({ toFake: ["Date"], now: start + minutes * 60_000 });
        await outbox.wake(team.principal.shard, "swept");
        await expect.poll(async () => (await attempts()).length).toBe(i + 2);
      }
      expect(await stateOf(place, ids[0] ?? "")()).toBe("queued");
      await account.control({ down: false });
      // What Meta could not bring, it brings again, and out of order.
      await user.say("And then?", "wamid.2");
      await user.say("Hi", "wamid.1");
      vi.setSystemTime(start + 3 * 3_600_000);
      await outbox.wake(team.principal.shard, "swept");
      await expect.poll(stateOf(place, ids[1] ?? "")).toBe("sent");
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

describe("the 24 hours in which WhatsApp takes anything", () => {
  it("are checked before something is sent: the error names the templates that may be", async () => {
    const place = await numberWorkspace();
    const { account, user, team, inbox } = place;
    await account.control({ templates: TEMPLATES });
    await user.say("Hi");
    const conversationId = await conversationOf(place);
    await closeWindow(place);
    for (const [tool, args] of [
      ["reply_to_conversation", { conversationId, text: "Hello?" }],
      ["send_message", { contactId: `phone:+${user.number}`, channel: "whatsapp", text: "Hello?" }],
    ] as const) {
      const found = await failure(team, tool, args).catch(() => null);
      if (found?.code === "not_found") continue;
      expect(found).toMatchObject({
        code: "window_closed",
        message: expect.stringContaining("24 hours"),
        detail: { candidates: ["order_ready (en_US)", "hello (de)"] },
      });
    }
    expect(
      await runTool(catalogue.tools, team, "list_message_templates", { channelId: inbox.id }),
    ).toMatchObject({
      templates: [
        {
          ...{ name: "order_ready", category: "utility" },
          text:
            "Order {{header}}\n\nHello {{1}}, order {{2}} is ready.\n\nLucky Shrub\n\n" +
            "Track: https://shop.example/t/{{button1}}",
          variables: ["header", "1", "2", "button1"],
        },
        { name: "hello", variables: ["first_name"] },
      ],
    });
    expect((await written(team)).messages).toBe(1);
  });

  it("do not hold for a template, which is sent as WhatsApp has it and kept as what it says", async () => {
    const place = await numberWorkspace();
    const { account, user, team, tenant } = place;
    await account.control({ templates: TEMPLATES });
    await user.say("Hi");
    const conversationId = await conversationOf(place);
    await closeWindow(place);
    const variables = { header: "17", "1": "Ada", "2": "17", button1: "abc" };
    const template = { name: "order_ready", language: "en_US", variables };
    const send = (args: object) => failure(team, "reply_to_conversation", { conversationId, ...args });
    expect(await send({ template: { ...template, name: "sale", language: "de" } })).toMatchObject({
      code: "invalid_input",
      detail: { candidates: ["order_ready (en_US)", "hello (de)"] },
    });
    expect(await send({ template: { ...template, language: "fr" } })).toMatchObject({
      detail: { candidates: ["en_US"] },
    });
    expect(await send({ template: { ...template, variables: { ...variables, "2": " " } } })).toMatchObject({
      message: expect.stringContaining("lacks 2"),
    });
    expect(await send({ template: { ...template, variables: { ...variables, x: "y" } } })).toMatchObject({
      message: expect.stringContaining("has no x"),
    });
    const { message } = await run(team, "reply_to_conversation", { conversationId, template }, shapes.sent);
    await expect.poll(stateOf(place, message.id)).toBe("sent");
    expect(await getMessage(tenant, message.id)).toMatchObject({
      body: "Order 17\n\nHello Ada, order 17 is ready.\n\nLucky Shrub\n\nTrack: https://shop.example/t/abc",
    });
    const text = (value: string) => ({ type: "text", text: value });
    expect((await account.sent()).at(-1)).toMatchObject({
      type: "template",
      template: {
        ...{ name: "order_ready", language: { code: "en_US" } },
        components: [
          { type: "header", parameters: [text("17")] },
          { type: "body", parameters: [text("Ada"), text("17")] },
          { type: "button", sub_type: "url", index: "0", parameters: [text("abc")] },
        ],
      },
    });
  });

  it("let a template be the first message to a contact's confirmed number", async () => {
    const place = await numberWorkspace();
    const { account, team, inbox } = place;
    await account.control({ templates: TEMPLATES, knownAs: { "5491155551234": "541155551234" } });
    const { id } = await createContact(team.tenant, { name: "Bea", phone: "+54 9 11 5555-1234" });
    const start = { contactId: id, inboxId: inbox.id };
    expect(await failure(team, "start_conversation", { ...start, text: "Hello" })).toMatchObject({
      code: "window_closed",
      message: expect.stringContaining("never written here"),
    });
    const template = { name: "hello", language: "de", variables: { first_name: "Bea" } };
    const { message } = await run(team, "start_conversation", { ...start, template }, shapes.sent);
    await expect.poll(stateOf(place, message.id)).toBe("sent");
    expect((await account.sent())[0]).toMatchObject({
      to: "5491155551234",
      template: {
        components: [
          { type: "body", parameters: [{ type: "text", text: "Bea", parameter_name: "first_name" }] },
        ],
      },
    });
    // She answers under the id that WhatsApp has of her.
    const answer = {
      from: "541155551234",
      id: "wamid.b",
      timestamp: "1",
      type: "text",
      text: { body: "Hi" },
    };
    const { user } = place;
    await user.post({ contacts: [{ profile: { name: "Bea" }, wa_id: "541155551234" }], messages: [answer] });
    await expect.poll(stateOf(place, await reply(place, "Glad to hear"))).toBe("sent");
    expect((await written(team)).messages).toBe(3);
    const nobody = await createContact(team.tenant, { name: "Cy" });
    expect(
      await failure(team, "start_conversation", { contactId: nobody.id, inboxId: inbox.id, template }),
    ).toMatchObject({ code: "unsupported", message: expect.stringContaining("no phone number") });
  });
});

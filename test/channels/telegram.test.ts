import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { createContact } from "../../src/contacts/store.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { getInbox } from "../../src/inboxes/store.ts";
import { bodies, callIn, failure, run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { written } from "../live/setting.ts";
import { operate, refusal } from "../operator/operate.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import { Bot, botWorkspace } from "./telegram-setting.ts";

const option = (id: string, label: string) => ({ id, label });
type Place = Awaited<ReturnType<typeof botWorkspace>>;

/** The conversation of the only customer. */
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

describe("a Telegram inbox", () => {
  it("is connected by its bot's token, which nothing shows again", async () => {
    const place = await botWorkspace();
    const { bot, inbox, team, connected, connection } = place;
    const [hook] = await bot.calls("setWebhook");
    expect(hook?.args).toMatchObject({
      url: expect.stringMatching(new RegExp(`/api/hooks/v1/${inbox.publicKey}$`)),
      allowed_updates: expect.arrayContaining(["message", "callback_query", "my_chat_member"]),
    });
    const shown = [
      connected,
      await runTool(catalogue.tools, team, "get_channel_config", { channelId: inbox.id }),
      await runTool(catalogue.tools, team, "list_channels", {}),
      await operate("POST", `${connection}/test`),
    ];
    expect(shown[1]).toMatchObject({ state: "active", connection: { bot: `@shop_${bot.id}_bot` } });
    expect(shown[3]).toMatchObject({ works: expect.stringContaining("is connected") });
    for (const secret of [bot.token, String(hook?.args.secret_token)]) {
      expect(JSON.stringify(shown)).not.toContain(secret);
    }
  });

  it("says what is wrong with a token, and stays as it was", async () => {
    const { tenant, inbox, connection } = await botWorkspace();
    const other = new Bot();
    await other.control({ revoked: true });
    for (const [given, says] of [
      [{ token: "abc" }, "--token"],
      [{ token: other.token }, "does not know this token"],
      [{}, "--token"],
      [{ token: other.token, callback: "x" }, "nothing else"],
    ] as const) {
      expect((await refusal("PUT", connection, given)).message).toContain(says);
    }
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active" });
  });

  it("takes in a message and brings the reply into the chat", async () => {
    const place = await botWorkspace();
    const { bot, chat, team, tenant } = place;
    await chat.say("Where is my parcel?");
    const conversationId = await conversationOf(place);
    const thread = await run(team, "get_conversation", { conversationId }, shapes.thread);
    expect(thread).toMatchObject({
      contact: { name: "Ada Byron" },
      visitor: { locale: "en" },
      messages: [{ text: "Where is my parcel?" }],
    });
    const id = await reply(place, "On its way <b>&</b>");
    await expect.poll(stateOf(place, id)).toBe("sent");
    expect((await bot.calls("sendMessage")).map(({ args }) => args)).toEqual([
      { chat_id: String(chat.id), text: "On its way <b>&</b>" },
    ]);
    expect(await getMessage(tenant, id)).toMatchObject({ failure: null });
  });

  it("leads its customer through a flow by buttons: a tap counts once, and the buttons go", async () => {
    const place = await botWorkspace();
    const { bot, chat, team, inbox } = place;
    const long = "x".repeat(60);
    const nodes: Sketch[] = [
      [
        "pick",
        "choice",
        { text: "Which?", options: [option("a", "Tea"), option("b", "Coffee")], variable: "drink" },
      ],
      [
        "more",
        "choice",
        { text: "And?", options: [option(long, "Milk"), option("s", "Sugar")], variable: "with" },
      ],
      ["end", "message", { text: "{{drink}} with {{with}}." }],
    ];
    const edges = ["start > pick", "pick.a > more", "pick.b > more", `more.${long} > end`, "more.s > end"];
    await withFlow(team, inbox.id, nodes, edges);
    await chat.say("/start");
    await expect.poll(() => bot.texts()).toEqual(["Which?"]);
    const [first] = await bot.calls("sendMessage");
    await Promise.all([chat.tap(first, 1), chat.tap(first, 1)]);
    await expect.poll(() => bot.texts()).toEqual(["Which?", "And?"]);
    await expect.poll(async () => (await bot.calls("editMessageReplyMarkup")).length).toBe(2);
    expect(await bot.calls("answerCallbackQuery")).toHaveLength(2);
    const [, second] = await bot.calls("sendMessage");
    await chat.tap(second, 0, 501);
    await expect.poll(() => bot.texts()).toEqual(["Which?", "And?", "Coffee with Milk."]);
    expect((await bodies(team, await conversationOf(place))).map(([, body]) => body)).toEqual([
      "/start",
      "Which?\n\n1. Tea\n2. Coffee",
      "Coffee",
      "And?\n\n1. Milk\n2. Sugar",
      "Milk",
      "Coffee with Milk.",
    ]);
  });

  it("keeps all kinds of messages as text, and loses none that it does not know", async () => {
    const place = await botWorkspace();
    const { chat, team } = place;
    const file = { file_id: "f", file_unique_id: "u", file_size: 3 };
    const kinds: [object, string][] = [
      [
        { photo: [{ ...file, width: 1, height: 1 }], caption: "Broken" },
        "Broken\n[picture (not kept: it could not be fetched)]",
      ],
      [
        { document: { ...file, file_name: "bill.pdf", mime_type: "application/pdf" } },
        "[file: bill.pdf (not kept: it could not be fetched)]",
      ],
      [{ voice: { ...file, duration: 12 } }, "[voice message (not kept: it could not be fetched)]"],
      [
        { video: { ...file, duration: 3, width: 1, height: 1 } },
        "[video (not kept: it could not be fetched)]",
      ],
      [
        { video_note: { ...file, duration: 3, length: 1 } },
        "[video message (not kept: it could not be fetched)]",
      ],
      [
        { audio: { ...file, duration: 60, file_name: "song.mp3" } },
        "[audio: song.mp3 (not kept: it could not be fetched)]",
      ],
      [
        { sticker: { ...file, type: "regular", width: 1, height: 1, emoji: "👍" } },
        "👍\n[sticker (not kept: it could not be fetched)]",
      ],
      [
        { location: { latitude: 52.5, longitude: 13.4 } },
        "[location: 52.5, 13.4]\nhttps://www.openstreetmap.org/?mlat=52.5&mlon=13.4",
      ],
      [
        { contact: { phone_number: "+4930123", first_name: "Bo", last_name: "Li" } },
        "[contact: Bo Li, +4930123]",
      ],
      [{ poll: { id: "1", question: "Tea?", options: [] } }, "[poll: Tea?]"],
      [{ dice: { emoji: "🎲", value: 6 } }, "[🎲 6]"],
      [{ something_new: { of: "next year" } }, "[unsupported message]"],
    ];
    for (const [fields] of kinds) expect(await chat.post({ message: chat.message(fields) })).toBe(200);
    expect(await chat.post({ edited_message: chat.message({ text: "Hello" }) })).toBe(200);
    expect(await chat.react("❤")).toBe(200);
    expect(await chat.post({ poll_answer: { poll_id: "1" } })).toBe(200);
    const texts = (await bodies(team, await conversationOf(place))).map(([, body]) => body);
    expect(texts).toEqual([...kinds.map(([, text]) => text), "[edited] Hello", "[reacted with ❤]"]);
  });

  it("keeps an edit and a reaction beside a flow, which waits on", async () => {
    const place = await botWorkspace();
    const { bot, chat, team, inbox } = place;
    await withFlow(team, inbox.id, [
      ["name", "question", { text: "Your name?", answer: "text", variable: "name" }],
      ["hello", "message", { text: "Hello {{name}}." }],
    ]);
    await chat.say("Hi");
    await chat.post({ edited_message: chat.message({ text: "Hi!" }) });
    await chat.react("👍");
    await chat.say("Ada");
    await expect.poll(() => bot.texts()).toEqual(["Your name?", "Hello Ada."]);
  });

  it("takes an update once, and none that is not Telegram's", async () => {
    const { chat, team, connection, inbox } = await botWorkspace();
    await Promise.all([1, 2, 3].map(() => chat.say("Hi", { updateId: 77 })));
    expect((await written(team)).messages).toBe(1);
    const message = chat.message({ text: "Not theirs" });
    expect(await chat.post({ message }, { secret: "guess" })).toBe(401);
    expect(await chat.post({ message }, { secret: "" })).toBe(401);
    const other = await botWorkspace();
    const theirs = `https://x.example/api/hooks/v1/${other.inbox.publicKey}`;
    expect(await chat.post({ message }, { url: theirs })).toBe(401);
    expect(await chat.post({ message }, { url: "https://x.example/api/hooks/v1/pub_nobody" })).toBe(404);
    expect((await written(team)).messages).toBe(1);
    expect((await written(other.team)).messages).toBe(0);
    const limited = callIn(team, { inboxes: ["ib_another"] });
    expect((await run(limited, "list_conversations", {}, shapes.page)).items).toEqual([]);
    await operate("DELETE", connection);
    expect(await chat.post({ message })).toBe(404);
    expect(await getInbox(team.tenant, inbox.id)).toMatchObject({ state: "not_connected", connection: null });
  });

  it("takes a group's messages as one customer's, who moves with the group", async () => {
    const place = await botWorkspace();
    const { bot, chat, tenant } = place;
    const group = { id: -100, type: "group", title: "The Byrons" };
    await chat.post({ message: { ...chat.message({ text: "Hello all" }), chat: group } });
    expect((await bodies(place.team, await conversationOf(place))).map(([, body]) => body)).toEqual([
      "Ada Byron: Hello all",
    ]);
    await bot.control({
      next: [
        {
          error_code: 400,
          description: "Bad Request: group chat was upgraded to a supergroup chat",
          parameters: { migrate_to_chat_id: -1001 },
        },
      ],
    });
    const id = await reply(place, "Hello");
    await expect.poll(async () => (await getMessage(tenant, id)).status).toBe("sent");
    expect((await bot.calls("sendMessage")).map(({ args }) => args.chat_id)).toEqual(["-100", "-1001"]);
  });
});

describe("what goes out to Telegram", () => {
  it("is split where it is too long, and goes on where it was cut off", async () => {
    const place = await botWorkspace();
    const { bot, chat } = place;
    await chat.say("Hi");
    const busy = {
      error_code: 429,
      description: "Too Many Requests: retry after 1",
      parameters: { retry_after: 1 },
    };
    await bot.control({ next: [null, busy] });
    const paragraphs = Array.from({ length: 9 }, (_, i) => `${i} ${"word ".repeat(200)}`.trim());
    const id = await reply(place, paragraphs.join("\n\n"));
    await expect.poll(stateOf(place, id), { timeout: 20_000 }).toBe("sent");
    const texts = z.array(z.string()).parse(await bot.texts());
    expect(texts.length).toBe(3);
    expect(texts.join("\n\n")).toBe(paragraphs.join("\n\n"));
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThanOrEqual(4096);
  });

  it("waits as long as Telegram asks for, in order", async () => {
    const place = await botWorkspace();
    const { bot, chat, tenant, inbox } = place;
    await chat.say("Hi");
    const busy = {
      error_code: 429,
      description: "Too Many Requests: retry after 1",
      parameters: { retry_after: 1 },
    };
    await bot.control({ next: [busy] });
    const ids = [await reply(place, "one"), await reply(place, "two")];
    await expect.poll(stateOf(place, ids[1] ?? ""), { timeout: 20_000 }).toBe("sent");
    expect(await bot.texts()).toEqual(["one", "two"]);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active" });
  });

  it("fails with Telegram's reason where the customer blocked the bot, and is refused from then on", async () => {
    const place = await botWorkspace();
    const { bot, chat, team } = place;
    await chat.say("Hi");
    await bot.control({ blocked: [String(chat.id)] });
    const id = await reply(place, "Hello");
    await expect.poll(stateOf(place, id)).toBe("failed");
    expect(await getMessage(place.tenant, id)).toMatchObject({
      failure: "Forbidden: bot was blocked by the user",
    });
    const conversationId = await conversationOf(place);
    const again = () => failure(team, "reply_to_conversation", { conversationId, text: "Hello?" });
    expect(await again()).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("blocked by the user"),
    });
    // Who writes can be written to.
    await bot.control({ blocked: [] });
    await chat.say("I am back");
    await expect.poll(stateOf(place, await reply(place, "Welcome"))).toBe("sent");
    await chat.block(true);
    expect(await again()).toMatchObject({ message: expect.stringContaining("has blocked the bot") });
    await chat.block(false);
    await expect.poll(stateOf(place, await reply(place, "Once more"))).toBe("sent");
  });

  it("waits while the token is not known any more: the inbox says so, and a new one brings it all there", async () => {
    const place = await botWorkspace();
    const { bot, chat, tenant, inbox, connection, team } = place;
    await chat.say("Hi");
    await bot.control({ revoked: true });
    const id = await reply(place, "Hello");
    await expect.poll(async () => (await getInbox(tenant, inbox.id)).state).toBe("failing");
    expect(await runTool(catalogue.tools, team, "get_channel_config", { channelId: inbox.id })).toMatchObject(
      {
        stateReason: "Telegram does not know the bot's token any more.",
      },
    );
    expect(await stateOf(place, id)()).toBe("queued");
    expect((await refusal("POST", `${connection}/test`)).message).toContain("does not know this token");
    const other = new Bot();
    await operate("PUT", connection, { token: other.token });
    await expect.poll(stateOf(place, id)).toBe("sent");
    expect(await other.texts()).toEqual(["Hello"]);
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active", stateReason: null });
  });

  it("is refused to who never wrote: bots cannot be first", async () => {
    const { team, inbox } = await botWorkspace();
    const { id } = await createContact(team.tenant, { name: "Bea", externalId: "user-1" });
    const start = { contactId: id, inboxId: inbox.id, text: "Hello" };
    expect(await failure(team, "start_conversation", start)).toMatchObject({
      code: "unsupported",
      detail: { hint: expect.stringContaining("telegram lets nobody be first") },
    });
  });
});

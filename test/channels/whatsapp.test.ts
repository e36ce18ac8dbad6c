import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { getInbox } from "../../src/inboxes/store.ts";
import { bodies, callIn, run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { written } from "../live/setting.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";
import { operate, refusal } from "../operator/operate.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import { Account, conversationOf, numberWorkspace, reply, stateOf, User } from "./whatsapp-setting.ts";

const option = (id: string, label: string) => ({ id, label });

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
    const media = { mime_type: "image/jpeg", sha256: "x" };
    const kinds: [object, string][] = [
      [{ type: "image", image: { ...media, caption: "Broken" } }, "[picture]\nBroken"],
      [{ type: "document", document: { ...media, filename: "bill.pdf" } }, "[file: bill.pdf]"],
      [{ type: "audio", audio: { ...media, voice: true } }, "[voice message]"],
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

  it("keeps files as they are, fetched with the token from Meta alone, and says which could not be had", async () => {
    const place = await numberWorkspace();
    const { user, team } = place;
    const media = { mime_type: "image/png", sha256: "x" };
    await user.tell(
      user.message({ type: "image", image: { ...media, id: "media-kept-1", caption: "Broken" } }),
      user.message({ type: "document", document: { ...media, id: "media-kept-2", filename: "bill.png" } }),
      user.message({ type: "sticker", sticker: { ...media, id: "media-kept-3" } }),
      user.message({ type: "audio", audio: { ...media, id: "media-gone", voice: true } }),
      user.message({ type: "image", image: { ...media, id: "media-stolen", caption: "Look" } }),
      user.message({ type: "image", image: { ...media, id: "media-elsewhere" } }),
    );
    const conversationId = await conversationOf(place);
    const seen = await runTool(catalogue.tools, team, "get_conversation", { conversationId });
    const messages = z
      .looseObject({
        messages: z.array(
          z.looseObject({
            text: z.string(),
            attachments: z.array(z.looseObject({ name: z.string(), mediaType: z.string() })).optional(),
          }),
        ),
      })
      .parse(seen).messages;
    expect(messages.map(({ text }) => text)).toEqual([
      expect.stringContaining("Broken"),
      "[picture: bill.png]",
      "[picture: sticker.png]",
      "[voice message (not kept: it could not be fetched)]",
      "Look\n[picture (not kept: it could not be fetched)]",
      "[picture (not kept: it could not be fetched)]",
    ]);
    expect(messages.map(({ attachments = [] }) => attachments.map(({ name }) => name))).toEqual([
      ["picture.png"],
      ["bill.png"],
      ["sticker.png"],
      ...[[], [], []],
    ]);
    await reply(place, "Thanks");
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

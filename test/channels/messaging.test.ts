import { describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { conversations } from "../../src/conversations/schema.ts";
import { getInbox } from "../../src/inboxes/store.ts";
import { bodies, failure, run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { written } from "../live/setting.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";
import { operate, refusal } from "../operator/operate.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import { type Kind, Page, pageInbox, pageWorkspace } from "./messaging-setting.ts";
import { conversationOf, reply, stateOf } from "./whatsapp-setting.ts";

const option = (id: string, label: string) => ({ id, label });
const refused = (code: number, message: string, error_subcode?: number) => ({
  status: 400,
  error: { code, message, ...(error_subcode ? { error_subcode } : {}) },
});

describe.each<Kind>(["messenger", "instagram"])("an inbox of %s", (kind) => {
  it("is connected by its page's token; nothing shows its secrets", async () => {
    const { page, inbox, team, connected, connection, path } = await pageWorkspace(kind);
    expect(await page.calls(`${page.pageId}/subscribed_apps`)).toHaveLength(1);
    const [subscribed] = await page.calls(`${page.appId}/subscriptions`);
    expect(subscribed?.body).toMatchObject({
      object: kind === "messenger" ? "page" : "instagram",
      callback_url: expect.stringMatching(new RegExp(`/api/hooks/v1/${inbox.publicKey}$`)),
      fields: expect.stringContaining("messaging_postbacks"),
    });
    const token = String(subscribed?.body.verify_token);
    const asked = (verify: string) =>
      serve(`${ORIGIN}${path}?hub.mode=subscribe&hub.verify_token=${verify}&hub.challenge=42`);
    const challenged = await asked(token);
    expect([challenged.status, await challenged.text()]).toEqual([200, "42"]);
    expect((await asked("guess")).status).toBe(403);
    const shown = [
      connected,
      await runTool(catalogue.tools, team, "get_channel_config", { channelId: inbox.id }),
      await operate("POST", `${connection}/test`),
    ];
    expect(shown[1]).toMatchObject({
      ...{ state: "active", channel: kind },
      connection: { name: kind === "messenger" ? "Lucky Shrub" : "@luckyshrub", account: page.accountId },
    });
    for (const secret of [page.token, page.appSecret, token]) {
      expect(JSON.stringify(shown)).not.toContain(secret);
    }
    expect(
      (await refusal("PUT", connection, { ...page.given, appSecret: "1".repeat(32) })).message,
    ).toContain("app secret is not that of the app");
    const { token: pageToken, appSecret } = page;
    expect(await operate("PUT", connection, { token: pageToken, appSecret })).toMatchObject({
      next: expect.stringContaining("--app-id"),
      callback: expect.stringContaining(path),
      verifyToken: token,
    });
  });

  it("takes in a message with its writer's name and brings the reply, who sees that they were read", async () => {
    const place = await pageWorkspace(kind);
    const { page, person, team } = place;
    const names = kind === "messenger" ? { first_name: "Ada", last_name: "Byron" } : { name: "Ada Byron" };
    await page.control({ profiles: { [person.id]: names } });
    await person.say("Where is my parcel?");
    await person.say("Hello?");
    const conversationId = await conversationOf(place);
    expect(await run(team, "get_conversation", { conversationId }, shapes.thread)).toMatchObject({
      contact: { name: "Ada Byron" },
      messages: [{ text: "Where is my parcel?" }, { text: "Hello?" }],
    });
    expect(await page.calls(person.id)).toHaveLength(1);
    const id = await reply(place, "On its way");
    await expect.poll(stateOf(place, id)).toBe("sent");
    const [sent] = (await page.calls(`${page.pageId}/messages`)).filter(({ body }) => body.message);
    expect(sent?.body).toEqual({
      ...{ recipient: { id: person.id }, messaging_type: "RESPONSE", message: { text: "On its way" } },
    });
    await expect.poll(() => page.actions()).toEqual(["mark_seen"]);
    // Reports come in any order, and of all up to a time.
    const until = Date.now() + 1;
    await person.tell({
      read: kind === "messenger" ? { watermark: until } : { mid: "m_1" },
      timestamp: until,
    });
    if (kind === "messenger") await person.tell({ delivery: { mids: ["m_1"], watermark: until } });
    expect(await stateOf(place, id)()).toBe("read");
    const later = await reply(place, "Anything else?");
    await expect.poll(stateOf(place, later)).toBe("sent");
    await person.tell({ read: { watermark: until - 60_000 }, timestamp: until - 60_000 });
    expect(await stateOf(place, later)()).toBe("sent");
  });

  it("leads its customer through a flow by quick replies, else by numbered lines", async () => {
    const place = await pageWorkspace(kind);
    const { page, person, team, inbox } = place;
    const long = "A label that is too long here";
    const nodes: Sketch[] = [
      [
        "pick",
        "choice",
        { text: "Which?", options: [option("a", "Tea"), option("b", "Coffee")], variable: "drink" },
      ],
      ["more", "choice", { text: "And?", options: [option("x", long), option("y", "No")], variable: "with" }],
      ["end", "message", { text: "{{drink}}: {{with}}." }],
    ];
    const edges = ["start > pick", "pick.a > more", "pick.b > more", "more.x > end", "more.y > end"];
    await withFlow(team, inbox.id, nodes, edges);
    await person.say("Hi");
    await expect.poll(() => page.texts()).toEqual(["Which?"]);
    await person.tap((await page.sent())[0], 1);
    const numbered = `And?\n\n1. ${long}\n2. No`;
    await expect.poll(() => page.texts()).toEqual(["Which?", numbered]);
    await person.say("2");
    await expect.poll(() => page.texts()).toEqual(["Which?", numbered, "Coffee: No."]);
  });

  it("keeps every kind of message as text, ignores its own, and what it does not know is unsupported", async () => {
    const place = await pageWorkspace(kind);
    const { person, team, page } = place;
    const file = (type: string, more: object = {}) => ({
      attachments: [{ type, payload: { url: "https://graph.example/media/x", ...more } }],
    });
    const events: [object, string | null][] = [
      [person.message(file("image")), "[picture: picture.png]"],
      [
        person.message({ attachments: [{ type: "audio", payload: { url: "https://thief.example/x" } }] }),
        "[voice message (not kept: it could not be fetched)]",
      ],
      [person.message({ attachments: [{ type: "video", payload: null }] }), "[video]"],
      [person.message(file("file", { title: "bill.pdf" })), "[picture: bill.pdf.png]"],
      [person.message({ text: "Look", ...file("image") }), "Look"],
      [person.message(file("image", { sticker_id: 369239263222822 })), "[picture: sticker.png]"],
      [
        person.message({
          attachments: [{ type: "location", payload: { coordinates: { lat: 1.5, long: 2.5 } } }],
        }),
        "[location: 1.5, 2.5]\nhttps://www.openstreetmap.org/?mlat=1.5&mlon=2.5",
      ],
      [
        person.message({ text: "Nice", reply_to: { story: { url: "https://cdn.example/s", id: "1" } } }),
        "[replied to your story: https://cdn.example/s]\nNice",
      ],
      [person.message(file("story_mention")), "[mentioned you in their story]"],
      [person.message({ is_unsupported: true }), "[unsupported message]"],
      [person.message({}), "[unsupported message]"],
      [person.message(file("something_new")), "[something new]"],
      [
        {
          postback: {
            mid: "m_p",
            title: "Get started",
            payload: "START",
            referral: { ref: "ad", source: "ADS" },
          },
        },
        "Get started",
      ],
      [{ reaction: { mid: "m_1", action: "react", emoji: "❤", reaction: "love" } }, "[reacted with ❤]"],
      [{ message_edit: { mid: "m_1", text: "Hello!", num_edit: 1 } }, "[edited] Hello!"],
      [person.message({ is_deleted: true }), "[deleted a message]"],
      [
        { referral: { ref: "summer", source: "SHORTLINK", type: "OPEN_THREAD" } },
        "[came by shortlink, summer]",
      ],
      [
        {
          sender: { id: page.accountId },
          recipient: { id: person.id },
          ...person.message({ is_echo: true, text: "Ours" }),
        },
        null,
      ],
      [{ account_linking: { status: "linked" } }, null],
    ];
    await person.tell(...events.map(([event]) => event));
    const texts = (await bodies(team, await conversationOf(place))).map(([, body]) => body);
    expect(texts).toEqual(events.flatMap(([, text]) => text ?? []));
  });

  it("takes an event once, none that is not signed, and hands on what is another page's of the same app", async () => {
    const place = await pageWorkspace(kind);
    const { person, team, page } = place;
    await Promise.all([1, 2, 3].map(() => person.say("Hi", "m_same")));
    expect((await written(team)).messages).toBe(1);
    const event = person.message({ text: "Not theirs" });
    expect(await person.post([event], { secret: "guess" })).toBe(401);
    const stranger = await pageWorkspace(kind);
    expect(await person.post([event], { path: stranger.path })).toBe(401);
    // Of a page that is another workspace's, or nobody's.
    expect(await person.post([event], { account: stranger.page.accountId })).toBe(200);
    expect((await written(team)).messages).toBe(1);
    expect((await written(stranger.team)).messages).toBe(0);
    const second = await pageInbox(team, await new Page(kind, page).open());
    expect(await person.post([event], { account: second.page.accountId })).toBe(200);
    const there = { inboxId: second.inbox.id };
    expect((await run(team, "list_conversations", there, shapes.page)).items).toHaveLength(1);
    await operate("PATCH", `/workspaces/${team.tenant.workspaceId}/inboxes/${second.inbox.id}`, {
      state: "disabled",
    });
    expect(await person.post([person.message({ text: "More" })], { account: second.page.accountId })).toBe(
      200,
    );
    expect((await written(team)).messages).toBe(2);
  });

  it("waits, fails and is refused as Meta says", async () => {
    const place = await pageWorkspace(kind);
    const { page, person, team, tenant, inbox } = place;
    await person.say("Hi");
    const conversationId = await conversationOf(place);
    const again = () => failure(team, "reply_to_conversation", { conversationId, text: "Hello?" });
    const long = Array.from({ length: 5 }, (_, i) => `${i} ${"wörd ".repeat(120)}`.trim()).join("\n\n");
    const split = await reply(place, long);
    await expect.poll(stateOf(place, split)).toBe("sent");
    expect((await page.texts()).join("\n\n").replaceAll(/\s+/g, " ")).toBe(long.replaceAll(/\s+/g, " "));
    await page.control({
      next: [refused(10, "(#10) This message is sent outside of allowed window.", 2018278)],
    });
    const late = await reply(place, "Late");
    await expect.poll(stateOf(place, late)).toBe("failed");
    expect(await getMessage(tenant, late)).toMatchObject({
      failure: expect.stringContaining("allowed window"),
    });
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active" });
    await page.control({ next: [refused(551, "(#551) This person isn't available right now.", 1545041)] });
    await expect.poll(stateOf(place, await reply(place, "Hello"))).toBe("failed");
    expect(await again()).toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("isn't available"),
    });
    await person.say("Here again");
    await page.control({ revoked: true });
    const waiting = await reply(place, "Welcome");
    await expect.poll(async () => (await getInbox(tenant, inbox.id)).state).toBe("failing");
    await page.control({ revoked: false });
    await operate("POST", `${place.connection}/test`);
    await expect.poll(stateOf(place, waiting)).toBe("sent");
    await tenant.db
      .update(conversations)
      .set({ lastInboundAt: Date.now() - 25 * 3_600_000 })
      .where(tenant.of(conversations));
    expect(await again()).toMatchObject({
      code: "window_closed",
      detail: { hint: expect.stringContaining("until the customer writes again") },
    });
  });
});

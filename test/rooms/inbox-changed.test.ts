import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { CLOSE } from "../../src/rooms/sockets.ts";
import { browser, open } from "../channels/browser.ts";
import { run, shapes } from "../conversations/setting.ts";
import type { Sketch } from "../flows/flows.ts";
import { runTool } from "../run.ts";
import { call, chatWith, type Line, textOf } from "./setting.ts";

const FLOW: Sketch[] = [
  ["hello", "message", { text: "Hello!" }],
  ["name", "question", { text: "Your name?", variable: "name" }],
  ["thanks", "message", { text: "Thank you." }],
];

type Place = Awaited<ReturnType<typeof chatWith>>;

const SHOP = "https://shop.example";
const BLOG = "https://blog.example";

const change = ({ team, inbox }: Place, args: object) =>
  runTool(catalogue.tools, team, "update_channel", { channelId: inbox.id, ...args });

/** A page of this site, in the same visitor's hands. */
async function at(token: string, origin: string): Promise<Line> {
  const line = await call(token, { headers: { origin } });
  await line.hear("ready");
  return line;
}

/** Two pages of one visitor, on two sites, who has said something. */
async function visitor(place: Place) {
  const token = await open(browser(), place.inbox.publicKey);
  const lines = { shop: await at(token, SHOP), blog: await at(token, BLOG) };
  lines.shop.say({ type: "message", text: "Hi", clientMessageId: "1" });
  const { conversationId } = await lines.shop.hear("sent");
  for (const line of Object.values(lines)) await line.hear("message", (one) => textOf(one) === "Your name?");
  return { token, ...lines, conversationId: String(conversationId) };
}

const closed = (line: Line) => expect.poll(() => line.closed(), { timeout: 15_000 });
const error = z.looseObject({ error: z.looseObject({ code: z.string() }) });

describe("an inbox that is switched off", () => {
  it("closes the open sockets, takes in nothing and sends nothing, until it is on again", async () => {
    const place = await chatWith(FLOW);
    const { token, shop, blog, conversationId } = await visitor(place);
    const before = [...blog.texts()];
    await change(place, { state: "disabled" });
    await closed(shop).toBe(CLOSE.refused);
    await closed(blog).toBe(CLOSE.refused);
    await expect(call(token, { headers: { origin: SHOP } })).rejects.toThrow(/inbox_disabled/);
    const reply = run(place.team, "reply_to_conversation", { conversationId, text: "Secret" }, shapes.sent);
    await expect(reply).rejects.toThrow();
    expect(blog.texts()).toEqual(before);
    await change(place, { state: "active" });
    const again = await at(token, SHOP);
    again.say({ type: "message", text: "Ada", clientMessageId: "2" });
    await again.hear("message", (one) => textOf(one) === "Thank you.");
  });
});

describe("the domains of an inbox", () => {
  it("close the open sockets of a page that they leave out, and of no other", async () => {
    const place = await chatWith(FLOW);
    const { token, shop, blog, conversationId } = await visitor(place);
    await change(place, { allowedDomains: ["shop.example"] });
    await closed(blog).toBe(CLOSE.refused);
    await run(place.team, "reply_to_conversation", { conversationId, text: "For the shop" }, shapes.sent);
    await shop.hear("message", (one) => textOf(one) === "For the shop");
    expect(shop.closed()).toBeNull();
    expect(blog.texts()).not.toContain("For the shop");
    await expect(call(token, { headers: { origin: BLOG } })).rejects.toThrow(/origin_not_allowed/);
  });

  it("hold for its chatbot's widget as well", async () => {
    const place = await chatWith(FLOW);
    const { shop, blog } = await visitor(place);
    const config = { allowedDomains: ["shop.example"] };
    const { team, chatbotId } = place;
    await runTool(catalogue.tools, team, "update_widget_config", { chatbotId, config });
    await closed(blog).toBe(CLOSE.refused);
    expect(shop.closed()).toBeNull();
  });

  it("hold for a socket that nobody told: it hears nothing of what is said, and is closed by what it says", async () => {
    const place = await chatWith(FLOW);
    const token = await open(browser(), place.inbox.publicKey);
    // Nothing was said yet, so no change of the inbox finds its room.
    const [shop, blog] = [await at(token, SHOP), await at(token, BLOG)];
    const other = await at(token, BLOG);
    await change(place, { allowedDomains: ["shop.example"] });
    other.say({ type: "message", text: "Hi from the blog", clientMessageId: "0" });
    expect(error.parse(await other.hear("error")).error.code).toBe("origin_not_allowed");
    await closed(other).toBe(CLOSE.refused);
    expect(blog.closed()).toBeNull();
    shop.say({ type: "message", text: "Hi", clientMessageId: "1" });
    await shop.hear("message", (one) => textOf(one) === "Your name?");
    await closed(blog).toBe(CLOSE.refused);
    expect(blog.texts()).toEqual([]);
  });
});

describe("a chatbot that a tool puts on an inbox", () => {
  it("has its published flow run for the visitors from then on, and no more when it is taken off", async () => {
    const place = await chatWith(FLOW);
    await change(place, { chatbotId: "none" });
    const said = async () => {
      const line = await call(await open(browser(), place.inbox.publicKey));
      await line.hear("ready");
      line.say({ type: "message", text: "Hi", clientMessageId: "1" });
      await line.hear("message");
      await line.hear("sent");
      return line;
    };
    expect((await said()).texts()).toEqual(["Hi"]);
    await change(place, { chatbotId: place.chatbotId });
    const line = await said();
    await line.hear("message", (one) => textOf(one) === "Your name?");
    await change(place, { chatbotId: "none" });
    expect((await said()).texts()).toEqual(["Hi"]);
  });
});

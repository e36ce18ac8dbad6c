import { expect, it } from "vitest";
import { z } from "zod";
import { changeChatbot } from "../../src/chatbots/store.ts";
import { open } from "../channels/browser.ts";
import { call, type Line } from "../rooms/setting.ts";
import { answeringChat } from "./setting.ts";

const frame = z.looseObject({
  greeting: z
    .looseObject({ seen: z.string(), messages: z.array(z.looseObject({ text: z.string() })) })
    .nullable(),
});

async function greeted(line: Line) {
  line.say({ type: "greet" });
  return frame.parse(await line.hear("greeting")).greeting;
}

type Place = Awaited<ReturnType<typeof answeringChat>>;
async function arrive({ page, inbox }: Place, locale?: string) {
  const token = await open(page, inbox.publicKey, { name: "Ada", locale });
  const line = await call(token);
  await line.hear("ready");
  return { token, line };
}

it("says the AI's greeting as the chat is opened, and keeps it before what is asked, once", async () => {
  const place = await answeringChat({ greetingOverride: "Good day from the shop!" });
  const { page } = place;
  const { token, line } = await arrive(place);
  const greeting = await greeted(line);
  expect(greeting?.messages.map(({ text }) => text)).toEqual(["Good day from the shop!"]);
  expect((await page("GET", "/messages", { token })).body.messages).toEqual([]);
  line.say({
    type: "message",
    text: "How can I return something?",
    seen: greeting?.seen,
    clientMessageId: "1",
  });
  await line.hear("sent");
  const { messages } = (await page("GET", "/messages", { token })).body;
  expect(
    messages.map(({ from, senderName }: { from: string; senderName: string }) => [from, senderName]),
  ).toEqual([
    ["bot", "Helper"],
    ["visitor", null],
    ["bot", "Helper"],
  ]);
  expect(messages[0].text).toBe("Good day from the shop!");
  // The answer does not greet again.
  expect(messages[2].text).toContain("30 days");
  expect(messages[2].text).not.toContain("Good day");
});

it("greets in the visitor's language where the team wrote nothing, and not beside the team's own welcome", async () => {
  const place = await answeringChat();
  const { line } = await arrive(place, "de-AT");
  expect((await greeted(line))?.messages.map(({ text }) => text)).toEqual(["Hallo! Wie kann ich helfen?"]);
  await changeChatbot(place.tenant, place.chatbotId, ({ widgetTexts }) => ({
    widgetTexts: { ...widgetTexts, welcomeMessage: "Welcome to the shop." },
  }));
  expect(await greeted((await arrive(place, "de-AT")).line)).toBeNull();
});

it("keeps no greeting that the page did not show as it is now, and says it with the answer instead", async () => {
  const place = await answeringChat({ greetingOverride: "The old words." });
  const { token, line } = await arrive(place);
  const greeting = await greeted(line);
  await changeChatbot(place.tenant, place.chatbotId, ({ ai }) => ({
    ai: { ...ai, greetingOverride: "The new words." },
  }));
  line.say({
    type: "message",
    text: "How can I return something?",
    seen: greeting?.seen,
    clientMessageId: "1",
  });
  await line.hear("sent");
  const { messages } = (await place.page("GET", "/messages", { token })).body;
  expect(messages).toHaveLength(2);
  expect(messages[1].text).toMatch(/^The new words\.\n\n/);
});

it.each([{ mode: "human_first" }, { mode: "human_only" }, { enabled: false }] as const)(
  "greets nobody where people answer first: %j",
  async (ai) => {
    const place = await answeringChat({ ...ai, greetingOverride: "Good day!" });
    expect(await greeted((await arrive(place)).line)).toBeNull();
  },
);

import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { setStatus } from "../../src/conversations/status.ts";
import { readFeed } from "../../src/workspace/events.ts";
import { type Browser, browser, chat, open, say } from "../channels/browser.ts";
import { runTool } from "../run.ts";
import { call, chatWith } from "./setting.ts";

const csat = z.object({
  csat: z.object({
    asked: z.int(),
    rated: z.int(),
    score: z.number().nullable(),
    responseRate: z.number().nullable(),
    byRating: z.record(z.string(), z.int()),
  }),
});

const run = (by: Call, name: string, args: object) => runTool(catalogue.tools, by, name, args);

type Chat = Awaited<ReturnType<typeof chatWith>>;

/** A chat whose widget asks for ratings. */
async function asking(askForRating = true): Promise<Chat> {
  const place = await chatWith([["done", "end"]]);
  await run(place.team, "update_widget_config", { chatbotId: place.chatbotId, config: { askForRating } });
  return place;
}

/** A visitor who wrote. */
async function visitor({ inbox }: Pick<Chat, "inbox">) {
  const page = browser();
  const token = await open(page, inbox.publicKey);
  const { conversationId } = await say(page, token, "Where is my order?");
  return { page, token, conversationId: z.string().parse(conversationId) };
}

const resolve = ({ team }: Chat, conversationId: string) =>
  run(team, "set_conversation_status", { conversationId, status: "resolved" });

const rate = (page: Browser, token: string, body: object) => page("POST", "/ratings", { token, body });

const figures = async ({ team }: Chat) => {
  const [summary, overview] = await Promise.all([
    run(team, "get_conversation_summary", { days: 1 }),
    run(team, "get_analytics", { days: 1 }),
  ]);
  expect(csat.parse(summary)).toEqual(csat.parse(overview));
  return csat.parse(summary).csat;
};

it("asks a visitor once when its conversation is resolved, and takes one rating and a word", async () => {
  const place = await asking();
  const { page, token, conversationId } = await visitor(place);
  const line = await call(token);
  await line.hear("ready");
  expect((await page("GET", "/messages", { token })).body.rating).toBeNull();
  expect(await rate(page, token, { conversationId, rating: 5 })).toMatchObject({ status: 403 });

  await resolve(place, conversationId);
  expect(await line.hear("rating")).toEqual({ type: "rating", conversationId });
  const asked = { conversationId };
  expect((await page("GET", "/messages", { token })).body.rating).toEqual(asked);
  const again = { inboxKey: place.inbox.publicKey, visitorToken: token };
  expect((await page("POST", "/sessions", { body: again })).body.rating).toEqual(asked);
  expect(await figures(place)).toMatchObject({ asked: 1, rated: 0, score: null, responseRate: 0 });

  for (const wrong of [
    { rating: 0 },
    { rating: 6 },
    { rating: 4.5 },
    {},
    { rating: 4, comment: "x".repeat(1001) },
  ]) {
    expect(await rate(page, token, { conversationId, ...wrong }), JSON.stringify(wrong)).toMatchObject({
      status: 400,
    });
  }
  const rated = { conversationId, rating: 4, comment: null, ratedAt: expect.any(String) };
  expect(await rate(page, token, { conversationId, rating: 4 })).toMatchObject({ status: 200, body: rated });
  expect((await page("GET", "/messages", { token })).body.rating).toBeNull();
  // The same again changes nothing, a word may follow, and then it stays.
  expect((await rate(page, token, { conversationId, rating: 4 })).body).toEqual(rated);
  const said = { conversationId, rating: 4, comment: "Quick!" };
  expect((await rate(page, token, said)).body).toEqual({ ...rated, comment: "Quick!" });
  expect((await rate(page, token, said)).body).toEqual({ ...rated, comment: "Quick!" });
  for (const other of [{ rating: 1 }, { rating: 4, comment: "Slow!" }]) {
    expect(await rate(page, token, { conversationId, ...other })).toMatchObject({ status: 409 });
  }

  expect(await figures(place)).toEqual({
    asked: 1,
    rated: 1,
    score: 1,
    responseRate: 1,
    byRating: { 1: 0, 2: 0, 3: 0, 4: 1, 5: 0 },
  });
  const { items } = await readFeed(place.tenant, { limit: 50, types: ["csat.rated"] });
  expect(items.map(({ subjectId, inboxId, data }) => ({ subjectId, inboxId, data }))).toEqual([
    {
      subjectId: conversationId,
      inboxId: place.inbox.id,
      data: { conversationId, contactId: expect.stringMatching(/^ct_/), rating: 4 },
    },
  ]);
  expect(await run(place.team, "get_conversation", { conversationId })).toMatchObject({
    conversation: { rating: { value: 4, comment: "Quick!" } },
  });

  // It goes on and is resolved again: nobody is asked twice.
  await say(page, token, "One more thing");
  await resolve(place, conversationId);
  expect((await page("GET", "/messages", { token })).body.rating).toBeNull();
  expect(await figures(place)).toMatchObject({ asked: 1, rated: 1 });
});

it("asks nobody where the widget is not set to, nobody who never wrote, and takes no rating of another's", async () => {
  const off = await asking(false);
  const one = await visitor(off);
  await resolve(off, one.conversationId);
  expect((await one.page("GET", "/messages", { token: one.token })).body.rating).toBeNull();
  expect(await rate(one.page, one.token, { conversationId: one.conversationId, rating: 5 })).toMatchObject({
    status: 403,
  });
  expect(await figures(off)).toMatchObject({ asked: 0, responseRate: null });

  const place = await asking();
  const [mine, theirs] = [await visitor(place), await visitor(place)];
  await resolve(place, theirs.conversationId);
  const elsewhere = await visitor(await asking());
  for (const { page, token } of [mine, elsewhere]) {
    expect(await rate(page, token, { conversationId: theirs.conversationId, rating: 1 })).toMatchObject({
      status: 404,
    });
  }
  expect(
    await rate(theirs.page, "no token", { conversationId: theirs.conversationId, rating: 1 }),
  ).toMatchObject({
    status: 401,
  });
  const stranger = await chat();
  const unspoken = await open(stranger.page, stranger.inbox.publicKey);
  expect(
    await rate(stranger.page, unspoken, { conversationId: mine.conversationId, rating: 1 }),
  ).toMatchObject({
    status: 404,
  });
  expect(await figures(place)).toMatchObject({ asked: 1, rated: 0 });
});

it("counts each conversation once, whatever is sent at the same time, and adds up by the formula", async () => {
  const given = fc.sample(fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 6, maxLength: 6 }), {
    numRuns: 1,
    seed: 7,
  })[0];
  if (!given) throw new Error("unreachable: one was sampled");
  const place = await asking();
  const unanswered = await visitor(place);
  await setStatus(place.tenant, unanswered.conversationId, { status: "resolved", snoozedUntil: null });
  for (const rating of given) {
    const { page, token, conversationId } = await visitor(place);
    await resolve(place, conversationId);
    const answers = await Promise.all(
      [rating, rating, (rating % 5) + 1].map((one) => rate(page, token, { conversationId, rating: one })),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeGreaterThan(0);
    expect(new Set(won.map(({ body }) => body.rating)).size).toBe(1);
    if (won[0]?.body.rating !== rating) given[given.indexOf(rating)] = won[0]?.body.rating;
  }
  const good = given.filter((rating) => rating >= 4).length;
  expect(await figures(place)).toMatchObject({
    asked: given.length + 1,
    rated: given.length,
    score: Math.round((good / given.length) * 10_000) / 10_000,
    responseRate: Math.round((given.length / (given.length + 1)) * 10_000) / 10_000,
  });
});

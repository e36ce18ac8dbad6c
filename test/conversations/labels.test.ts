import fc from "fast-check";
import { expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { MAX_TAGS } from "../../src/conversations/labels.ts";
import { CONVERSATION_PRIORITIES } from "../../src/conversations/schema.ts";
import { testCall } from "../call.ts";
import { property } from "../property.ts";
import { allItems, failureOf, runTool } from "../run.ts";
import { callIn, makeInbox, write } from "./setting.ts";

const run = (call: Call, name: string, args: object) => runTool(catalogue.tools, call, name, args);
const labels = z
  .object({ conversation: z.looseObject({ priority: z.string(), tags: z.array(z.string()) }) })
  .transform(({ conversation: { priority, tags } }) => ({ priority, tags: tags.toSorted() }));

const read = async (call: Call, conversationId: string) =>
  labels.parse(await run(call, "get_conversation", { conversationId }));

async function conversation() {
  const call = testCall();
  const inbox = await makeInbox(call);
  const { conversationId } = await write(call, inbox, "Hello");
  return { call, inbox, conversationId };
}

const NAMES = ["Refund", "VIP", "Späti", "a b", "x"];
const names = fc.uniqueArray(fc.constantFrom(...NAMES), { minLength: 1 });
const change = fc.record(
  { priority: fc.constantFrom(...CONVERSATION_PRIORITIES), addTags: names, removeTags: names },
  { requiredKeys: ["addTags"] },
);

it("carries what was added and not taken off, in whatever order", () =>
  property(
    [fc.array(change, { minLength: 1, maxLength: 5 })],
    async (changes) => {
      const { call, conversationId } = await conversation();
      await run(call, "update_conversation", { conversationId, addTags: NAMES });
      await run(call, "update_conversation", { conversationId, removeTags: NAMES });
      const carried = new Set<string>();
      let priority = "normal";
      for (const { removeTags, ...given } of changes) {
        const rest = removeTags?.filter((name) => !given.addTags.includes(name)) ?? [];
        const wanted = rest.length === 0 ? given : { ...given, removeTags: rest };
        const answer = await run(call, "update_conversation", { conversationId, ...wanted });
        for (const name of wanted.addTags) carried.add(name);
        for (const name of rest) carried.delete(name);
        priority = wanted.priority ?? priority;
        const expected = { priority, tags: [...carried].toSorted() };
        expect(labels.parse(answer)).toEqual(expected);
        expect(await read(call, conversationId)).toEqual(expected);
      }
    },
    { runs: 15 },
  ));

it("is found by tag, by name or id, and by priority, crossed with the other filters", async () => {
  const { call, inbox, conversationId } = await conversation();
  const other = (await write(call, inbox, "Hello again", { from: "other" })).conversationId;
  await run(call, "update_conversation", {
    conversationId,
    priority: "urgent",
    addTags: ["Complaint", "VIP"],
  });
  await run(call, "update_conversation", { conversationId: other, addTags: ["VIP"] });
  const [tag] = await allItems(catalogue.tools, call, "list_tags");
  const found = async (args: object) =>
    (await allItems(catalogue.tools, call, "list_conversations", args)).map(({ id }) => id).toSorted();
  for (const sort of ["newest", "oldest", "last_activity"]) {
    expect(await found({ tag: "complaint", sort })).toEqual([conversationId]);
    expect(await found({ tag: tag?.id, sort })).toEqual([conversationId]);
    expect(await found({ tag: "vip", sort })).toEqual([conversationId, other].toSorted());
    expect(await found({ tag: "vip", priority: "normal", sort, status: "open" })).toEqual([other]);
    expect(await found({ priority: "low", sort })).toEqual([]);
  }
  expect(
    (
      await allItems(catalogue.tools, call, "search_conversations", { query: "hello", priority: "urgent" })
    ).map(({ id, tags }) => ({ id, tags })),
  ).toEqual([{ id: conversationId, tags: ["Complaint", "VIP"] }]);
  // A tag that is deleted is gone from everything that shows it.
  await run(call, "delete_tag", { tagId: tag?.id });
  expect((await read(call, conversationId)).tags).toEqual(["VIP"]);
});

it("takes changes that come at the same time, each of them", async () => {
  const { call, conversationId } = await conversation();
  const names = Array.from({ length: 6 }, (_, i) => `t${i}`);
  await Promise.all(
    names.map((name) => run(call, "update_conversation", { conversationId, addTags: [name] })),
  );
  expect((await read(call, conversationId)).tags).toEqual(names);
});

it("refuses too many tags, nothing to do, unknown tags, and what the caller may not see", async () => {
  const { call, conversationId } = await conversation();
  const many = Array.from({ length: MAX_TAGS }, (_, i) => `t${i}`);
  await run(call, "update_conversation", { conversationId, addTags: many });
  const refusal = (args: object, by = call) =>
    failureOf(run(by, "update_conversation", { conversationId, ...args }));
  expect(await refusal({ addTags: ["more"] })).toMatchObject({ code: "invalid_input" });
  expect(await refusal({})).toMatchObject({ code: "invalid_input" });
  expect(await refusal({ addTags: ["x"], removeTags: ["X "] })).toMatchObject({ code: "invalid_input" });
  expect(await refusal({ removeTags: ["t99x"] })).toMatchObject({ code: "not_found" });
  expect(await refusal({ priority: "highest" })).toMatchObject({ code: "invalid_input" });
  const limited = callIn(call, { inboxes: [(await makeInbox(call)).id] });
  expect(await refusal({ addTags: ["made by a stranger"] }, limited)).toMatchObject({ code: "not_found" });
  const tags = (await allItems(catalogue.tools, call, "list_tags")).map(({ name }) => name);
  // What is refused makes no tag.
  expect(tags.toSorted()).toEqual(many.toSorted());
  // One goes and another comes in one call.
  const swapped = await run(call, "update_conversation", {
    conversationId,
    addTags: ["more"],
    removeTags: ["t0"],
  });
  expect(labels.parse(swapped).tags).toContain("more");
});

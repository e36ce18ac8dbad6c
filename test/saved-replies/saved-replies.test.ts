import { expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { createContact } from "../../src/contacts/store.ts";
import { MAX_SAVED_REPLIES, saveReply } from "../../src/saved-replies/store.ts";
import { testCall } from "../call.ts";
import { allItems, failureOf, runTool } from "../run.ts";

const run = (call: Call, name: string, args: object) => runTool(catalogue.tools, call, name, args);
const listed = (call: Call, args: object = {}) => allItems(catalogue.tools, call, "list_saved_replies", args);
const save = (call: Call, title: string, text: string) => run(call, "create_saved_reply", { title, text });

it("are saved by title, replaced under the same one, and found by their words in any case", async () => {
  const call = testCall();
  expect(await save(call, "Refund sent", "Your refund is on its way.")).toMatchObject({ created: true });
  expect(await save(call, "Öffnungszeiten", "We open at nine.")).toMatchObject({ created: true });
  expect(await save(call, "  refund SENT ", "The refund went out today.")).toMatchObject({
    created: false,
    savedReply: { title: "refund SENT", text: "The refund went out today." },
  });
  const titles = async (args: object = {}) => (await listed(call, args)).map(({ title }) => title);
  expect(await titles()).toEqual(["Öffnungszeiten", "refund SENT"]);
  expect(await titles({ limit: 1 })).toEqual(["Öffnungszeiten", "refund SENT"]);
  expect(await titles({ query: "offnungs NINE" })).toEqual(["Öffnungszeiten"]);
  expect(await titles({ query: "parcel" })).toEqual([]);
  expect(await titles({ query: "refund nine" })).toEqual([]);
  expect(await listed(testCall())).toEqual([]);
});

it("name variables that there are, and say what they know of a contact", async () => {
  const call = testCall();
  await run(call, "create_custom_field", { key: "size", label: "Size", type: "number" });
  const text =
    "Hi {{contact.first_name}} ({{ contact.email }}), size {{field.size}}. {{sender.name}}, {{workspace.name}}";
  await save(call, "Size", text);
  for (const [wrong, candidate] of [
    ["Hi {{contact.nmae}}", "contact.name"],
    ["Hi {{field.sice}}", "field.size"],
    ["Hi {{name}}", undefined],
    ["Hi {{}}", undefined],
    ["Hi {{contact.name", undefined],
    ["Hi {{constructor}}", undefined],
  ] as const) {
    const failure = await failureOf(save(call, "Wrong", wrong));
    expect(failure, wrong).toMatchObject({ code: "invalid_input" });
    if (candidate) expect(failure.detail.candidates).toContain(candidate);
  }
  const { id: contactId } = await createContact(call.tenant, {
    name: "Anna {{contact.email}} Berg",
    customFields: { size: 42 },
  });
  const [row] = await listed(call, { contactId });
  // Nothing is filled in twice, and what is not known is not a hole.
  expect(row).toMatchObject({
    text,
    rendered: "Hi Anna ({{contact.email}}), size 42. Test key, Test workspace",
    missing: ["contact.email"],
  });
  const [plain] = await listed(call);
  expect(plain).toMatchObject({
    rendered: null,
    missing: [],
    variables: ["contact.first_name", "contact.email", "field.size", "sender.name", "workspace.name"],
  });
  const stranger = testCall({ workspaceId: call.tenant.workspaceId, inboxes: ["ib_none"] });
  expect(await failureOf(listed(stranger, { contactId }))).toMatchObject({ code: "not_found" });
});

it("are at most so many, of which each can still be changed", async () => {
  const { tenant } = testCall();
  for (let i = 0; i < MAX_SAVED_REPLIES; i++) await saveReply(tenant, { title: `Reply ${i}`, text: "Hello" });
  expect(await failureOf(saveReply(tenant, { title: "One more", text: "Hello" }))).toMatchObject({
    code: "not_allowed",
  });
  const changed = await saveReply(tenant, { title: "Reply 7", text: "Changed" });
  expect(z.object({ created: z.boolean() }).parse(changed).created).toBe(false);
});

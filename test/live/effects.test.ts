import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Call } from "../../src/calls/define.ts";
import { createCustomField } from "../../src/contacts/custom-fields.ts";
import { contactDetails, resolveContact } from "../../src/contacts/lookup.ts";
import { addContactTags, createContact } from "../../src/contacts/store.ts";
import { createTag } from "../../src/contacts/tags.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { messages } from "../../src/conversations/schema.ts";
import { setStatus } from "../../src/conversations/status.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { addMember, createWorkspace } from "../../src/gate/workspaces.ts";
import { leadTools } from "../../src/leads/tools.ts";
import { messageText } from "../../src/live/message-text.ts";
import { newId } from "../../src/tenant/ids.ts";
import { ticketTools } from "../../src/tickets/tools.ts";
import { testCall } from "../call.ts";
import { make } from "../chatbots/setting.ts";
import { eventsOf, makeInbox, write } from "../conversations/setting.ts";
import { allItems, runTool } from "../run.ts";
import { live, send } from "./setting.ts";

/** A contact that wrote in an inbox. */
async function talking(call: Call, chatbotId?: string) {
  const inbox = await makeInbox(call, { chatbotId });
  const { contactId, conversationId } = await write(call, inbox, "Hi");
  return { inbox, contactId, conversationId };
}

async function contactNow({ tenant }: Call, contactId: string) {
  const details = await contactDetails(tenant, await resolveContact(tenant, contactId));
  const { name, email, emailKey, phone } = details;
  return {
    ...{ name, email, emailKey, phone },
    tags: details.tags.map((tag) => tag.name),
    fields: Object.fromEntries(details.customFields.map(({ key, value }) => [key, value])),
  };
}

describe("a flow's effects on the contact", () => {
  it("are one change with one event, in which the last word counts", async () => {
    const call = testCall();
    const { contactId } = await talking(call);
    for (const name of ["VIP", "Old"]) await createTag(call.tenant, { name });
    await createCustomField(call.tenant, { key: "age", label: "Age", type: "number" });
    await createCustomField(call.tenant, { key: "city", label: "City", type: "text" });
    await addContactTags(call.tenant, contactId, { names: ["Old"] });
    const flowId = await live(call, [
      ["name", "set_field", { field: "name", value: "{{contact.name}} Bell" }],
      ["phone", "set_field", { field: "phone", value: "+49 30 1234567" }],
      ["age1", "set_field", { field: "age", value: "41" }],
      ["age2", "set_field", { field: "age", value: "42" }],
      ["city", "set_field", { field: "city", value: "Bern" }],
      ["on", "add_tag", { tag: "vip" }],
      ["off", "remove_tag", { tag: "OLD" }],
      ["say", "end", { message: "{{contact.name}}, {{field.age}}" }],
    ]);
    const before = await eventsOf(call);
    const sent = await send(call, { contactId, flowId });
    expect(sent).toMatchObject({ messages: [{ text: "Anna Bell, 42" }], notDone: [] });
    expect(await contactNow(call, contactId)).toEqual({
      ...{ name: "Anna Bell", email: null, emailKey: null, phone: "+49 30 1234567" },
      tags: ["VIP"],
      fields: { age: 42, city: "Bern" },
    });
    const updates = (await eventsOf(call))
      .slice(before.length)
      .filter(({ type }) => type === "contact.updated");
    expect(updates).toMatchObject([
      {
        subjectId: contactId,
        data: { changed: ["name", "phone", "tags", "customFields.age", "customFields.city"] },
      },
    ]);
    // The same again changes nothing.
    await send(call, { contactId, flowId: await live(call, [["on", "add_tag", { tag: "VIP" }]]) });
    const all = (await eventsOf(call)).filter(({ type }) => type === "contact.updated");
    expect(all).toHaveLength(updates.length + 1);
  });

  it("leave out what does not fit, and say so", async () => {
    const call = testCall();
    const { contactId } = await talking(call);
    await createCustomField(call.tenant, { key: "age", label: "Age", type: "number" });
    const flowId = await live(call, [
      ["age", "set_field", { field: "age", value: "old" }],
      ["email", "set_field", { field: "email", value: "nobody" }],
      ["name", "set_field", { field: "name", value: "Nele" }],
      ["end", "end", { message: "Done." }],
    ]);
    const sent = await send(call, { contactId, flowId, idempotencyKey: "k" });
    expect(sent).toMatchObject({ session: { status: "completed" }, messages: [{ text: "Done." }] });
    expect(sent.notDone).toEqual([
      { nodeId: "age", effect: "setField", reason: "The custom field age takes a number." },
      { nodeId: "email", effect: "setField", reason: "email: must be an email address" },
    ]);
    expect(await contactNow(call, contactId)).toMatchObject({ name: "Nele", email: null, fields: {} });
    expect((await send(call, { contactId, flowId, idempotencyKey: "k" })).notDone).toEqual(sent.notDone);
  });

  it("show an email as what the contact said: nobody is found by it", async () => {
    const call = testCall();
    const { contactId } = await talking(call);
    const other = await createContact(call.tenant, { name: "Other", email: "taken@example.com" });
    const set = (value: string) => live(call, [["email", "set_field", { field: "email", value }]]);
    await send(call, { contactId, flowId: await set("Taken@example.com") });
    expect(await contactNow(call, contactId)).toMatchObject({ email: "Taken@example.com", emailKey: null });
    expect((await resolveContact(call.tenant, "email:taken@example.com")).id).toBe(other.id);
    await send(call, { contactId, flowId: await set("free@example.com") });
    expect(await contactNow(call, contactId)).toMatchObject({ email: "free@example.com", emailKey: null });
    await expect(resolveContact(call.tenant, "email:free@example.com")).rejects.toThrow(/No contact/);
    await send(call, { contactId, flowId: await set("{{contact.phone}}") });
    expect(await contactNow(call, contactId)).toMatchObject({ email: null, emailKey: null });
  });
});

describe("a flow's tickets, leads and handoff", () => {
  it("belong to the conversation and its chatbot", async () => {
    const call = testCall();
    const chatbotId = await make(call);
    const { inbox, contactId, conversationId } = await talking(call, chatbotId);
    const flowId = await live(call, [
      [
        "t",
        "create_ticket",
        { subject: "Help {{contact.name}}", text: "From {{channel}}", priority: "urgent" },
      ],
      ["blank", "create_ticket", { subject: "{{contact.phone}}" }],
      ["lead", "create_lead", { phone: "123 45", details: [{ name: "Channel", value: "{{channel}}" }] }],
      ["end", "end"],
    ]);
    const sent = await send(call, { contactId, flowId });
    expect(sent).toMatchObject({ messages: [], notDone: [] });
    const place = { conversationId, inboxId: inbox.id, chatbotId };
    const tickets = await allItems(ticketTools, call, "list_tickets");
    expect(tickets).toMatchObject([
      { number: 2, subject: "Survey", priority: "normal", ...place },
      {
        number: 1,
        subject: "Help Anna",
        priority: "urgent",
        status: "new",
        contact: { id: contactId },
        ...place,
      },
    ]);
    expect(await runTool(ticketTools, call, "get_ticket", { ticketId: tickets[1]?.id })).toMatchObject({
      thread: [{ kind: "text", text: "From web" }],
    });
    expect(await readTotal(call.tenant, "tickets_open")).toBe(2);
    expect(await allItems(leadTools, call, "list_leads", { query: "anna" })).toMatchObject([
      {
        name: "Anna",
        email: null,
        phone: "123 45",
        contactId,
        source: { flow: flowId, node: "lead" },
        details: { Channel: "web" },
        ...place,
      },
    ]);
  });

  it("leave out a lead of nobody", async () => {
    const call = testCall();
    const { contactId } = await talking(call);
    const flowId = await live(call, [["lead", "create_lead", { name: "{{contact.phone}}" }]]);
    expect((await send(call, { contactId, flowId })).notDone).toEqual([
      { nodeId: "lead", effect: "createLead", reason: "a lead needs a name, email or phone" },
    ]);
    expect(await allItems(leadTools, call, "list_leads")).toEqual([]);
  });

  it("give a conversation that was put away to people, with a note", async () => {
    const workspace = await createWorkspace(env, { name: "Acme", plan: "pro" });
    const call = testCall({ workspaceId: workspace.id });
    const { inbox, contactId, conversationId } = await talking(call);
    const member = await addMember(env, workspace.id, {
      ...{ userId: newId("user"), name: "Mia", email: "mia@example.com", role: "agent" },
    });
    await setStatus(call.tenant, conversationId, { status: "resolved", snoozedUntil: null });
    const before = await eventsOf(call);
    const over = { assignee: member.id, note: "Wants a person, {{contact.name}}", message: "One moment." };
    const sent = await send(call, { contactId, flowId: await live(call, [["h", "handoff", over]]) });
    expect(sent).toMatchObject({ session: { status: "handed_off" }, messages: [{ text: "One moment." }] });
    expect(await getConversation(call.tenant, conversationId)).toMatchObject({
      status: "open",
      assignee: member.id,
      reopenedCount: 1,
      messageCount: 2,
    });
    expect(await readTotal(call.tenant, "conversations_open")).toBe(1);
    const { tenant } = call;
    const rows = await tenant.db.select().from(messages).where(tenant.of(messages)).orderBy(messages.seq);
    expect(rows.map(({ kind, body, senderKind }) => [kind, body, senderKind])).toEqual([
      ["message", "Hi", "contact"],
      ["message", "One moment.", "flow"],
      ["note", "Wants a person, Anna", "flow"],
    ]);
    const made = (await eventsOf(call)).slice(before.length).map(({ type, data }) => [type, data]);
    expect(made).toEqual(
      expect.arrayContaining([
        ["conversation.status_changed", { from: "resolved", to: "open" }],
        ["conversation.assigned", { from: null, to: member.id }],
        ["conversation.handed_off", { by: "flow", byId: sent.session.flowId, assignee: member.id }],
      ]),
    );
    // Open and assigned already: neither is done again. Nobody of this id: handed over all the same.
    const again = await live(call, [["h", "handoff", { assignee: member.id }]]);
    const stranger = await live(call, [["h", "handoff", { assignee: "mb_nobody" }]]);
    await send(call, { contactId, flowId: again });
    expect((await send(call, { contactId, flowId: stranger })).notDone).toMatchObject([{ nodeId: "h" }]);
    const types = (await eventsOf(call)).slice(before.length).map(({ type }) => type);
    const times = (wanted: string) => types.filter((type) => type === wanted).length;
    expect(times("conversation.handed_off")).toBe(3);
    expect(times("conversation.assigned")).toBe(1);
    expect(times("conversation.status_changed")).toBe(1);
    expect(inbox.id).toBe((await getConversation(call.tenant, conversationId)).inboxId);
  });
});

describe("a delay", () => {
  it("is a time that the session waits for", async () => {
    const call = testCall();
    const { contactId } = await talking(call);
    const flowId = await live(call, [
      ["one", "message", { text: "One" }],
      ["wait", "delay", { seconds: 600 }],
      ["two", "message", { text: "Two" }],
    ]);
    const { session, messages: said } = await send(call, { contactId, flowId });
    expect(session).toMatchObject({ status: "waiting", nodeId: "wait", waitingFor: "time" });
    expect(Date.parse(session.wakeAt ?? "") - Date.now()).toBeGreaterThan(590_000);
    expect(said).toMatchObject([{ text: "One" }]);
  });
});

describe("messageText", () => {
  const said = z.custom<Parameters<typeof messageText>[0]>();
  const text = (parts: object) => messageText(said.parse({ nodeId: "n", type: "send", ...parts }));

  it("shows everything that a flow can say as text", () => {
    expect(text({ text: "Hi" })).toBe("Hi");
    expect(
      text({
        text: "Look:",
        media: { kind: "image", url: "https://x.example/a.png", alt: "A lamp" },
        links: [{ label: "Shop", url: "https://x.example/" }],
      }),
    ).toBe("Look:\n\nA lamp\nhttps://x.example/a.png\n\nShop: https://x.example/");
    expect(
      text({
        products: [
          { id: "pr_1", name: "Lamp", price: "19.90 EUR", url: "https://x.example/lamp" },
          { id: "pr_2", name: "Shade" },
        ],
      }),
    ).toBe("Lamp\n19.90 EUR\nhttps://x.example/lamp\n\nShade");
    expect(text({ text: " ", products: [], options: [] })).toBe("");
    expect(text({ text: "x".repeat(20_000) })).toHaveLength(10_000);
  });
});

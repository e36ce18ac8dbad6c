import { beforeAll, expect, it } from "vitest";
import { callTool, make } from "../growing/world.ts";
import { formsOf } from "../oauth/oauth-world.ts";
import { type Staffed, staffed } from "./setting.ts";

let here: Staffed;
let thread: string;

beforeAll(async () => {
  here = await staffed("thread");
  thread = `${here.base}/inbox/${here.ids.conversation}`;
}, 300_000);

const read = async () =>
  (await callTool(here.world.client, "get_conversation", { conversationId: here.ids.conversation ?? "" }))
    .data;

it("changes a conversation by the tools, as the member who pressed", async () => {
  const { agent } = here.browsers;
  await agent.post(thread, { do: "note", note: "Calls back at four." });
  await agent.post(thread, { do: "priority", priority: "urgent" });
  await agent.post(thread, { do: "tag", tag: "Refund" });
  await agent.post(thread, { do: "assign", assignee: here.memberIds.agent });
  await agent.post(thread, { do: "snooze", snoozedUntil: "2030-01-02T09:30" });
  const { conversation, messages } = await read();
  expect(conversation).toMatchObject({
    priority: "urgent",
    tags: ["Refund"],
    assignee: here.memberIds.agent,
    status: "snoozed",
    snoozedUntil: "2030-01-02T09:30:00.000Z",
  });
  expect(messages).toContainEqual(
    expect.objectContaining({
      kind: "note",
      text: "Calls back at four.",
      sender: { kind: "member", id: here.memberIds.agent, name: "agent thread" },
    }),
  );
  await agent.post(thread, { do: "untag", tag: "Refund" });
  await agent.post(thread, { do: "status", status: "resolved" });
  expect((await read()).conversation).toMatchObject({ tags: [], status: "resolved" });
  const found = await (await agent.open(`${here.base}/inbox?priority=urgent&status=resolved`)).text();
  expect(found).toContain(thread);
});

it("sends a form that comes twice once, and keeps what was typed when it is refused", async () => {
  const { agent } = here.browsers;
  const reply = (await formsOf(await (await agent.open(thread)).text())).find(
    ({ fields }) => fields.get("do") === "reply",
  );
  const key = reply?.fields.get("key") ?? "";
  const fields = { do: "reply", key, text: "Twice pressed" };
  await Promise.all([1, 2].map(() => agent.post(thread, fields)));
  expect(JSON.stringify((await read()).messages).split("Twice pressed")).toHaveLength(2);
  const refused = await agent.post(thread, { do: "reply", key, text: "Other words under that key" });
  expect([refused.status, (await refused.text()).includes("Other words under that key")]).toEqual([
    409,
    true,
  ]);
});

it("puts a saved reply into the field, with the contact's name", async () => {
  const { admin, agent } = here.browsers;
  await admin.post(`${here.base}/saved-replies`, {
    do: "make",
    title: "Thanks",
    text: "Thank you, {{contact.name}}!",
  });
  const picked = /<option value="([^"]+)"[^>]*>Thanks</.exec(await (await agent.open(thread)).text())?.[1];
  const page = await (await agent.open(`${thread}?saved=${picked}`)).text();
  expect(page).toMatch(/<textarea id="text"[^>]*>Thank you, Visitor/);
});

it("exports everything of a person as lines, and erases them", async () => {
  const { admin, agent } = here.browsers;
  const contact = `${here.base}/contacts/${await make(here.world.client, "create_contact", { name: "Gone Soon" })}`;
  const file = await admin.open(`${contact}/export.jsonl`);
  expect(file.headers.get("content-disposition")).toContain("attachment");
  const lines = new TextDecoder()
    .decode(await file.arrayBuffer())
    .trimEnd()
    .split("\n");
  expect(lines.map((line) => JSON.parse(line).kind)).toContain("contact");
  expect((await agent.post(contact, { do: "erase", sure: "yes" })).status).toBe(403);
  const asked = await (await admin.post(contact, { do: "erase" })).text();
  expect(asked).toContain("cannot be undone");
  await admin.post(contact, { do: "erase", sure: "yes" });
  expect((await admin.open(contact)).status).toBe(404);
});

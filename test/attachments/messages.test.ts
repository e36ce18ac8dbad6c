import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { fileAddress } from "../../src/attachments/address.ts";
import { storeGiven } from "../../src/attachments/given.ts";
import { sweepFiles, workspacesWithOldFiles } from "../../src/attachments/removal.ts";
import { fileOf, objectKey, WAITS_MS } from "../../src/attachments/store.ts";
import { catalogue } from "../../src/catalogue.ts";
import { sendDraft } from "../../src/conversations/drafts.ts";
import { sendingOf } from "../../src/conversations/send.ts";
import { readTotal } from "../../src/figures/totals.ts";
import { clearWorkspace, deleteWorkspace } from "../../src/operator/removal.ts";
import { newId } from "../../src/tenant/ids.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { appWorkspace, ask, connect, inbound } from "../channels/api-setting.ts";
import { type Browser, browser, chat, open, say } from "../channels/browser.ts";
import { failureOf, runTool } from "../run.ts";
import { depotOf, JPEG, PNG, read, store, text } from "./setting.ts";

const file = z.object({
  id: z.string(),
  name: z.string(),
  mediaType: z.string(),
  bytes: z.int(),
  url: z.string(),
});
const shown = z.object({
  messages: z.array(z.object({ text: z.string(), attachments: z.array(file).optional() })),
});

/** A chat, somebody in it, and the team's caller. */
async function place() {
  const made = await chat();
  const { workspace, inbox, page, tenant } = made;
  const team = testCall({ workspaceId: workspace.id, database: shardDatabase(env, workspace.shard) });
  team.principal.shard = workspace.shard;
  const token = await open(page, inbox.publicKey);
  const run = (name: string, args: object, call = team) => runTool(catalogue.tools, call, name, args);
  const keys = async () =>
    (await env.FILES.list({ prefix: objectKey(tenant.workspaceId, "") })).objects.map(({ key }) => key);
  return { ...made, team, token, run, keys };
}

/** Uploads as a page does. */
async function upload(
  page: Browser,
  token: string,
  bytes: Uint8Array,
  { name = "cat.png", type = "image/png" } = {},
) {
  return page("POST", `/attachments?name=${encodeURIComponent(name)}`, {
    token,
    raw: new Uint8Array(bytes),
    headers: { "content-type": type },
  });
}

describe("a visitor's files", () => {
  it("are uploaded, sent with words or alone, and read by both sides at addresses of their own", async () => {
    const { page, token, run } = await place();
    const { status, body: uploaded } = await upload(page, token, PNG, { type: "text/html" });
    expect(status, JSON.stringify(uploaded)).toBe(201);
    expect(uploaded).toMatchObject({ name: "cat.png", mediaType: "image/png", bytes: PNG.length });
    const { body: other } = await upload(page, token, text("<svg onload=1>"), {
      name: "a.svg",
      type: "image/svg+xml",
    });
    const send = (body: object) => page("POST", "/messages", { token, body });
    const sent = await send({ text: "", attachments: [uploaded.id], clientMessageId: "c1" });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    expect(sent.body.message.text).toBe("[picture: cat.png]");
    // The same message again is answered again, and a file is sent once.
    expect((await send({ text: "", attachments: [uploaded.id], clientMessageId: "c1" })).body).toEqual(
      sent.body,
    );
    expect((await send({ text: "again", attachments: [uploaded.id] })).status).toBe(404);
    expect((await send({ text: "and this", attachments: [other.id] })).status).toBe(201);
    expect((await send({ text: "" })).status).toBe(400);

    const { body: seen } = await page("GET", "/messages", { token });
    const [picture] = seen.messages[0].content.attachments;
    expect(picture).toMatchObject({ id: uploaded.id, mediaType: "image/png" });
    expect((await read(picture.url)).bytes).toEqual(PNG);
    const conversationId = sent.body.conversationId;
    const thread = shown.parse(await run("get_conversation", { conversationId })).messages;
    expect(thread.map((one) => one.attachments?.map(({ name, mediaType }) => [name, mediaType]))).toEqual([
      [["cat.png", "image/png"]],
      [["a.svg", "application/octet-stream"]],
    ]);
    const svg = await read(thread[1]?.attachments?.[0]?.url ?? "");
    expect(svg.headers.get("content-disposition")).toMatch(/^attachment/);
  });

  it("are their own: nobody else sends one, nor takes one of the team's or of another inbox", async () => {
    const mine = await place();
    const other = await place();
    const { body: uploaded } = await upload(mine.page, mine.token, PNG);
    const second = await open(mine.page, mine.inbox.publicKey);
    const team = await store({ ...depotOf(mine.tenant, mine.inbox.id), owner: "out mb_1" });
    const take = (page: Browser, token: string, id: string) =>
      page("POST", "/messages", { token, body: { text: "x", attachments: [id] } });
    for (const [page, token, id] of [
      [mine.page, second, uploaded.id],
      [other.page, other.token, uploaded.id],
      [mine.page, mine.token, team.id],
      [mine.page, mine.token, newId("attachment")],
      [mine.page, mine.token, "../x"],
    ] as const) {
      const { status, body } = await take(page, token, id);
      expect([status, body.error?.code]).toEqual([404, "not_found"]);
    }
    expect((await take(mine.page, mine.token, uploaded.id)).status).toBe(201);
  });

  it("have ceilings: of size, of how many a minute, of a day, and none from who is blocked or has no token", async () => {
    const { page, token, run, workspace, inbox } = await place();
    const large = new Uint8Array(10 * 1024 * 1024 + 1).fill(65);
    expect((await upload(page, token, large)).status).toBe(413);
    expect((await upload(page, token, new Uint8Array())).status).toBe(400);
    expect((await upload(page, "nonsense", PNG)).status).toBe(401);
    const many = await Promise.all(Array.from({ length: 45 }, () => upload(page, token, PNG)));
    const statuses = many.map((one) => one.status);
    expect(statuses).toContain(429);
    // Another visitor, at another address, is not held up; nor is one of the same inbox once the day is full.
    const elsewhere = browser();
    const fresh = await open(elsewhere, inbox.publicKey);
    expect((await upload(elsewhere, fresh, PNG)).status).toBe(201);
    await shardDatabase(env, workspace.shard)
      .prepare(
        "UPDATE day_counts SET counts = json_set(counts, '$.visitor_file_bytes', 2e9) WHERE workspace_id = ?",
      )
      .bind(workspace.id)
      .run();
    expect((await upload(elsewhere, fresh, PNG)).status).toBe(429);
    const blocked = await open(elsewhere, inbox.publicKey);
    const { conversationId } = await say(elsewhere, blocked, "hello");
    const { contact } = z
      .looseObject({ contact: z.object({ id: z.string() }) })
      .parse(await run("get_conversation", { conversationId }));
    await run("block_contact", { contactId: contact.id });
    expect((await upload(elsewhere, blocked, PNG)).body.error.code).toBe("blocked");
  });

  it("that no message took are swept after a day, and not before", async () => {
    const { page, token, tenant, workspace, keys } = await place();
    const { body: sent } = await upload(page, token, PNG);
    await page("POST", "/messages", { token, body: { text: "", attachments: [sent.id] } });
    const { body: left } = await upload(page, token, JPEG, { name: "left.jpg" });
    const database = shardDatabase(env, workspace.shard);
    const soon = Date.now() + WAITS_MS - 60_000;
    expect(await workspacesWithOldFiles(database, soon)).not.toContain(workspace.id);
    expect(await sweepFiles(tenant, env, soon)).toBe(0);
    const later = Date.now() + WAITS_MS + 1;
    expect(await workspacesWithOldFiles(database, later)).toContain(workspace.id);
    expect(await sweepFiles(tenant, env, later)).toBe(1);
    expect(await fileOf(tenant, left.id)).toBeNull();
    expect(await keys()).toEqual([objectKey(workspace.id, sent.id)]);
    expect(await readTotal(tenant, "attachment_bytes")).toBe(PNG.length);
  });
});

describe("files that the team sends", () => {
  const png = { name: "tent.png", contentType: "image/png", base64: PNG.toBase64() };

  it("come as bytes or from an address, once for each key, and are on the message that is answered", async () => {
    const { page, token, run, keys } = await place();
    const { conversationId } = await say(page, token, "Show me");
    const args = {
      conversationId,
      attachments: [
        png,
        { url: "https://files.example/guide.pdf?type=application/pdf&bytes=2000000&chunked" },
      ],
      idempotencyKey: "k1",
    };
    const sent = z
      .object({ message: z.object({ text: z.string(), attachments: z.array(file) }), repeated: z.boolean() })
      .parse(await run("reply_to_conversation", args));
    expect(sent.message.text).toBe("[picture: tent.png]\n[file: guide.pdf]");
    expect(sent.message.attachments.map(({ mediaType, bytes }) => [mediaType, bytes])).toEqual([
      ["image/png", PNG.length],
      ["application/octet-stream", 2_000_000],
    ]);
    const again = await run("reply_to_conversation", args);
    expect(again).toMatchObject({ repeated: true });
    expect(await keys()).toHaveLength(2);
    const { body } = await page("GET", "/messages", { token });
    expect(body.messages.at(-1).content.attachments).toHaveLength(2);
    // What somebody was sent is sent on by its address.
    const [first] = sent.message.attachments;
    const on = await run("reply_to_conversation", { conversationId, attachments: [{ url: first?.url }] });
    expect(on).toMatchObject({ message: { attachments: [{ name: "tent.png", mediaType: "image/png" }] } });
  });

  it("are refused where they lead inside, elsewhere or nowhere, are too large, or are no files", async () => {
    const { page, token, run, keys } = await place();
    const other = await place();
    const theirs = await store(depotOf(other.tenant, other.inbox.id));
    const foreign = fileAddress({ workspaceId: other.workspace.id, ...theirs });
    const { conversationId } = await say(page, token, "Show me");
    const wrong: [object, string][] = [
      [{ url: "http://files.example/a" }, "invalid_input"],
      [{ url: "https://127.0.0.1/a" }, "invalid_input"],
      [{ url: "https://metadata.google.internal/" }, "invalid_input"],
      [{ url: "https://files.example/a?to=https://files.example/b" }, "invalid_input"],
      [{ url: "https://files.example/a?bytes=22000000" }, "body_too_large"],
      [{ url: "https://files.example/a?bytes=22000000&chunked" }, "body_too_large"],
      [{ url: "https://nowhere.example/a" }, "invalid_input"],
      [{ url: foreign }, "invalid_input"],
      [{ name: "a", contentType: "text/plain", base64: "not base64!" }, "invalid_input"],
      [{ name: "a", contentType: "text/plain", base64: "" }, "invalid_input"],
      [{ ...png, base64: new Uint8Array(1024 * 1024 + 1).toBase64() }, "body_too_large"],
      [{ name: "a" }, "invalid_input"],
      [{ ...png, url: "https://files.example/a" }, "invalid_input"],
    ];
    for (const [attachment, code] of wrong) {
      const failure = await failureOf(
        run("reply_to_conversation", { conversationId, attachments: [attachment] }),
      );
      expect([attachment, failure.code]).toEqual([attachment, code]);
    }
    expect(await keys()).toEqual([]);
    const { messages } = shown.parse(await run("get_conversation", { conversationId }));
    expect(messages).toHaveLength(1);
  });

  it("wait in a draft for a person, and go out with it", async () => {
    const { page, token, team, run, tenant } = await place();
    const { conversationId } = await say(page, token, "Show me");
    const { draft } = z
      .object({ draft: z.object({ id: z.string(), attachments: z.array(file) }) })
      .parse(await run("create_draft_reply", { conversationId, text: "The tent", attachments: [png] }));
    expect(draft.attachments).toMatchObject([{ name: "tent.png", mediaType: "image/png" }]);
    // Taken by the draft, so nothing sweeps it however long a person takes.
    expect(await sweepFiles(tenant, env, Date.now() + 30 * WAITS_MS)).toBe(0);
    await sendDraft(sendingOf(team), draft.id, { id: "mb_1", name: "Maria" });
    const { messages } = shown.parse(await run("get_conversation", { conversationId }));
    expect(messages.at(-1)).toMatchObject({ text: "The tent", attachments: [{ name: "tent.png" }] });
  });

  it("are not sent on by who may not see the inbox that they are in", async () => {
    const { page, token, run, team, tenant, inbox } = await place();
    const { conversationId } = await say(page, token, "Show me");
    const sent = z
      .object({ message: z.object({ attachments: z.array(file) }) })
      .parse(await run("reply_to_conversation", { conversationId, attachments: [png] }));
    const url = sent.message.attachments[0]?.url;
    const copied = async (inboxes: string[]) => {
      const reader = new Tenant(shardDatabase(env, team.principal.shard), { ...tenant.options, inboxes });
      return storeGiven({ ...depotOf(reader, inboxes[0] ?? ""), owner: "out x" }, [{ url }]);
    };
    expect((await failureOf(copied([newId("inbox")]))).code).toBe("invalid_input");
    expect(await copied([inbox.id])).toMatchObject([{ name: "tent.png" }]);
  });
});

describe("a team's own app", () => {
  it("brings files in, and is given those that go out", async () => {
    const { workspace, team, inbox, key } = await appWorkspace();
    const { deliveries } = await connect(workspace.id, inbox.id);
    const png = { name: "a.png", contentType: "image/png", base64: PNG.toBase64() };
    const message = { ...inbound("", { attachments: [png] }) };
    const first = await ask(`/${inbox.id}/messages`, message, key);
    expect(first.status, JSON.stringify(first.body)).toBe(201);
    const again = await ask(`/${inbox.id}/messages`, message, key);
    expect([again.status, again.body.message?.id]).toEqual([200, first.body.message?.id]);
    expect((await ask(`/${inbox.id}/messages`, inbound(""), key)).status).toBe(400);
    const { conversationId = "" } = first.body;
    const thread = shown.parse(await runTool(catalogue.tools, team, "get_conversation", { conversationId }));
    expect(thread.messages).toMatchObject([
      { text: "[picture: a.png]", attachments: [{ mediaType: "image/png" }] },
    ]);
    await runTool(catalogue.tools, team, "reply_to_conversation", {
      conversationId,
      text: "Yours?",
      attachments: [png],
    });
    await expect.poll(deliveries).toHaveLength(1);
    const [told] = await deliveries();
    const { attachments } = z.object({ attachments: z.array(file) }).parse(told?.data.message.content);
    expect((await read(attachments[0]?.url ?? "")).bytes).toEqual(PNG);
  });
});

describe("files go with what they belong to", () => {
  it("with their contact: at once no address leads to them, no row and no bytes are left, and others' stay", async () => {
    const { page, token, run, tenant, inbox, keys } = await place();
    const { body: uploaded } = await upload(page, token, PNG);
    const { body: sent } = await page("POST", "/messages", {
      token,
      body: { text: "Hi", attachments: [uploaded.id] },
    });
    const { conversationId } = sent;
    const png = { name: "tent.png", contentType: "image/png", base64: PNG.toBase64() };
    await run("create_draft_reply", { conversationId, text: "x", attachments: [png] });
    const someone = await open(page, inbox.publicKey);
    const { body: kept } = await upload(page, someone, PNG);
    await page("POST", "/messages", { token: someone, body: { text: "", attachments: [kept.id] } });
    const { contact, messages } = z
      .looseObject({
        contact: z.object({ id: z.string() }),
        messages: z.array(z.object({ attachments: z.array(file) })),
      })
      .parse(await run("get_conversation", { conversationId }));
    const exported = z
      .object({ items: z.array(z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) })) })
      .parse(await run("export_contact", { contactId: contact.id, limit: 100 }));
    expect(
      exported.items
        .filter(({ kind }) => kind === "attachment")
        .map(({ data }) => data.name)
        .sort(),
    ).toEqual(["cat.png", "tent.png"]);
    const url = messages[0]?.attachments[0]?.url ?? "";
    expect((await read(url)).status).toBe(200);
    const erased = await run("delete_contact", { contactId: contact.id });
    expect(erased).toMatchObject({ erased: true, removed: { attachments: 2 } });
    expect((await read(url)).status).toBe(404);
    expect(await keys()).toEqual([objectKey(tenant.workspaceId, kept.id)]);
    expect(await readTotal(tenant, "attachment_bytes")).toBe(PNG.length);
    expect((await read(kept.url)).status).toBe(200);
  });

  it("with their workspace", async () => {
    const { page, token, workspace, keys } = await place();
    const { body: uploaded } = await upload(page, token, PNG);
    expect(await keys()).toHaveLength(1);
    await deleteWorkspace(env, workspace.id, workspace.name);
    while ((await clearWorkspace(env, workspace.id)).clearedAt === null);
    expect(await keys()).toEqual([]);
    expect((await read(uploaded.url)).status).toBe(404);
  });
});

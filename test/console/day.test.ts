import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { registerInboxKey } from "../../src/control/inbox-keys.ts";
import { createToken } from "../../src/gate/tokens.ts";
import { addMember, createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { browser as visitorsBrowser } from "../channels/browser.ts";
import { callTool, connect, wholeTenant } from "../growing/world.ts";
import { formsOf } from "../oauth/oauth-world.ts";
import { call, type Heard } from "../rooms/setting.ts";
import { person } from "./setting.ts";

/** The path that the console is for, whole: nothing of it stands in for anything. */
it("makes a bot token for one inbox, sees its calls, and sends its draft after seeing the difference", async () => {
  const workspace = await createWorkspace(env, { name: "Shop", plan: "enterprise" });
  const tenant = wholeTenant(workspace);
  const [shop, billing] = await Promise.all(
    ["Shop", "Billing"].map((name) => createInbox(tenant, { channel: "web", name })),
  );
  if (!shop || !billing) throw new Error("no inboxes");
  for (const { id: inboxId, publicKey } of [shop, billing])
    await registerInboxKey(env.CONTROL, { publicKey, workspaceId: workspace.id, inboxId });
  const { user, browser } = await person("Maria");
  await addMember(env, workspace.id, { ...user, userId: user.id, role: "admin" });
  const base = `/w/${workspace.id}`;

  // A visitor in another window asks something in each inbox.
  const visit = async (inboxKey: string, text: string) => {
    const page = visitorsBrowser();
    const { body } = await page("POST", "/sessions", { body: { inboxKey, name: "Ann" } });
    const line = await call(body.visitorToken);
    line.say({ type: "message", text, clientMessageId: crypto.randomUUID() });
    await line.hear("sent");
    return line;
  };
  const ann = await visit(shop.publicKey, "Where is my parcel?");
  await visit(billing.publicKey, "Where is my invoice?");

  // The person makes the token by the page's own form.
  const tokens = `${base}/settings/tokens`;
  const making = (await formsOf(await (await browser.open(tokens)).text())).find(
    ({ fields }) => fields.get("do") === "make",
  );
  if (!making) throw new Error("no form");
  making.fields.set("name", "Triage bot");
  making.fields.set("inboxes", "picked");
  making.fields.set("inbox", shop.id);
  const made = await (await browser.post(tokens, making.fields)).text();
  const token = /parley_[0-9a-z]{22}_[0-9a-z]{52}/.exec(made)?.[0] ?? "";
  expect(made).toContain(
    `claude mcp add --transport http parley ${env.PUBLIC_URL}/mcp --header &quot;Authorization: Bearer ${token}&quot;`,
  );
  expect(await (await browser.open(tokens)).text()).not.toContain(token);

  // The client sees its inbox alone, and leaves a draft.
  const client = await connect(token);
  const listed = await callTool(client, "list_conversations", {});
  expect(listed.text).toContain("Where is my parcel?");
  expect(listed.text).not.toContain("invoice");
  const [conversation] = listed.data.items as { id: string }[];
  const conversationId = conversation?.id ?? "";
  expect(
    (await callTool(client, "reply_to_conversation", { conversationId, text: "x", idempotencyKey: "1" }))
      .code,
  ).toBe("missing_scope");
  await callTool(client, "create_draft_reply", { conversationId, text: "It come tomorrow." });

  // Its calls arrive in the log.
  await expect
    .poll(async () => (await browser.open(`${base}/settings/log`)).text())
    .toMatch(/create_draft_reply[\s\S]*reply_to_conversation[\s\S]*missing_scope[\s\S]*list_conversations/);
  expect(await (await browser.open(`${base}/settings/log`)).text()).toContain("Triage bot");

  // The person looks at the draft, mends it, sees the difference, and sends it.
  const waiting = await (await browser.open(`${base}/drafts`)).text();
  const [, draft = ""] = /\/drafts\/(dr_[0-9a-z]+)/.exec(waiting) ?? [];
  const at = `${base}/drafts/${draft}`;
  const [review] = await formsOf(await (await browser.open(at)).text());
  const seen = review?.fields.get("seen") ?? "";
  const text = "It comes tomorrow.";
  const difference = await browser.post(at, { do: "review", text, seen });
  const page = await difference.text();
  expect(page).toContain("<del>come</del><ins>comes</ins>");
  const send = (await formsOf(page)).find(({ fields }) => fields.get("do") === "send");
  const sent = await browser.post(at, send?.fields ?? {});
  expect(new URL(browser.url).pathname).toBe(`${base}/inbox/${conversationId}`);
  const thread = await sent.text();
  expect(thread).toContain("Sent: the customer has it.");

  // The visitor has the words at once, and they are Maria's.
  await ann.hear("message", ({ message }) => (message as { text: string }).text === text);
  expect(thread).toContain(text);
  expect((await callTool(client, "get_conversation", { conversationId })).text).toContain('"name":"Maria"');
  expect(await (await browser.open(at)).text()).toContain("<del>come</del><ins>comes</ins>");

  // Ended, it is out at once.
  const listedTokens = await (await browser.open(tokens)).text();
  const [, tokenId = ""] = /tokens\/(tok_[0-9a-z]+)/.exec(listedTokens) ?? [];
  await browser.post(`${tokens}/${tokenId}`, { do: "revoke" });
  await expect(connect(token)).rejects.toThrow();
});

it("sends a draft once, and none that was rewritten after somebody saw it", async () => {
  const workspace = await createWorkspace(env, { name: "Shop", plan: "enterprise" });
  const inbox = await createInbox(wholeTenant(workspace), { channel: "web", name: "Shop" });
  await registerInboxKey(env.CONTROL, {
    publicKey: inbox.publicKey,
    workspaceId: workspace.id,
    inboxId: inbox.id,
  });
  const { user, browser } = await person("Maria");
  await addMember(env, workspace.id, { ...user, userId: user.id, role: "agent" });
  const { body } = await visitorsBrowser()("POST", "/sessions", { body: { inboxKey: inbox.publicKey } });
  const line = await call(body.visitorToken);
  line.say({ type: "message", text: "Hello", clientMessageId: "m1" });
  await line.hear("sent");
  const { createDraftReply, updateDraftReply } = await import("../../src/conversations/drafts.ts");
  const tenant = wholeTenant(workspace);
  const [, conversationId = ""] =
    /\/inbox\/(cv_[0-9a-z]+)/.exec(await (await browser.open(`/w/${workspace.id}/inbox`)).text()) ?? [];
  const draft = await createDraftReply(tenant, conversationId, "First words");
  const at = `/w/${workspace.id}/drafts/${draft.id}`;
  const [review] = await formsOf(await (await browser.open(at)).text());
  const seen = review?.fields.get("seen") ?? "";
  await updateDraftReply(tenant, draft.id, "Other words");
  const late = await browser.post(at, { do: "send", text: "First words", seen });
  expect([late.status, (await late.text()).includes("rewritten meanwhile")]).toEqual([409, true]);
  const [again] = await formsOf(await (await browser.open(at)).text());
  const fields = { do: "send", text: "Last words", seen: again?.fields.get("seen") ?? "" };
  const both = await Promise.all([1, 2].map(() => browser.send(at, post(fields))));
  expect(both.map(({ status }) => status).toSorted()).toEqual([303, 409]);
  const isLast = ({ message }: Heard) => (message as { text: string }).text === "Last words";
  await line.hear("message", isLast);
  expect(line.heard.filter((one) => one.type === "message" && isLast(one))).toHaveLength(1);
});

function post(fields: Record<string, string>): RequestInit {
  return {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: new URL(env.PUBLIC_URL).origin },
    body: new URLSearchParams(fields).toString(),
  };
}

it("tells an open page that there is news, and nothing of what", async () => {
  const workspace = await createWorkspace(env, { name: "Shop", plan: "enterprise" });
  const { user, browser } = await person("Maria");
  await addMember(env, workspace.id, { ...user, userId: user.id, role: "analyst" });
  const hub = env.HUB.getByName(workspace.id);
  const live = `/w/${workspace.id}/live`;
  const opened = async (query = "", lastEventId?: string) => {
    const stream = await openStream(`${live}${query}`, browser.cookies, lastEventId);
    expect(stream.status).toBe(200);
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    return { read: async () => (await reader?.read())?.value, end: () => reader?.cancel() };
  };
  // What was written between a page's reading and its stream's opening is news to it.
  await hub.tell();
  const missed = await opened("?age=60000");
  expect(await missed.read()).toMatch(/^retry: \d+\nid: [0-9a-f-]+\ndata: news\n\n$/);
  await missed.end();

  const mark = await hub.mark();
  const stream = await opened("", mark);
  expect(await stream.read()).toBe(`retry: 1000\nid: ${mark}\n\n`);
  await hub.tell();
  expect(await stream.read()).toMatch(/^id: [0-9a-f-]+\ndata: news\n\n$/);
  await stream.end();
  // One who comes again is told of what it missed.
  const again = await opened("", mark);
  expect(await again.read()).toContain("data: news");
  await again.end();
  expect((await openStream(live, "")).status).toBe(303);
});

it("tells an open log of calls, to who may see it", async () => {
  const workspace = await createWorkspace(env, { name: "Shop", plan: "enterprise" });
  const [owner, analyst] = await Promise.all([person("Olga"), person("Ana")]);
  await addMember(env, workspace.id, { ...owner.user, userId: owner.user.id, role: "owner" });
  await addMember(env, workspace.id, { ...analyst.user, userId: analyst.user.id, role: "analyst" });
  const live = `/w/${workspace.id}/live/calls`;
  expect((await openStream(live, analyst.browser.cookies)).status).toBe(403);
  const stream = await openStream(live, owner.browser.cookies);
  const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe("retry: 1000\nid: none\n\n");
  const { token } = await createToken(env, workspace.id, {
    kind: "api_key",
    name: "Bot",
    scopes: ["chatbots:read"],
  });
  await callTool(await connect(token), "list_chatbots", {});
  let said = "";
  while (!said.includes("data: news")) said = (await reader?.read())?.value ?? "data: news, never";
  expect(said).toMatch(/^id: cl_\w+\ndata: news\n\n$/);
  await reader?.cancel();
});

async function openStream(path: string, cookie: string, lastEventId?: string): Promise<Response> {
  const { default: worker } = await import("../../src/index.ts");
  const headers = new Headers({ cookie });
  if (lastEventId !== undefined) headers.set("last-event-id", lastEventId);
  return worker.fetch(new Request(`${env.PUBLIC_URL}${path}`, { headers }), env, createExecutionContext());
}

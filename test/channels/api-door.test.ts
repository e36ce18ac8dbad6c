import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { eventTypes, run, shapes } from "../conversations/setting.ts";
import { written } from "../live/setting.ts";
import { appInbox, appWorkspace, ask, bring, connect, inbound, keyOf } from "./api-setting.ts";
import { chat } from "./browser.ts";

describe("the door", () => {
  it("is for API keys with the scope alone", async () => {
    const { workspace, inbox, key } = await appWorkspace();
    const path = `/${inbox.id}/messages`;
    expect(await ask(path, inbound("Hi"))).toMatchObject({ status: 401 });
    expect(await ask(path, inbound("Hi"), `${key}x`)).toMatchObject({ status: 401 });
    const bot = await keyOf(workspace.id, { kind: "bot", scopes: "all" });
    expect(await ask(path, inbound("Hi"), bot)).toMatchObject({
      status: 403,
      body: { error: { code: "not_allowed" } },
    });
    for (const facts of [{ scopes: ["conversations:reply"] }, { scopes: "all", readOnly: true }] as const) {
      const other = await keyOf(workspace.id, {
        ...facts,
        scopes: facts.scopes === "all" ? "all" : [...facts.scopes],
      });
      expect(await ask(path, inbound("Hi"), other)).toMatchObject({
        status: 403,
        body: { error: { code: "missing_scope" } },
      });
    }
    expect(await ask(path, inbound("Hi"), await keyOf(workspace.id, { scopes: "all" }))).toMatchObject({
      status: 201,
    });
    await gateOf(env, workspace.id).updateWorkspace({ mcpEnabled: false });
    expect(await ask(path, inbound("Hi"), key)).toMatchObject({ status: 201 });
    await gateOf(env, workspace.id).updateWorkspace({ suspendedAt: Date.now() });
    expect(await ask(path, inbound("Hi"), key)).toMatchObject({ status: 403 });
  });

  it("knows only the inboxes of its workspace that the key may see, and api ones alone", async () => {
    const [mine, theirs] = [await appWorkspace(), await appWorkspace()];
    const hidden = await appInbox(mine.team, "Hidden");
    const limited = await keyOf(mine.workspace.id, {
      scopes: ["conversations:inbound"],
      inboxes: [mine.inbox.id],
    });
    const web = await chat();
    const webKey = await keyOf(web.workspace.id, { scopes: ["conversations:inbound"] });
    const before = await eventTypes(theirs.team);
    expect(await ask(`/${theirs.inbox.id}/messages`, inbound("Hi"), mine.key)).toMatchObject({ status: 404 });
    expect(await ask(`/${hidden.id}/messages`, inbound("Hi"), limited)).toMatchObject({ status: 404 });
    expect(await ask(`/${mine.inbox.id}/messages`, inbound("Hi"), limited)).toMatchObject({ status: 201 });
    expect(await ask(`/${web.inbox.id}/messages`, inbound("Hi"), webKey)).toMatchObject({ status: 400 });
    expect(await eventTypes(theirs.team)).toEqual(before);
    // Nor a message of them.
    await connect(theirs.workspace.id, theirs.inbox.id);
    const { conversationId } = await bring(theirs.inbox.id, theirs.key, "Hi");
    const { message } = await run(
      theirs.team,
      "reply_to_conversation",
      { conversationId, text: "Yes" },
      shapes.sent,
    );
    const report = await ask(`/${mine.inbox.id}/messages/${message.id}/status`, { status: "read" }, mine.key);
    expect(report).toMatchObject({ status: 404 });
  });

  it("says in a sentence what is wrong with what comes in, and writes nothing of it", async () => {
    const { team, inbox, key } = await appWorkspace();
    const good = inbound("Hi");
    const bad: [unknown, string][] = [
      ["{", "JSON"],
      [{}, "contact"],
      [{ ...good, uuid: undefined }, "uuid"],
      [{ ...good, uuid: "a b" }, "uuid"],
      [{ ...good, text: " " }, "text"],
      [{ ...good, text: "x".repeat(10_001) }, "text"],
      [{ ...good, contact: { id: "" } }, "contact.id"],
      [{ ...good, contact: { id: "u", email: "nobody" } }, "contact.email"],
      [{ ...good, channel: "web" }, "channel"],
    ];
    for (const [body, names] of bad) {
      const refused = await ask(`/${inbox.id}/messages`, body, key);
      expect(refused.status, JSON.stringify(body).slice(0, 80)).toBe(400);
      expect(refused.body.error?.message).toContain(names);
    }
    expect((await written(team)).messages).toBe(0);
    expect(await eventTypes(team)).toEqual([]);
  });

  it("has a ceiling for each customer and for each key, which says how long to wait", async () => {
    const { inbox, key, team } = await appWorkspace();
    const answers = await Promise.all(
      Array.from({ length: 310 }, (_, i) =>
        ask(`/${inbox.id}/messages`, inbound("", { id: `user-${i}` }), key),
      ),
    );
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(10);
    expect(Number(limited[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    const other = await keyOf(team.tenant.workspaceId, { scopes: ["conversations:inbound"] });
    const ofOne = await Promise.all(
      Array.from({ length: 65 }, (_, i) => ask(`/${inbox.id}/messages`, inbound(`word ${i}`), other)),
    );
    expect(ofOne.filter(({ status }) => status === 201)).toHaveLength(60);
  });
});

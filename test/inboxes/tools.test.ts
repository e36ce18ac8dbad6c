import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { findInboxAddress } from "../../src/control/inbox-keys.ts";
import { setPlan } from "../../src/control/plans.ts";
import { BOT_SCOPES } from "../../src/control/scopes.ts";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { newId } from "../../src/tenant/ids.ts";
import { failureOf, runTool } from "../run.ts";
import { admitted, callAs } from "../workspace/call.ts";

const tools = catalogue.tools;
const CHATBOT = newId("chatbot");

/** An inbox as the tools that make and change one answer it. */
const answer = z.looseObject({
  channel: z.looseObject({ id: z.string(), publicKey: z.string(), chatbotId: z.string().nullable() }),
  embed: z.looseObject({ snippet: z.string().nullable(), reason: z.string().nullable() }).nullable(),
});

describe("the channels toolset", () => {
  it("lists inboxes and shows one whole, each caller its own", async () => {
    const workspace = await createWorkspace(env, { name: "Acme", plan: "pro" });
    const call = callAs(await admitted(workspace.id));
    const shop = await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId: CHATBOT });
    const bot = await createInbox(call.tenant, {
      channel: "telegram",
      name: "Telegram",
      settings: { username: "acme_bot" },
    });
    const all = await runTool(tools, call, "list_channels");
    expect(all.items).toMatchObject([
      { id: shop.id, channel: "web", name: "Shop", state: "active", chatbotId: CHATBOT },
      { id: bot.id, channel: "telegram", chatbotId: null },
    ]);
    expect((await runTool(tools, call, "list_channels", { chatbotId: CHATBOT })).items).toHaveLength(1);
    expect(await runTool(tools, call, "get_channel_config", { channelId: bot.id })).toMatchObject({
      id: bot.id,
      publicKey: bot.publicKey,
      settings: { username: "acme_bot" },
      allowedDomains: [],
    });

    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.id] }));
    expect((await runTool(tools, limited, "list_channels")).items).toMatchObject([{ id: shop.id }]);
    const hidden = runTool(tools, limited, "get_channel_config", { channelId: bot.id });
    const missing = runTool(tools, limited, "get_channel_config", { channelId: "ib_none" });
    for (const refused of [hidden, missing]) {
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ code: "not_found" });
    }
  });

  it("makes an inbox that can be reached, and changes it", async () => {
    const workspace = await createWorkspace(env, { name: "Acme", plan: "pro" });
    const call = callAs(await admitted(workspace.id));
    const run = async (name: string, args: object) => answer.parse(await runTool(tools, call, name, args));
    await runTool(tools, call, "create_chatbot", { name: "Guide" });
    // By its name, as people say it.
    const { channel, embed } = await run("create_channel", {
      channel: "web",
      name: "Shop",
      chatbotId: "guide",
    });
    expect(channel).toMatchObject({
      name: "Shop",
      state: "active",
      chatbotName: "Guide",
      allowedDomains: [],
    });
    expect(embed?.snippet === null ? embed.reason : embed?.snippet).toEqual(expect.any(String));
    expect(await findInboxAddress(env.CONTROL, channel.publicKey)).toMatchObject({
      workspaceId: workspace.id,
      inboxId: channel.id,
    });
    const { id: channelId } = channel;
    const changes = { name: "Help", allowedDomains: ["https://Shop.example/"], state: "disabled" };
    expect((await run("update_channel", { channelId, ...changes, chatbotId: "none" })).channel).toMatchObject(
      {
        ...{ name: "Help", allowedDomains: ["shop.example"], state: "disabled", chatbotId: null },
        publicKey: channel.publicKey,
      },
    );
    const back = await run("update_channel", { channelId: "help", chatbotId: "Guide", state: "active" });
    expect(back.channel).toMatchObject({ state: "active", chatbotName: "Guide", name: "Help" });
    // No customer could reach one whose channel is not built.
    const phone = await run("create_channel", { channel: "whatsapp", name: "Phone" });
    expect(phone).toMatchObject({ channel: { state: "not_connected" }, embed: null });
  });

  it("makes none beyond the plan, none that its maker would not see, and names what is wrong", async () => {
    const workspace = await createWorkspace(env, { name: "Acme", plan: "enterprise" });
    const principal = await admitted(workspace.id);
    const call = callAs(principal);
    const refused = (caller: typeof call, name: string, args: object) =>
      failureOf(runTool(tools, caller, name, args));
    const shop = answer.parse(await runTool(tools, call, "create_channel", { channel: "web", name: "Shop" }));
    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.channel.id] }));
    const { code, message } = await refused(limited, "create_channel", { channel: "web", name: "Mine" });
    expect([code, message]).toEqual(["not_allowed", "Only who sees all inboxes makes new ones."]);
    const other = answer.parse(await runTool(tools, call, "create_channel", { channel: "web", name: "B" }));
    const hidden = { channelId: other.channel.id, name: "Taken" };
    expect((await refused(limited, "update_channel", hidden)).code).toBe("not_found");
    const channelId = shop.channel.id;
    expect((await refused(call, "update_channel", { channelId })).code).toBe("invalid_input");
    const missing = { channelId, chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" };
    expect((await refused(call, "update_channel", missing)).code).toBe("not_found");
    const domains = { channelId, allowedDomains: ["no domain"] };
    expect((await refused(call, "update_channel", domains)).code).toBe("invalid_input");
    await setPlan(env, {
      ...{ name: "two-inboxes", perMinute: 90, perDay: null, perMonth: null, mcp: true, botTokens: true },
      ...{ maxInboxes: 2, trialDays: null, fallsTo: null },
    });
    const full = callAs({ ...principal, plan: "two-inboxes" });
    const third = await refused(full, "create_channel", { channel: "web", name: "Third" });
    expect([third.code, third.message]).toEqual(["plan_limit", "The plan allows 2 inboxes."]);
  });

  it("is made and changed under a scope that no bot token has", () => {
    const scopes = tools
      .filter(({ name }) => /^(create|update)_channel$/.test(name))
      .map(({ scope }) => scope);
    expect(scopes).toEqual(["settings:write", "settings:write"]);
    expect(BOT_SCOPES).not.toContain("settings:write");
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInbox } from "../../src/inboxes/store.ts";
import { channelTools } from "../../src/inboxes/tools.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { admitted, callAs, runTool } from "../workspace/call.ts";

describe("the channels toolset", () => {
  it("lists inboxes and shows one whole, each caller its own", async () => {
    const workspace = await createWorkspace(env, { name: "Acme", plan: "pro" });
    const call = callAs(await admitted(workspace.id));
    const shop = await createInbox(call.tenant, { channel: "web", name: "Shop", chatbotId: "cb_1" });
    const bot = await createInbox(call.tenant, {
      channel: "telegram",
      name: "Telegram",
      settings: { username: "acme_bot" },
    });
    const all = await runTool(channelTools, call, "list_channels");
    expect(all.items).toMatchObject([
      { id: shop.id, channel: "web", name: "Shop", state: "active", chatbotId: "cb_1" },
      { id: bot.id, channel: "telegram", chatbotId: null },
    ]);
    expect((await runTool(channelTools, call, "list_channels", { chatbotId: "cb_1" })).items).toHaveLength(1);
    expect(await runTool(channelTools, call, "get_channel_config", { channelId: bot.id })).toMatchObject({
      id: bot.id,
      publicKey: bot.publicKey,
      settings: { username: "acme_bot" },
      allowedDomains: [],
    });

    const limited = callAs(await admitted(workspace.id, { inboxes: [shop.id] }));
    expect((await runTool(channelTools, limited, "list_channels")).items).toMatchObject([{ id: shop.id }]);
    const hidden = runTool(channelTools, limited, "get_channel_config", { channelId: bot.id });
    const missing = runTool(channelTools, limited, "get_channel_config", { channelId: "ib_none" });
    for (const refused of [hidden, missing]) {
      const error = await refused.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Failure);
      expect(error).toMatchObject({ code: "not_found" });
    }
  });
});

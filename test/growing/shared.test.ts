import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { updateInbox } from "../../src/inboxes/store.ts";
import { shardDatabase } from "../../src/tenant/shards.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { growing } from "./checks.ts";
import { limitedTo } from "./isolation.ts";
import { sampleArguments } from "./samples.ts";
import { sharedThings } from "./shared.ts";
import { type Corner, callTool, make, makePublishedFlow, makeWorld, type World } from "./world.ts";

/**
 * Every tool that writes, by a caller limited to one inbox, on what another inbox uses as well: a chatbot with its
 * flow, knowledge, sales rules and webhooks, an automation flow that runs there, a tag, a field and a contact.
 */
let theirs: World;
let shared: Corner;

beforeAll(async () => {
  theirs = await makeWorld("sharedtheirs", { shard: "TENANT_1" });
  const { client, open, other, workspace, ids } = theirs;
  const tenant = new Tenant(shardDatabase(env, workspace.shard), {
    workspaceId: workspace.id,
    inboxes: null,
    actor: { kind: "system", id: "parley", name: "Parley", credentialId: null },
    timeZone: "UTC",
  });
  // The other inbox's chatbot answers in both, and the flow that everybody may send runs in the other one.
  await updateInbox(tenant, String(open.ids.inboxId), { chatbotId: other.shared.chatbotId });
  const flowId = await makePublishedFlow(client, "For all");
  await make(client, "send_contact_flow", { contactId: other.ids.contactId, flowId }).catch(() => "");
  await callTool(client, "add_contact_tags", { contactId: other.ids.contactId, tagId: ids.tagId });
  await callTool(client, "set_contact_custom_field", {
    contactId: other.ids.contactId,
    field: "size",
    value: "42",
  });
  // A contact that both inboxes know.
  await findOrCreateVisitorContact(tenant, {
    ...{ inboxId: String(other.ids.inboxId), channel: "web", sourceId: "both" },
  }).then(({ contactId }) =>
    make(client, "merge_contacts", { contactId: open.ids.contactId, duplicateId: contactId }),
  );
  shared = { ...open, shared: { ...other.shared, flowId } };
});

const writers = catalogue.tools.filter(({ hints }) => !hints.readOnly);

growing(
  writers,
  sharedThings(() => shared),
  () => ({ mine: theirs, theirs, elsewhere: theirs }),
);

describe("a caller limited to one inbox", () => {
  it("reads all of a chatbot that other inboxes use as well", async () => {
    const limited = await limitedTo(theirs);
    for (const tool of catalogue.tools.filter(({ hints }) => hints.readOnly)) {
      const { code, text } = await callTool(limited, tool.name, await sampleArguments(tool, theirs, shared));
      expect(code, `${tool.name}: ${text}`).not.toBe("not_allowed");
    }
  });

  it("is told why, and works on a chatbot that is its inbox's alone, and on flows of its own", async () => {
    const limited = await limitedTo(theirs);
    const { chatbotId, flowId } = shared.shared;
    for (const [name, args] of [
      ["update_chatbot", { chatbotId, name: "Mine" }],
      ["publish_flow_version", { chatbotId }],
      ["delete_flow", { flowId }],
      ["delete_chatbot", { chatbotId }],
    ] as const) {
      const { code, text } = await callTool(limited, name, args);
      expect(code, text).toBe("not_allowed");
      expect(text).toMatch(/used beyond the inboxes that you may see/);
    }
    const own = await make(limited, "create_chatbot", { name: "Own" });
    expect((await callTool(limited, "update_chatbot", { chatbotId: own, name: "Other" })).code).toBeNull();
    const ownFlow = await makePublishedFlow(limited, "Own");
    await makePublishedFlow(limited, "Own too");
    expect((await callTool(limited, "publish_flow_version", { flowId: ownFlow })).code).toBeNull();
    expect((await callTool(limited, "delete_flow", { flowId: ownFlow })).code).toBeNull();
    // With a webhook that it may not see.
    await make(theirs.client, "create_webhook", {
      chatbotId: own,
      url: "https://hooks.example.com/own",
      events: ["*"],
    });
    expect((await callTool(limited, "delete_chatbot", { chatbotId: own })).code).toBe("not_allowed");
    expect((await callTool(theirs.client, "delete_chatbot", { chatbotId: own })).code).toBeNull();
  });
});

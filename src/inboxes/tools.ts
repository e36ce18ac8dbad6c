import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { CHANNELS, INBOX_STATES } from "./schema.ts";
import { getInbox, listInboxes } from "./store.ts";

const inboxRow = z.object({
  id: z.string().describe("Inbox id; the same as channelId and inboxId elsewhere"),
  channel: z.enum(CHANNELS),
  name: z.string(),
  state: z
    .enum(INBOX_STATES)
    .describe(
      "Messages come and go in an active one alone; not_connected: its channel is not built here yet",
    ),
  chatbotId: z.string().nullable().describe("The chatbot that answers here first"),
  chatbotName: z.string().nullable(),
  createdAt: time,
});

async function withChatbotNames<T extends { chatbotId: string | null }>(tenant: Tenant, list: readonly T[]) {
  const names = await namesOf(
    tenant,
    list.map(({ chatbotId }) => chatbotId),
  );
  return list.map((inbox) => ({ ...inbox, chatbotName: names.get(inbox.chatbotId) ?? null }));
}

/** The channels toolset: inboxes are made and changed by people, assistants only read them. */
export const channelTools: readonly Tool[] = [
  defineTool({
    name: "list_channels",
    title: "List channels",
    description:
      "Lists the inboxes through which customers reach the workspace, oldest first. Use it to find an inboxId.",
    phrases:
      "is whatsapp hooked up, telegram account, ways to reach us, do we have instagram or telegram, inbox " +
      "id, is email connected, connected phone numbers, where can customers write to us, list integrations " +
      "for messaging",
    toolset: "channels",
    scope: "channels:read",
    hints: HINTS.R,
    untrusted: [],
    example: { chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional().describe("Only inboxes that this chatbot answers"),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () => pageOutput(inboxRow),
    async run({ tenant }, input) {
      const page = await listInboxes(tenant, input);
      return { ...page, items: await withChatbotNames(tenant, page.items) };
    },
  }),
  defineTool({
    name: "get_channel_config",
    title: "Get channel configuration",
    description:
      "Answers one inbox with its settings: public key, allowed domains and the rest, never a credential.",
    phrases:
      "how is the inbox set up, settings of the whatsapp line, how is a channel configured, configuration " +
      "of the whatsapp number, email inbox setup, details of one channel, is the inbox set up properly",
    toolset: "channels",
    scope: "channels:read",
    hints: HINTS.R,
    untrusted: [],
    example: { channelId: "ib_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ channelId: reference("inbox").describe("Inbox id, ib_…") }),
    output: () =>
      inboxRow.extend({
        publicKey: z.string().describe("What a chat widget names the inbox by; not a secret"),
        allowedDomains: z.array(z.string()).describe("Sites whose pages may open a chat; empty: any"),
        settings: z.record(z.string(), z.unknown()),
        updatedAt: time,
      }),
    async run({ tenant }, { channelId }) {
      const { stateReason: _, ...inbox } = await getInbox(tenant, channelId);
      const [named] = await withChatbotNames(tenant, [inbox]);
      return { ...inbox, chatbotName: named?.chatbotName ?? null };
    },
  }),
];

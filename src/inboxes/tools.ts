import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../calls/define.ts";
import { NONE, reference } from "../calls/references.ts";
import { registerInboxKey } from "../control/inbox-keys.ts";
import { inboxesAllowed } from "../control/plans.ts";
import { tellInboxChanged } from "../http/news.ts";
import { Failure } from "../tenant/failure.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { CHANNEL_ABILITIES } from "./channels.ts";
import { CHANNELS, INBOX_STATES } from "./schema.ts";
import { createInbox, getInbox, type Inbox, inboxNameInput, listInboxes, updateInbox } from "./store.ts";
import { approvedTemplates } from "./templates.ts";

const inboxRow = z.object({
  id: z.string().describe("Inbox id; the same as channelId and inboxId elsewhere"),
  channel: z.enum(CHANNELS),
  name: z.string(),
  state: z
    .enum(INBOX_STATES)
    .describe(
      "not_connected: nothing can be sent; failing: the channel's service refuses us, see stateReason",
    ),
  stateReason: z.string().nullable().describe("Why it is failing, as the channel says it"),
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

/** One inbox with its settings. */
const channelOutput = inboxRow.extend({
  publicKey: z.string().describe("What a chat widget names the inbox by; not a secret"),
  allowedDomains: z.array(z.string()).describe("Sites whose pages may open a chat; empty: any"),
  connection: z
    .record(z.string(), z.string())
    .nullable()
    .describe("What it is connected to: a callback address, a bot's name"),
  settings: z.record(z.string(), z.unknown()),
  updatedAt: time,
});

async function showChannel(tenant: Tenant, inbox: Inbox): Promise<z.input<typeof channelOutput>> {
  const [named] = await withChatbotNames(tenant, [inbox]);
  return { ...inbox, chatbotName: named?.chatbotName ?? null };
}

/** What only reads. */
const reading: readonly Tool[] = [
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
    output: () => channelOutput,
    async run({ tenant }, { channelId }) {
      return showChannel(tenant, await getInbox(tenant, channelId));
    },
  }),
  defineTool({
    name: "list_message_templates",
    title: "List message templates",
    description:
      "Lists the approved templates of a WhatsApp inbox: what may be sent when its reply window is closed. Other channels have none.",
    phrases:
      "which whatsapp templates do we have, approved templates, what may we send after 24 hours, template " +
      "names and variables, hsm messages, message outside of the window, pre-approved messages",
    toolset: "channels",
    scope: "channels:read",
    hints: HINTS.R,
    untrusted: [],
    example: { channelId: "ib_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ channelId: reference("inbox") }),
    output: () =>
      z.object({
        templates: z.array(
          z.object({
            name: z.string(),
            language: z.string(),
            category: z.string(),
            text: z.string().describe("What it says, with {{variables}}"),
            variables: z.array(z.string()).describe("What template.variables of a send must hold"),
          }),
        ),
      }),
    async run({ tenant, env, principal }, { channelId }) {
      const inbox = await getInbox(tenant, channelId);
      if (!CHANNEL_ABILITIES[inbox.channel].templates) return { templates: [] };
      return { templates: await approvedTemplates({ tenant, env, shard: principal.shard }, inbox) };
    },
  }),
];

/** What chatbots know of inboxes, handed in by the catalogue. */
export interface ChatbotsOfChannels<E extends z.ZodObject> {
  /** @throws Failure `not_found` */
  check(tenant: Tenant, chatbotId: string | null | undefined): Promise<void>;
  embedOutput: E;
  /** What puts the chat of a web inbox on a page. */
  embedOf(call: Call, inbox: Inbox): Promise<z.input<E>>;
}

const writes = { toolset: "channels", scope: "settings:write", untrusted: [] } as const;

/** The channels toolset. */
export function channelTools<E extends z.ZodObject>(chatbots: ChatbotsOfChannels<E>): readonly Tool[] {
  const { check, embedOf } = chatbots;
  const output = () =>
    z.object({
      channel: channelOutput,
      embed: chatbots.embedOutput.nullable().describe("Of a web inbox: what puts it on a page"),
    });
  const shown = async (call: Call, inbox: Inbox) => {
    const [channel, embed] = await Promise.all([
      showChannel(call.tenant, inbox),
      inbox.channel === "web" ? embedOf(call, inbox) : null,
    ]);
    return { channel, embed };
  };
  return [
    ...reading,
    defineTool({
      ...writes,
      name: "create_channel",
      title: "Create channel",
      description:
        "Makes an inbox that customers write to, with a chatbot whose published flow answers there first. Answers its public key.",
      phrases:
        "new inbox, add a website chat, set up another web chat, open a new line for customers, add an inbox " +
        "for the help centre, second website, make a chat for our shop page, put the bot on our website",
      hints: HINTS.W,
      example: { channel: "web", name: "Website", chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
      input: () =>
        z.strictObject({
          channel: z.enum(CHANNELS),
          name: inboxNameInput,
          chatbotId: reference("chatbot").optional(),
        }),
      output,
      async run(call, { channel, name, chatbotId }) {
        const { tenant, env, principal } = call;
        if (tenant.inboxes !== null) {
          throw new Failure("not_allowed", "Only who sees all inboxes makes new ones.", {
            hint: "Ask somebody who does.",
          });
        }
        await check(tenant, chatbotId);
        const atMost = await inboxesAllowed(env, principal.plan);
        const inbox = await createInbox(tenant, { channel, name, chatbotId }, { atMost });
        const { workspaceId } = tenant;
        await registerInboxKey(env.CONTROL, { publicKey: inbox.publicKey, workspaceId, inboxId: inbox.id });
        return shown(call, inbox);
      },
    }),
    defineTool({
      ...writes,
      name: "update_channel",
      title: "Update channel",
      description:
        "Changes an inbox: its name, the chatbot that answers there first, the sites that may open it, or whether it is on. Disabled, nothing comes in or goes out, and open chats are closed.",
      phrases:
        "put the chatbot on the website, take the bot off the inbox, switch the chat off, turn the chat back " +
        "on, pause the web chat, rename an inbox, allow another domain, restrict the chat to our site, which " +
        "bot answers in the inbox shall change, bot go live on the website, disable an inbox",
      hints: { ...HINTS.W, idempotent: true },
      example: { channelId: "ib_01kajq3v7e8m2n4p6r8t0v", chatbotId: "cb_01kajq3v7e8m2n4p6r8t0v" },
      input: () =>
        z.strictObject({
          channelId: reference("inbox").describe("Inbox id, ib_…"),
          name: inboxNameInput.optional(),
          chatbotId: reference("chatbot", { orNone: true }).optional().describe('"none": people answer'),
          allowedDomains: z
            .array(z.string())
            .max(50)
            .optional()
            .describe("Replaces them: example.com or *.example.com; empty: any"),
          state: z.enum(["active", "disabled"]).optional(),
        }),
      output,
      async run(call, { channelId, chatbotId, ...changes }) {
        const { tenant, env, requestId } = call;
        const wanted = {
          ...changes,
          ...(chatbotId === undefined ? {} : { chatbotId: chatbotId === NONE ? null : chatbotId }),
        };
        if (Object.values(wanted).every((value) => value === undefined)) {
          throw new Failure("invalid_input", "Say what to change: name, chatbotId, allowedDomains or state.");
        }
        await check(tenant, wanted.chatbotId);
        const inbox = await updateInbox(tenant, channelId, wanted);
        await tellInboxChanged(env, { workspaceId: tenant.workspaceId, inboxId: inbox.id }, requestId);
        return shown(call, inbox);
      },
    }),
  ];
}

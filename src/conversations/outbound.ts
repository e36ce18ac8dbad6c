import { and, eq, isNotNull, isNull, sql } from "drizzle-orm";
import { countDays } from "../figures/day-counts.ts";
import type { Inbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { appendMessage, type Conversation, type Sender } from "./append.ts";
import { firstReplyCounts, type SessionFacts, waitCounts } from "./figures.ts";
import { conversations, type MessageTemplate, type SenderKind } from "./schema.ts";

/** What is sent: text, or a template that the channel has approved. Exactly one of the two. */
export interface Outgoing {
  text?: string;
  template?: MessageTemplate;
}

/** Channels on which the customer fetches messages from us, so that writing one is delivering it. */
const FETCHED = ["web", "api"];
/** Channels that know approved templates. */
const WITH_TEMPLATES = ["whatsapp", "messenger"];

/** True when a text written in this inbox now would reach the customer. */
export function canSend(inbox: Pick<Inbox, "channel" | "state">): boolean {
  return inbox.state === "active" && FETCHED.includes(inbox.channel);
}

/**
 * The text to send in an inbox, or the reason why nothing can be sent there: a message that nobody would receive
 * is refused, never stored as if it had gone out.
 * @throws Failure `not_allowed` for a disabled inbox; `unsupported` for templates where the channel has none, and
 * for channels without a connection
 */
export function sendableText(inbox: Pick<Inbox, "id" | "channel" | "state">, content: Outgoing): string {
  if (inbox.state !== "active") {
    throw new Failure("not_allowed", `The inbox ${inbox.id} is disabled: nothing goes out of it.`);
  }
  if (content.template && !WITH_TEMPLATES.includes(inbox.channel)) {
    throw new Failure("unsupported", `The ${inbox.channel} channel has no templates.`, {
      hint: "Send text instead: this channel has no reply window.",
    });
  }
  if (!FETCHED.includes(inbox.channel)) {
    throw new Failure(
      "unsupported",
      `The ${inbox.channel} channel is not connected, so nothing can be sent.`,
      {
        hint: "Write to the contact in a web or api inbox.",
        candidates: FETCHED,
      },
    );
  }
  if (content.text === undefined) throw new Failure("invalid_input", "Pass text.");
  return content.text;
}

/** A person wrote it: a member, or a bot token or API key that acts for the team. */
function isPerson(kind: SenderKind): boolean {
  return kind === "member" || kind === "bot" || kind === "api_key";
}

/**
 * The statements that send a text in a conversation: the message, when the customer was first answered, since when
 * none waits, and the counts. An answer by a person or the AI ends the waiting; a flow's message does not.
 * @param conversation as read before; the first-reply times are checked again inside the batch
 */
export function replyStatements(
  tenant: Tenant,
  inbox: Pick<Inbox, "chatbotId">,
  conversation: SessionFacts &
    Pick<Conversation, "contactId" | "identityId" | "firstReplyAt" | "firstBotReplyAt">,
  message: {
    id: string;
    sender: Sender & { kind: Exclude<SenderKind, "contact"> };
    text: string;
    at: number;
  },
): Statement[] {
  const { sender, at } = message;
  const answers = isPerson(sender.kind) || sender.kind === "ai";
  const where = { inboxId: conversation.inboxId, chatbotId: inbox.chatbotId };
  return [
    ...countDays(
      tenant,
      [
        { ...where, metric: `messages_out_${sender.kind}` },
        ...(answers ? waitCounts(tenant, where, conversation.id, at) : []),
      ],
      { at },
    ),
    ...appendMessage(
      tenant,
      conversation,
      { ...message, kind: "message", direction: "out", sourceId: null },
      answers ? { waitingSince: sql`NULL` } : {},
    ),
    ...firstReply(tenant, where, conversation, sender.kind, at),
  ];
}

/** Notes the first answer after the customer's first message, once, and how long it took. */
function firstReply(
  tenant: Tenant,
  where: { inboxId: string; chatbotId: string | null },
  conversation: SessionFacts & Pick<Conversation, "firstReplyAt" | "firstBotReplyAt">,
  kind: SenderKind,
  at: number,
): Statement[] {
  const byPerson = isPerson(kind);
  if (!byPerson && kind !== "ai" && kind !== "flow") return [];
  const already = byPerson ? conversation.firstReplyAt : conversation.firstBotReplyAt;
  if (conversation.firstInboundAt === null || already !== null) return [];
  const column = byPerson ? conversations.firstReplyAt : conversations.firstBotReplyAt;
  return [
    tenant.db
      .update(conversations)
      .set(byPerson ? { firstReplyAt: at } : { firstBotReplyAt: at })
      .where(
        tenant.of(
          conversations,
          and(eq(conversations.id, conversation.id), isNotNull(conversations.firstInboundAt), isNull(column)),
        ),
      ),
    ...firstReplyCounts(tenant, where, conversation, { byPerson, at }),
  ];
}

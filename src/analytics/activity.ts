import { z } from "zod";
import type { EventType } from "../tenant/events.ts";

/** What happened, in a few words. No names: whoever sees figures need not see contacts. */
const LABELS: Record<EventType, string> = {
  "conversation.created": "Conversation began",
  "conversation.status_changed": "Conversation changed",
  "conversation.assigned": "Conversation given to somebody",
  "conversation.handed_off": "Conversation handed to people",
  "message.created": "Message",
  "message.updated": "Message delivery",
  "message.failed": "Message not delivered",
  "contact.created": "New contact",
  "contact.updated": "Contact changed",
  "contact.merged": "Contacts merged",
  "contact.blocked": "Contact blocked",
  "contact.erased": "Contact erased",
  "response.created": "Flow begun",
  "response.completed": "Flow completed",
  "lead.captured": "Lead captured",
  "ticket.created": "Ticket opened",
  "ticket.status_changed": "Ticket changed",
  "draft.created": "Draft reply to review",
  "draft.sent": "Draft reply sent",
  "draft.discarded": "Draft reply discarded",
  "csat.rated": "Conversation rated",
  "flow.published": "Flow published",
  "article.published": "Article published",
  "chatbot.updated": "Chatbot changed",
  "webhook.disabled": "Webhook disabled",
  "usage.threshold_reached": "Usage limit near",
  "workspace.updated": "Settings changed",
  "member.updated": "Members changed",
  "credential.updated": "Access changed",
};

const facts = z.looseObject({
  conversationId: z.string().nullish(),
  kind: z.string().optional(),
  direction: z.string().optional(),
  from: z.string().nullish(),
  to: z.string().nullish(),
  status: z.string().optional(),
});

const labels = new Map<string, string>(Object.entries(LABELS));

/** An event as the dashboard tells it: what happened, and the conversation that can be opened to see. */
export function activityOf({ type, subjectId, data }: { type: string; subjectId: string; data: unknown }): {
  label: string;
  conversationId: string | null;
} {
  const { conversationId = null, kind, direction, from, to, status } = facts.parse(data ?? {});
  const isConversation = type.startsWith("conversation.");
  return {
    label: labelOf(type, { kind, direction, from, to, status }),
    conversationId: isConversation ? subjectId : conversationId,
  };
}

function labelOf(
  type: string,
  { kind, direction, from, to, status }: Partial<Record<keyof z.output<typeof facts>, unknown>>,
): string {
  const label = labels.get(type) ?? type;
  if (type === "message.created" && kind === "note") return "Private note";
  if (type === "message.created") return direction === "in" ? "Customer wrote" : "Message sent";
  if (type === "message.updated") return `${label}: ${status}`;
  if (type === "conversation.assigned" && to === null) return "Conversation given to nobody";
  if (type.endsWith(".status_changed")) return `${label}: ${from} to ${to}`;
  return label;
}

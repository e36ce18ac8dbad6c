import { z } from "zod";
import type { VisitorMessage } from "../../conversations/visitor-view.ts";
import { time } from "../../tenant/time.ts";

/** What the visitor API answers. */

const SENDERS = ["visitor", "team", "bot"] as const;

/** Who wrote a message, as the widget is told. */
export const FROM: Record<VisitorMessage["from"], (typeof SENDERS)[number]> = {
  visitor: "visitor",
  team: "team",
  chatbot: "bot",
  system: "bot",
};

/** Of POST /sessions. */
export const sessionOutput = z.object({
  visitorToken: z.string(),
  /** The visitor's latest conversation; null before its first message. */
  conversationId: z.string().nullable(),
  inbox: z.object({ name: z.string() }),
});

/** Of POST /messages. */
export const sentOutput = z.object({
  conversationId: z.string(),
  message: z.object({ id: z.string(), seq: z.int(), text: z.string(), createdAt: time }),
});

/** Of GET /messages. */
export const messagesOutput = z.object({
  messages: z.array(
    z.object({
      id: z.string(),
      seq: z.int(),
      from: z.enum(SENDERS),
      /** Null for the visitor itself, and where the sender's name is internal. */
      senderName: z.string().nullable(),
      text: z.string(),
      createdAt: time,
    }),
  ),
  /** What to pass as `after` next time: the number of the last message here, or `after` itself when none is new. */
  lastSeq: z.int(),
});

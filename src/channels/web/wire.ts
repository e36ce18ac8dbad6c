import { z } from "zod";
import { time } from "../../tenant/time.ts";

/** What the visitor API answers. Nothing of the server is imported here: the widget reads these forms too. */

export const SENDERS = ["visitor", "team", "bot"] as const;

const content = z.object({
  choices: z.array(z.object({ id: z.string(), label: z.string() })).optional(),
  multiple: z.boolean().optional(),
  question: z.string().optional(),
  /** Details of the visitor that this question and those directly behind it ask for, each in a message of its own. */
  fields: z.array(z.enum(["name", "email", "phone"])).optional(),
  /** Of a rating. */
  scale: z
    .object({
      min: z.int(),
      max: z.int(),
      minLabel: z.string().optional(),
      maxLabel: z.string().optional(),
    })
    .optional(),
  links: z.array(z.object({ label: z.string(), url: z.string() })).optional(),
  products: z
    .array(
      z.object({
        name: z.string(),
        price: z.string().optional(),
        url: z.string().optional(),
        imageUrl: z.string().optional(),
      }),
    )
    .optional(),
  attachments: z
    .array(
      z.object({
        /** Of a file of ours; its address is good for an hour at least. */
        id: z.string().optional(),
        url: z.string(),
        mediaType: z.string().optional(),
        name: z.string().optional(),
        bytes: z.int().optional(),
      }),
    )
    .optional(),
});

export const shownOutput = z.object({
  id: z.string(),
  conversationId: z.string(),
  /** Rises over all conversations of the visitor in the inbox. */
  seq: z.int(),
  from: z.enum(SENDERS),
  /** Null for the visitor itself, and where the sender's name is internal. */
  senderName: z.string().nullable(),
  /** Says everything, also what `content` shows as buttons, fields and cards. */
  text: z.string(),
  content: content.nullable(),
  createdAt: time,
});
export type Shown = z.output<typeof shownOutput>;

/** The conversation that the visitor is asked to rate now, by POST /ratings; null: none. */
const ratingOutput = z.object({ conversationId: z.string() }).nullable();

/** Of POST /ratings. */
export const ratedOutput = z.object({
  conversationId: z.string(),
  rating: z.int(),
  comment: z.string().nullable(),
  ratedAt: time,
});

/** Of POST /sessions. */
export const sessionOutput = z.object({
  visitorToken: z.string(),
  /** The visitor's latest conversation; null before its first message. */
  conversationId: z.string().nullable(),
  /** Whether that one is resolved: it goes on when the visitor writes. */
  resolved: z.boolean(),
  /** Messages that the visitor has not read, see POST /read; at most 100 are counted. */
  unread: z.int(),
  rating: ratingOutput,
  inbox: z.object({ name: z.string() }),
});

/** Of POST /attachments: a file that the next message may take. */
export const uploadedOutput = z.object({
  id: z.string(),
  name: z.string(),
  /** What it is by its content, whatever the page said. */
  mediaType: z.string(),
  bytes: z.int(),
  url: z.string(),
});

/** Of POST /messages. */
export const sentOutput = z.object({
  conversationId: z.string(),
  message: z.object({ id: z.string(), seq: z.int(), text: z.string(), createdAt: time }),
});

/** Of GET /messages. */
export const messagesOutput = z.object({
  messages: z.array(shownOutput),
  /** What to pass as `after` next time: the number of the last message here, or `after` itself when none is new. */
  lastSeq: z.int(),
  rating: ratingOutput,
});

import { eq, type SQL, sql } from "drizzle-orm";
import { type StoredFile, takeStatements } from "../attachments/store.ts";
import type { Actor, Statement, Tenant } from "../tenant/tenant.ts";
import { storableText } from "../tenant/typed-text.ts";
import { insertFrom } from "../tenant/writes.ts";
import {
  type AnswerRecord,
  type Conversation,
  conversations,
  type DeliveryState,
  type MessageContent,
  messages,
  type SenderKind,
} from "./schema.ts";
import { insertMessageRows } from "./search-index.ts";

export type {
  AnswerRecord,
  Conversation,
  DeliveryState,
  MailThread,
  Message,
  MessageContent,
  MessageTemplate,
  VisitorMetadata,
} from "./schema.ts";

/** Most characters of a message, note or draft. */
export const MAX_TEXT = 10_000;

/** Who wrote a message. */
export interface Sender {
  kind: SenderKind;
  id: string;
  name: string;
}

/** The caller as the sender of what it writes. */
export function senderOf(actor: Actor): Sender {
  return { kind: actor.kind, id: actor.id, name: actor.name };
}

export interface NewMessage {
  id: string;
  kind: "message" | "note";
  direction: "in" | "out";
  sender: Sender;
  text: string;
  content: MessageContent | null;
  /** Files that it takes, which join what `content` holds. */
  files?: readonly StoredFile[];
  /** How the AI came to it. */
  answer?: AnswerRecord;
  status: DeliveryState;
  /** Milliseconds, UTC. */
  at: number;
}

/**
 * The conversations of an identity, for FROM: by name, since SQLite takes the primary key of a table WITHOUT ROWID for
 * the cheaper way to an order by id, and walks the workspace.
 */
export const byIdentity = sql`conversations INDEXED BY conversations_by_identity`;

/** Conversations of one identity that a visitor reads in and that the numbers go on over: its newest. */
export const THREAD_CONVERSATIONS = 20;

/**
 * How far apart the numbers of messages are, whatever is between them: private notes take numbers in between, so that
 * what visitors see of numbers tells nothing of notes. More than anybody writes between two messages.
 */
export const APART = 10_000;

/**
 * How far below the last number each of these is: messages at full steps, notes behind what is before them or, before a
 * message of the same turn, directly below it.
 */
function numbersBelow(written: readonly Pick<NewMessage, "kind">[]): number[] {
  const numbers: number[] = [];
  let [below, message]: [number, number | null] = [-1, null];
  for (const { kind } of written.toReversed()) {
    if (kind === "message") message = below = message === null ? below + 1 : message + APART;
    else below++;
    numbers.unshift(below);
  }
  return numbers;
}

/**
 * The number of a conversation's newest message once these are added, as SQL for its row: the numbers go on over
 * all conversations of the identity, and messages that arrive at the same time get different ones.
 */
export function nextSeq(
  tenant: Tenant,
  { identityId }: Pick<Conversation, "identityId">,
  { isNew, written }: { isNew: boolean; written: readonly Pick<NewMessage, "kind">[] },
): SQL<number> {
  const newest = sql`coalesce((SELECT max(last_seq) FROM (SELECT last_seq FROM ${byIdentity}
    WHERE workspace_id = ${tenant.workspaceId} AND identity_id = ${identityId}
    ORDER BY id DESC LIMIT ${THREAD_CONVERSATIONS})), 0)`;
  const last = isNew ? newest : sql`max(last_seq, ${newest})`;
  const shown = written.filter(({ kind }) => kind === "message").length;
  if (shown === 0) return sql`${last} + ${written.length}`;
  const notesBehind = written.length - 1 - written.findLastIndex(({ kind }) => kind === "message");
  // A literal: what is bound is no whole number to SQLite, which then would not divide in whole ones.
  return sql`${last} / ${sql.raw(String(APART))} * ${APART} + ${shown * APART + notesBehind}`;
}

/**
 * The statements that put messages at the end of a conversation: their rows and search rows. The conversation's
 * `lastSeq` must have been moved by {@link nextSeq} before, in the same batch: they get the numbers up to it.
 */
export function insertMessages(
  tenant: Tenant,
  conversation: Pick<Conversation, "id" | "inboxId">,
  written: readonly NewMessage[],
): Statement[] {
  if (written.length === 0) return [];
  const below = numbersBelow(written);
  const rows = written.map(
    ({ id, kind, direction, sender, text, content, files = [], answer = null, status, at }, i) => ({
      ...{ id, kind, direction, status, at, below: below[i] },
      body: storableText(text),
      content: asJson(files.length > 0 ? { ...content, attachments: [...files] } : content),
      answer: asJson(answer),
      ...{ senderKind: sender.kind, senderId: sender.id, senderName: storableText(sender.name) },
    }),
  );
  const one = (name: keyof (typeof rows)[number]) => sql`one.value ->> ${sql.raw(`'${name}'`)}`;
  const taken = written.flatMap(({ files = [] }) => files.map((file) => file.id));
  // One statement for all: what a turn costs is mostly the number of its statements.
  return [
    ...takeStatements(tenant, conversation.id, taken),
    insertFrom(
      tenant,
      messages,
      {
        ...{ n: sql`NULL`, id: one("id"), kind: one("kind"), direction: one("direction") },
        ...{ body: one("body"), content: one("content"), answer: one("answer"), status: one("status") },
        conversationId: sql`${conversations.id}`,
        inboxId: sql`${conversations.inboxId}`,
        seq: sql`${conversations.lastSeq} - (${one("below")})`,
        ...{ senderKind: one("senderKind"), senderId: one("senderId"), senderName: one("senderName") },
        ...{ failure: null, sourceId: null, createdAt: one("at") },
      },
      sql`FROM ${conversations} CROSS JOIN json_each(${JSON.stringify(rows)}) AS one
        WHERE ${tenant.of(conversations, eq(conversations.id, conversation.id))}`,
    ),
    ...insertMessageRows(
      tenant,
      rows.map((row) => ({ ...row, inboxId: conversation.inboxId })),
    ),
  ];
}

const asJson = (value: object | null) => value && JSON.stringify(value);

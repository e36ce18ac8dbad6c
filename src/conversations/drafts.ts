import { and, desc, eq, inArray, lt, type SQL } from "drizzle-orm";
import { z } from "zod";
import { type GivenFiles, storeGiven } from "../attachments/given.ts";
import { ownerOf, type StoredFile, takeStatements } from "../attachments/store.ts";
import type { Call } from "../calls/define.ts";
import { getInbox } from "../inboxes/store.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { newId } from "../tenant/ids.ts";
import { mergeScans, type Scan } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { mustChange } from "../tenant/writes.ts";
import { senderOf } from "./append.ts";
import { mustBeRead, mustCarry, sendableText } from "./outbound.ts";
import { getConversation } from "./read.ts";
import { addressToSend, resultOf } from "./room.ts";
import { DRAFT_STATUSES, drafts } from "./schema.ts";
import { type Beside, roomOf, type Sending } from "./send.ts";
import { ConversationTurn } from "./turn.ts";

export { DRAFT_STATUSES } from "./schema.ts";

export type DraftReply = Omit<typeof drafts.$inferSelect, "workspaceId">;
export type DraftStatus = DraftReply["status"];

/** Who decides on a draft: a member, to whom the sent message is attributed. */
export interface Reviewer {
  id: string;
  name: string;
}

/** What a reviewer decided about, and what they made of it. */
export interface Review {
  /** The draft's text as they saw it: one that was rewritten meanwhile is not sent. */
  seen?: string;
  /** What is sent in the place of the draft's text, which stays what its author wrote. */
  text?: string;
}

/** Drafts that nobody has decided on: they can be changed, sent and discarded. */
const UNDECIDED: DraftStatus[] = ["pending", "approved"];

/** @throws Failure `not_found`, also for a draft in an inbox that the caller may not see */
export async function getDraft(tenant: Tenant, id: string): Promise<DraftReply> {
  const [row] = await tenant.db
    .select()
    .from(drafts)
    .where(tenant.of(drafts, eq(drafts.id, id), tenant.visible(drafts.inboxId)));
  if (!row) throw notFound("draft", id);
  const { workspaceId: _, ...draft } = row;
  return draft;
}

/**
 * Stores files for a draft of a conversation.
 * @throws Failure `not_found` for the conversation; and as `mustCarry`, `storeGiven`
 */
export async function filesForDraft(
  { tenant, env }: Pick<Call, "tenant" | "env">,
  conversationId: string,
  given: GivenFiles,
): Promise<StoredFile[]> {
  if (!given?.length) return [];
  const { inboxId } = await getConversation(tenant, conversationId);
  const inbox = await getInbox(tenant, inboxId);
  mustCarry(inbox, [], given.length);
  const owner = ownerOf({ actorId: tenant.actor.id });
  const files = await storeGiven({ tenant, env, inboxId, owner }, given);
  mustCarry(inbox, files);
  return files;
}

/** Leaves a reply for a person to send. @throws Failure `not_found` for the conversation */
export async function createDraftReply(
  tenant: Tenant,
  conversationId: string,
  text: string,
  files: readonly StoredFile[] = [],
): Promise<DraftReply> {
  const conversation = await getConversation(tenant, conversationId);
  const author = senderOf(tenant.actor);
  const at = tenant.now();
  const draft: DraftReply = {
    id: newId("draft", at),
    conversationId,
    inboxId: conversation.inboxId,
    text,
    attachments: files.length > 0 ? [...files] : null,
    status: "pending",
    authorKind: author.kind,
    authorId: author.id,
    authorName: author.name,
    reviewer: null,
    sentMessageId: null,
    createdAt: at,
    updatedAt: at,
  };
  const taken = files.map(({ id }) => id);
  await tenant.batch([
    ...takeStatements(tenant, conversationId, taken),
    tenant.db.insert(drafts).values(tenant.row(draft)),
    recordEvent(
      tenant,
      {
        type: "draft.created",
        subjectId: draft.id,
        inboxId: draft.inboxId,
        data: { conversationId, authorKind: author.kind },
      },
      { at },
    ),
  ]);
  return draft;
}

/**
 * Rewrites a pending draft, whoever wrote it; without a text it stays as it is.
 * @throws Failure `not_found`; `conflict` when a person has decided on it
 */
export async function updateDraftReply(
  tenant: Tenant,
  id: string,
  text: string | undefined,
): Promise<DraftReply> {
  if (text === undefined) return getDraft(tenant, id);
  const [row] = await tenant.db
    .update(drafts)
    .set({ text, updatedAt: tenant.now() })
    .where(tenant.of(drafts, eq(drafts.id, id), eq(drafts.status, "pending"), tenant.visible(drafts.inboxId)))
    .returning();
  if (!row) throw decided(await getDraft(tenant, id));
  const { workspaceId: _, ...draft } = row;
  return draft;
}

function rewritten(): Failure {
  return new Failure("conflict", "The draft was rewritten meanwhile.", {
    hint: "Look at it again before it is sent.",
  });
}

function decided(draft: DraftReply): Failure {
  return new Failure("conflict", `The draft is ${draft.status}: it cannot be changed any more.`, {
    hint: "Write a new draft.",
  });
}

/** Drafts, newest first. @throws Failure `not_found` for the conversation */
export async function listDrafts(
  tenant: Tenant,
  options: { conversationId?: string; status?: DraftStatus; cursor?: string; limit: number },
): Promise<Page<DraftReply>> {
  const { conversationId, status } = options;
  if (conversationId !== undefined) await getConversation(tenant, conversationId);
  const scope: CursorScope = {
    list: "drafts",
    tenant,
    filters: [conversationId, status],
  };
  const last = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const { items, continueBehind } = await mergeScans<DraftReply, Pick<DraftReply, "id">>(
    draftScans(tenant, conversationId, status),
    { after: last ? { id: last } : null, limit: options.limit, before: (a, b) => a.id > b.id },
  );
  return {
    items,
    hasMore: continueBehind !== null,
    nextCursor: continueBehind && (await encodeCursor(scope, [continueBehind.id])),
  };
}

/** One scan of the index that fits; a limited caller's inboxes are scanned one by one, status by status. */
function draftScans(
  tenant: Tenant,
  conversationId: string | undefined,
  status: DraftStatus | undefined,
): Scan<DraftReply, Pick<DraftReply, "id">>[] {
  const scan = (fixed: SQL | undefined): Scan<DraftReply, Pick<DraftReply, "id">> => ({
    take: (after, size) =>
      tenant.db
        .select()
        .from(drafts)
        .where(tenant.of(drafts, fixed, after ? lt(drafts.id, after.id) : undefined))
        .orderBy(desc(drafts.id))
        .limit(size),
    keeps: (draft) => tenant.sees(draft.inboxId) && (status === undefined || draft.status === status),
  });
  if (conversationId !== undefined) return [scan(eq(drafts.conversationId, conversationId))];
  const statuses = status === undefined ? DRAFT_STATUSES : [status];
  if (tenant.inboxes === null) {
    return status === undefined ? [scan(undefined)] : [scan(eq(drafts.status, status))];
  }
  return tenant.inboxes.flatMap((inboxId) =>
    statuses.map((one) => scan(and(eq(drafts.inboxId, inboxId), eq(drafts.status, one)))),
  );
}

/**
 * Sends a draft, by way of its conversation's room: only a person does. The message is the reviewer's, and is written in
 * one batch with the draft's own state, so that two who send at once send one message.
 * @throws Failure `not_found`; `conflict` when it was sent, discarded or rewritten meanwhile; `not_allowed`,
 * `unsupported` as `sendableText`, and as `mustBeRead`
 */
export async function sendDraft(
  sending: Sending,
  draftId: string,
  reviewer: Reviewer,
  review: Review = {},
): Promise<DraftReply> {
  const { conversationId } = await undecided(sending.tenant, draftId);
  const { room, caller } = roomOf(sending, await addressToSend(sending.tenant, conversationId));
  return resultOf(await room.sendDraft(caller, draftId, reviewer, review));
}

/** {@link sendDraft}, in the room. */
export async function sendDraftHere(
  tenant: Tenant,
  draftId: string,
  reviewer: Reviewer,
  review: Review,
  beside: Beside,
): Promise<DraftReply> {
  const draft = await undecided(tenant, draftId);
  if (review.seen !== undefined && review.seen !== draft.text) throw rewritten();
  const conversation = await getConversation(tenant, draft.conversationId);
  const inbox = await getInbox(tenant, draft.inboxId);
  const attachments = draft.attachments ?? [];
  const content = { text: review.text ?? draft.text, files: attachments };
  const text = sendableText(inbox, content);
  await mustBeRead(tenant, conversation, inbox, content);
  const at = tenant.now();
  const messageId = newId("message", at);
  const turn = new ConversationTurn(tenant, { inbox, conversation, isNew: false }, at);
  // The draft has taken them already.
  const held = attachments.length > 0 ? { attachments } : undefined;
  turn.send({ id: messageId, text, content: held }, { kind: "member", id: reviewer.id, name: reviewer.name });
  turn.record("draft.sent", draft.id, {
    conversationId: conversation.id,
    messageId,
    reviewer: reviewer.id,
  });
  await tenant.batch([
    ...decide(tenant, draft, { status: "sent", reviewer, sentMessageId: messageId, at }),
    ...turn.statements(await beside(turn)),
  ]);
  return getDraft(tenant, draftId);
}

/**
 * Puts a draft away unsent.
 * @throws Failure `not_found`; `conflict` when it was sent, discarded or rewritten meanwhile
 */
export async function discardDraft(tenant: Tenant, draftId: string, reviewer: Reviewer): Promise<DraftReply> {
  const draft = await undecided(tenant, draftId);
  const at = tenant.now();
  await tenant.batch([
    ...decide(tenant, draft, { status: "discarded", reviewer, sentMessageId: null, at }),
    recordEvent(
      tenant,
      {
        type: "draft.discarded",
        subjectId: draft.id,
        inboxId: draft.inboxId,
        data: { conversationId: draft.conversationId, reviewer: reviewer.id },
      },
      { at },
    ),
  ]);
  return getDraft(tenant, draftId);
}

async function undecided(tenant: Tenant, draftId: string): Promise<DraftReply> {
  const draft = await getDraft(tenant, draftId);
  if (!UNDECIDED.includes(draft.status)) throw decided(draft);
  return draft;
}

/** Fails its batch unless the draft still waits, with the very text that the reviewer saw. */
function decide(
  tenant: Tenant,
  draft: DraftReply,
  change: { status: DraftStatus; reviewer: Reviewer; sentMessageId: string | null; at: number },
): Statement[] {
  return mustChange(
    tenant,
    tenant.db
      .update(drafts)
      .set({
        status: change.status,
        reviewer: change.reviewer.id,
        sentMessageId: change.sentMessageId,
        updatedAt: change.at,
      })
      .where(
        tenant.of(
          drafts,
          eq(drafts.id, draft.id),
          inArray(drafts.status, UNDECIDED),
          eq(drafts.text, draft.text),
        ),
      ),
  );
}

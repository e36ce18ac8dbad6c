import { eq, sql } from "drizzle-orm";
import type { Call } from "../calls/define.ts";
import { blockedAtOf, mustNotBeBlocked } from "../contacts/block.ts";
import { sourceIdOf } from "../contacts/identities.ts";
import { logUnexpected } from "../http/log.ts";
import { Failure, type FailureCode, type FailureDetail, notFound } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { conversations } from "./schema.ts";

/** Where a customer is talked to: who they are in which inbox. Known before anything of them is stored. */
export interface RoomAddress {
  workspaceId: string;
  inboxId: string;
  /** The channel's own id of the customer: see `contact_identities`. */
  sourceId: string;
}

/** The name of an identity's room: the one object through which all that is said to and by it goes, in order. */
export function roomName({ workspaceId, inboxId, sourceId }: RoomAddress): string {
  return `${workspaceId}/${inboxId}/${sourceId}`;
}

/** What {@link roomName} says; the source id may hold anything. */
export function readRoomName(name: string): RoomAddress {
  const [, workspaceId, inboxId, sourceId] = /^([^/]+)\/([^/]+)\/(.*)$/s.exec(name) ?? [];
  if (workspaceId === undefined || inboxId === undefined || sourceId === undefined) {
    throw new Error("A room is named by workspace, inbox and customer.");
  }
  return { workspaceId, inboxId, sourceId };
}

/** Events in which {@link roomsLately} looks for conversations: some days of a busy workspace. */
const LOOKED_AT = 2_000;
/** Rooms that it finds at most. */
const FOUND_AT_ONCE = 500;

/** Where something was said or done in an inbox lately, of the workspace's newest {@link LOOKED_AT} events. */
export async function roomsLately(tenant: Tenant, inboxId: string): Promise<RoomAddress[]> {
  const { workspaceId } = tenant;
  const lately = sql`(SELECT DISTINCT coalesce(e.data ->> 'conversationId', e.subject_id)
    FROM (SELECT data, subject_id, inbox_id FROM events WHERE workspace_id = ${workspaceId}
      ORDER BY seq DESC LIMIT ${LOOKED_AT}) AS e
    WHERE e.inbox_id = ${inboxId})`;
  const rows = await tenant.db
    .selectDistinct({
      sourceId: sourceIdOf(tenant, sql`conversations.contact_id`, sql`conversations.identity_id`),
    })
    .from(conversations)
    .where(tenant.of(conversations, sql`conversations.id IN ${lately}`, eq(conversations.inboxId, inboxId)))
    .limit(FOUND_AT_ONCE);
  return rows.flatMap(({ sourceId }) => (sourceId === null ? [] : [{ workspaceId, inboxId, sourceId }]));
}

/** What another object answers: classes do not travel, so a {@link Failure} goes as what it says. */
export type Answered<T> =
  | { ok: true; value: T }
  | { ok: false; code: FailureCode; message: string; detail: FailureDetail; headers: Record<string, string> };

/** Runs what another object asked for. What is no {@link Failure} is thrown on. */
export async function answered<T>(work: () => Promise<T>): Promise<Answered<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { code, message, detail, headers } = error;
    return { ok: false, code, message, detail, headers: { ...headers } };
  }
}

/** What was answered. @throws Failure as the other object did */
export function resultOf<T>(answer: Answered<T>): T {
  if (answer.ok) return answer.value;
  throw new Failure(answer.code, answer.message, answer.detail, answer.headers);
}

/** Has the visitor's open pages ask for a rating; one that is not told reads it with its messages. */
export async function tellRating(
  { tenant, env, requestId }: Pick<Call, "tenant" | "env" | "requestId">,
  conversationId: string,
): Promise<void> {
  try {
    const address = await addressOfConversation(tenant, conversationId);
    await env.ROOM.getByName(roomName({ ...address, workspaceId: tenant.workspaceId })).asksRating(
      conversationId,
    );
  } catch (error) {
    logUnexpected(requestId, "room, rating", error);
  }
}

/**
 * Where something may be sent to the customer of a conversation that the caller may see.
 * @throws Failure `not_found`; `not_allowed` where it is blocked
 */
export async function addressToSend(
  tenant: Tenant,
  conversationId: string,
): Promise<Omit<RoomAddress, "workspaceId">> {
  const { contact, ...address } = await placeOfConversation(tenant, conversationId);
  mustNotBeBlocked(contact);
  return address;
}

/** Where a conversation that the caller may see is talked in. @throws Failure `not_found` */
export async function addressOfConversation(
  tenant: Tenant,
  conversationId: string,
): Promise<Omit<RoomAddress, "workspaceId">> {
  const { contact: _, ...address } = await placeOfConversation(tenant, conversationId);
  return address;
}

async function placeOfConversation(tenant: Tenant, conversationId: string) {
  const [row] = await tenant.db
    .select({
      inboxId: conversations.inboxId,
      contactId: conversations.contactId,
      blockedAt: blockedAtOf(tenant, sql`conversations.contact_id`),
      sourceId: sourceIdOf(tenant, sql`conversations.contact_id`, sql`conversations.identity_id`),
    })
    .from(conversations)
    .where(
      tenant.of(conversations, eq(conversations.id, conversationId), tenant.visible(conversations.inboxId)),
    );
  if (!row?.sourceId) throw notFound("conversation", conversationId);
  const { inboxId, sourceId, contactId: id, blockedAt } = row;
  return { inboxId, sourceId, contact: { id, blockedAt } };
}

import { sql } from "drizzle-orm";
import { chatbotOfInbox } from "../../chatbots/store.ts";
import { identityOf, type KnownIdentity } from "../../contacts/identities.ts";
import { findInboxAddress } from "../../control/inbox-keys.ts";
import type { Conversation } from "../../conversations/append.ts";
import { newestConversation } from "../../conversations/open.ts";
import { originAllowed } from "../../inboxes/domains.ts";
import { type Inbox, inboxOf } from "../../inboxes/store.ts";
import { Failure } from "../../tenant/failure.ts";
import { shardDatabase } from "../../tenant/shards.ts";
import { type Actor, Tenant } from "../../tenant/tenant.ts";
import { readVisitor, type SignedVisitor } from "./token.ts";

/** An inbox that a visitor may use now, and the tenant handle limited to it. */
export interface VisitedInbox {
  inbox: Inbox;
  /** The binding of its workspace's database. */
  shard: string;
  /** Who the visitor is in it, and its newest conversation; null before its first message. */
  identity: KnownIdentity | null;
  newest: Conversation | null;
  /** The handle for what this visitor does. */
  tenantAs(actor: Actor): Tenant;
}

/** Who reads before anything is known of the visitor: nothing is written under this name. */
export const READER: Actor = { kind: "contact", id: "visitor", name: "Visitor", credentialId: null };

const PUBLIC_KEY = /^pub_[0-9a-z]{1,40}_[0-9a-z]{20}$/;

/**
 * Follows a public key to its inbox and checks, each time anew, that the workspace is not suspended, that the
 * inbox takes visitors, and that the page's origin is allowed. A request without an Origin comes from a server
 * and is let through: the origin is courtesy, the visitor's token is what authenticates.
 *
 * Asks the control database for the address, and the workspace's own for everything else at once.
 * @param sourceId whose identity and newest conversation are read with it; null: nobody's
 * @throws Failure `not_found`, `workspace_suspended`, `inbox_disabled`, `origin_not_allowed`
 */
export async function visitInbox(
  env: Env,
  publicKey: string,
  origin: string | undefined,
  sourceId: string | null,
): Promise<VisitedInbox> {
  const { tenant, tenantAs, workspaceId, inboxId, shard, unknown } = await inboxBehind(env, publicKey);
  const whose = sql`(SELECT ci.id FROM contact_identities ci
    WHERE ci.workspace_id = ${workspaceId} AND ci.inbox_id = ${inboxId} AND ci.source_id = ${sourceId})`;
  const [[inbox], [chatbot], [identity], [newest]] = await tenant.db.batch([
    inboxOf(tenant, inboxId),
    chatbotOfInbox(tenant, inboxId),
    identityOf(tenant, { inboxId, sourceId: sourceId ?? "" }),
    newestConversation(tenant, whose),
  ]);
  if (!inbox) throw unknown;
  admitPage(inbox, chatbot?.widget.allowedDomains ?? [], origin);
  return { inbox, shard, tenantAs, identity: identity ?? null, newest: newest ?? null };
}

/**
 * Where a public key leads, by the control database alone: whether the inbox is there, and takes this page, is still to
 * be asked. `tenant` is {@link READER}'s handle; `unknown` what to throw where it is not there.
 * @throws Failure `not_found`, `workspace_suspended`
 */
export async function inboxBehind(env: Env, publicKey: string) {
  const unknown = new Failure("not_found", "No chat has this inbox key.");
  const address = PUBLIC_KEY.test(publicKey) ? await findInboxAddress(env.CONTROL, publicKey) : null;
  if (address === null) throw unknown;
  if (address.suspendedAt !== null) throw new Failure("workspace_suspended", "This chat is out of service.");
  const { workspaceId, inboxId, shard, ...settings } = address;
  const tenantAs = (actor: Actor) =>
    new Tenant(shardDatabase(env, shard), { workspaceId, inboxes: [inboxId], actor, ...settings });
  return { workspaceId, inboxId, shard, tenant: tenantAs(READER), tenantAs, unknown };
}

/**
 * Lets a page in or not: the inbox's list of domains must allow it, and the widget's as well.
 * @param origin undefined: a server asks, see {@link visitInbox}
 * @throws Failure `not_found` for an inbox of another channel, `inbox_disabled`, `origin_not_allowed`
 */
export function admitPage(inbox: Inbox, widgetDomains: readonly string[], origin: string | undefined): void {
  const refused = refusal(inbox, widgetDomains, origin);
  if (refused) throw refused;
}

function refusal(inbox: Inbox, widgetDomains: readonly string[], origin: string | undefined): Failure | null {
  if (inbox.channel !== "web") return new Failure("not_found", "No chat has this inbox key.");
  if (inbox.state !== "active") return new Failure("inbox_disabled", "This chat is switched off.");
  const lists = [inbox.allowedDomains, widgetDomains];
  if (origin === undefined || lists.every((list) => originAllowed(list, origin))) return null;
  return new Failure("origin_not_allowed", "Pages of this site may not open this chat.");
}

/** Whether a page of this origin is let in, see {@link admitPage}. */
export type Admits = (origin: string | undefined) => boolean;

/** The same as {@link admitPage} for pages that are open. @param inbox null: it is gone */
export function admitting(inbox: Inbox | null, widgetDomains: readonly string[]): Admits {
  return (origin) => inbox !== null && refusal(inbox, widgetDomains, origin) === null;
}

/**
 * The visitor of an `Authorization: Bearer` header. Touches no database.
 * @throws Failure `unauthenticated`
 */
export async function visitorOf(env: Env, authorization: string | undefined): Promise<SignedVisitor> {
  const token = /^Bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  if (token === undefined) throw unauthenticated("Send the visitor token as Authorization: Bearer.");
  const visitor = await readVisitor(env.PARLEY_SECRET, token);
  if (visitor === null)
    throw unauthenticated("The visitor token is not valid or has expired; open a new session.");
  return visitor;
}

export function unauthenticated(message: string): Failure {
  return new Failure("unauthenticated", message, {}, { "WWW-Authenticate": "Bearer" });
}

import { and, asc, eq, getTableColumns, gt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { totals } from "../figures/schema.ts";
import { adjustTotal } from "../figures/totals.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { bareId, newId, randomText } from "../tenant/ids.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { typedText } from "../tenant/typed-text.ts";
import { CHANNEL_ABILITIES } from "./channels.ts";
import { normaliseDomains } from "./domains.ts";
import { CHANNELS, type Channel, inboxes } from "./schema.ts";

export { CHANNELS, type Channel } from "./schema.ts";

/** Where conversations of one channel arrive. `chatbotId` is the chatbot that answers first, if any. */
export type Inbox = Omit<typeof inboxes.$inferSelect, "workspaceId" | "credentials">;

/** What is stored of an inbox's connection, sealed and to be shown. */
export type InboxConnection = Pick<typeof inboxes.$inferSelect, "credentials" | "connection">;

/** Settings are shown to assistants: plain values only, and nothing that is named like a credential. */
const settingsSchema = z
  .record(typedText(60, { min: 0 }), z.union([typedText(500, { min: 0 }), z.number(), z.boolean(), z.null()]))
  .refine((settings) => Object.keys(settings).length <= 50, "at most 50 settings")
  .refine(
    (settings) => !Object.keys(settings).some((name) => CREDENTIAL_NAME.test(name)),
    "credentials do not belong into settings",
  );
const CREDENTIAL_NAME =
  /token|secret|passw|pass[\s_-]?phrase|pwd|credential|(api|access|signing|encryption)[\s._-]*key|private|bearer|cert|signature|authorization/i;

/** Channels that work without being connected to anything. */
const BY_THEMSELVES = CHANNELS.filter((channel) => CHANNEL_ABILITIES[channel].out === "fetched");

/** What an inbox is that nobody has switched off. */
const WORKING_STATE = sql<Inbox["state"]>`iif(credentials IS NOT NULL
  OR channel IN (SELECT value FROM json_each(${JSON.stringify(BY_THEMSELVES)})), 'active', 'not_connected')`;

export const inboxNameInput = typedText(100);

export interface NewInbox {
  channel: Channel;
  /** 1 to 100 characters. */
  name: string;
  chatbotId?: string | null;
  /** Hosts whose pages may open a session, see `normaliseDomains`; none: any page. */
  allowedDomains?: string[];
  settings?: Record<string, unknown>;
}

export type InboxChanges = Partial<Omit<NewInbox, "channel">> & { state?: Inbox["state"] };

/** What the caller gave, in the form that is stored. @throws Failure `invalid_input` naming the field */
function checked(input: InboxChanges): InboxChanges {
  const fields: InboxChanges = {};
  if (input.name !== undefined) fields.name = parsed("name", inboxNameInput, input.name);
  if (input.settings !== undefined) fields.settings = parsed("settings", settingsSchema, input.settings);
  if (input.allowedDomains !== undefined) fields.allowedDomains = normaliseDomains(input.allowedDomains);
  if (input.chatbotId !== undefined) fields.chatbotId = input.chatbotId;
  if (input.state !== undefined) fields.state = input.state;
  return fields;
}

function parsed<T>(field: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new Failure("invalid_input", `${field}: ${result.error.issues[0]?.message ?? "not valid"}.`);
}

/**
 * Makes an inbox with a public key of its own, `pub_<workspace>_<20 random characters>`. It is reachable from
 * outside only once that key is registered (`registerInboxKey`), which comes after this.
 * Whether the plan knows bots or channels, and whether the chatbot exists, is the caller's to check.
 * @param options.atMost how many inboxes the plan allows; also holds when several are made at the same time
 * @throws Failure `invalid_input`; `plan_limit` when there are `atMost` already
 */
export async function createInbox(
  tenant: Tenant,
  input: NewInbox,
  options: { atMost?: number | null; at?: number } = {},
): Promise<Inbox> {
  const at = options.at ?? tenant.now();
  const { name = parsed("name", inboxNameInput, input.name), ...fields } = checked(input);
  const inbox: Inbox = {
    id: newId("inbox", at),
    channel: input.channel,
    name,
    state: BY_THEMSELVES.includes(input.channel) ? "active" : "not_connected",
    ...{ stateReason: null, connection: null },
    chatbotId: fields.chatbotId ?? null,
    publicKey: `pub_${bareId(tenant.workspaceId)}_${randomText(20)}`,
    allowedDomains: fields.allowedDomains ?? [],
    settings: fields.settings ?? {},
    createdAt: at,
    updatedAt: at,
  };
  const statements = [
    tenant.db.insert(inboxes).values(tenant.row(inbox)),
    adjustTotal(tenant, { metric: "inboxes", inboxId: inbox.id, by: 1 }),
  ];
  const atMost = options.atMost ?? null;
  if (atMost === null) {
    await tenant.batch(statements);
    return inbox;
  }
  const others = sql`(SELECT coalesce(sum(value), 0) FROM ${totals} WHERE ${tenant.of(totals, eq(totals.metric, "inboxes"))})`;
  await tenant.batch([tenant.assertThat(sql`${others} < ${atMost}`), ...statements]).catch((error) => {
    if (!(error instanceof Failure) || error.code !== "conflict") throw error;
    throw new Failure("plan_limit", `The plan allows ${atMost} ${atMost === 1 ? "inbox" : "inboxes"}.`);
  });
  return inbox;
}

/** The inbox, if the caller may see it. @throws Failure `not_found` */
export async function getInbox(tenant: Tenant, id: string): Promise<Inbox> {
  const [row] = await inboxOf(tenant, id);
  if (!row) throw notFound("inbox", id);
  return row;
}

/** The query of {@link getInbox}, for a batch of several. Credentials are not in it. */
export function inboxOf(tenant: Tenant, id: string) {
  const { workspaceId: _, credentials: __, ...columns } = getTableColumns(inboxes);
  return tenant.db
    .select(columns)
    .from(inboxes)
    .where(tenant.of(inboxes, eq(inboxes.id, id), tenant.visible(inboxes.id)));
}

/** The chatbots of inboxes, of which there may be some that are gone. */
export async function chatbotsOfInboxes(
  tenant: Tenant,
  ids: readonly string[],
): Promise<Map<string, string | null>> {
  const rows = await tenant.db
    .select({ id: inboxes.id, chatbotId: inboxes.chatbotId })
    .from(inboxes)
    .where(tenant.of(inboxes, sql`${inboxes.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`));
  return new Map(rows.map(({ id, chatbotId }) => [id, chatbotId]));
}

/** The inboxes that the caller may see, in the order they were made. */
export async function listInboxes(
  tenant: Tenant,
  options: { chatbotId?: string; cursor?: string; limit: number },
): Promise<Page<Inbox>> {
  const scope: CursorScope = {
    list: "inboxes",
    tenant,
    filters: options.chatbotId,
  };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const rows = await tenant.db
    .select()
    .from(inboxes)
    .where(
      tenant.of(
        inboxes,
        and(
          options.chatbotId === undefined ? undefined : eq(inboxes.chatbotId, options.chatbotId),
          after ? gt(inboxes.id, after) : undefined,
          tenant.visible(inboxes.id),
        ),
      ),
    )
    .orderBy(asc(inboxes.id))
    .limit(options.limit + 1);
  return pageOf(scope, rows.map(asInbox), options.limit, (inbox) => [inbox.id]);
}

/**
 * Changes the named fields and leaves the others; an inbox without changes is answered as it is.
 * `state: "disabled"` stops everything in and out of it from the next request on; `"active"` ends that, and leaves an
 * inbox `not_connected` that is connected to nothing.
 * @throws Failure `not_found`, `invalid_input`
 */
export async function updateInbox(tenant: Tenant, id: string, changes: InboxChanges): Promise<Inbox> {
  const [row] = await tenant.db
    .update(inboxes)
    .set({
      ...checked(changes),
      ...(changes.state === "active" ? { state: WORKING_STATE, stateReason: null } : {}),
      updatedAt: tenant.now(),
    })
    .where(tenant.of(inboxes, eq(inboxes.id, id), tenant.visible(inboxes.id)))
    .returning();
  if (!row) throw notFound("inbox", id);
  return asInbox(row);
}

/** The sealed credentials of an inbox; null: it is connected to nothing. For who talks to the channel's service alone. */
export async function sealedCredentials(tenant: Tenant, id: string): Promise<string | null> {
  const [row] = await tenant.db
    .select({ credentials: inboxes.credentials })
    .from(inboxes)
    .where(tenant.of(inboxes, eq(inboxes.id, id), tenant.visible(inboxes.id)));
  return row?.credentials ?? null;
}

/** Inboxes of one chatbot that are looked at. */
const LOOKED_AT = 100;

/** The channels of the inboxes that a chatbot answers in and that customers can write to now. @param chatbotId as SQL */
export async function channelsServed(tenant: Tenant, chatbotId: SQL): Promise<Channel[]> {
  const rows = await tenant.db.all<{ channel: Channel }>(sql`SELECT DISTINCT channel FROM (
    SELECT channel, state FROM inboxes INDEXED BY inboxes_by_chatbot
    WHERE workspace_id = ${tenant.workspaceId} AND chatbot_id = ${chatbotId} LIMIT ${LOOKED_AT})
    WHERE state IN ('active', 'failing')`);
  return rows.map(({ channel }) => channel);
}

/** Inboxes of one channel that are found by what they are connected to, at most. */
const FOUND_AT_ONCE = 20;

/** The public keys of a channel's inboxes that are connected to these accounts of its service: see `connection.account`. */
export async function inboxKeysOfAccounts(
  tenant: Tenant,
  { channel, accounts, except }: { channel: Channel; accounts: readonly string[]; except: string },
): Promise<string[]> {
  const account = sql`json_extract(${inboxes.connection}, '$.account')`;
  const rows = await tenant.db
    .select({ publicKey: inboxes.publicKey })
    .from(inboxes)
    .where(
      tenant.of(
        inboxes,
        eq(inboxes.channel, channel),
        sql`${inboxes.id} <> ${except}`,
        sql`${account} IN (SELECT value FROM json_each(${JSON.stringify(accounts)}))`,
        tenant.visible(inboxes.id),
      ),
    )
    .limit(FOUND_AT_ONCE);
  return rows.map(({ publicKey }) => publicKey);
}

/** Connects an inbox, which is active then unless somebody has switched it off; or ends that. @throws Failure `not_found` */
export async function setConnection(
  tenant: Tenant,
  id: string,
  { credentials, connection }: InboxConnection,
): Promise<Inbox> {
  const state = credentials === null ? "not_connected" : "active";
  const [row] = await tenant.db
    .update(inboxes)
    .set({
      ...{ credentials, connection, stateReason: null },
      state: sql`iif(state = 'disabled', 'disabled', ${state})`,
      updatedAt: tenant.now(),
    })
    .where(tenant.of(inboxes, eq(inboxes.id, id), tenant.visible(inboxes.id)))
    .returning();
  if (!row) throw notFound("inbox", id);
  return asInbox(row);
}

/** Notes how an inbox that is connected does. @param reason why its channel's service refuses us; null: it does not */
export async function noteFailing(tenant: Tenant, id: string, reason: string | null): Promise<void> {
  await tenant.db
    .update(inboxes)
    .set({ state: reason === null ? "active" : "failing", stateReason: reason, updatedAt: tenant.now() })
    .where(
      tenant.of(
        inboxes,
        eq(inboxes.id, id),
        sql`${inboxes.state} IN ('active', 'failing') AND ${inboxes.stateReason} IS NOT ${reason}`,
      ),
    );
}

/**
 * The statement that takes a chatbot from all inboxes that point at it, those that the caller does not see too: for
 * the batch that deletes the chatbot.
 */
export function detachChatbot(tenant: Tenant, chatbotId: string, at: number): Statement {
  return tenant.db
    .update(inboxes)
    .set({ chatbotId: null, updatedAt: at })
    .where(tenant.of(inboxes, eq(inboxes.chatbotId, chatbotId)));
}

function asInbox({ workspaceId: _, credentials: __, ...inbox }: typeof inboxes.$inferSelect): Inbox {
  return inbox;
}

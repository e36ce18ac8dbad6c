import { and, asc, eq, gt, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { dayCounts } from "../figures/schema.ts";
import { adjustTotal, forgetChatbotTotals } from "../figures/totals.ts";
import { mainFlow, newFlow, removeFlow } from "../flows/edit/store.ts";
import { type Draft, EMPTY_DRAFT } from "../flows/graph/document.ts";
import { inHiddenInbox, mayChangeChatbot, sharedWithHidden } from "../inboxes/shared.ts";
import { detachChatbot } from "../inboxes/store.ts";
import { recordEvent } from "../tenant/events.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { fold } from "../tenant/fold.ts";
import { newId } from "../tenant/ids.ts";
import { type CursorScope, decodeCursor, type Page, pageOf } from "../tenant/page.ts";
import { retryOnConflict } from "../tenant/retry.ts";
import { isUniqueViolation, type Statement, type Tenant } from "../tenant/tenant.ts";
import { mustChange } from "../tenant/writes.ts";
import { chatbots } from "./schema.ts";
import type { ChatbotSettings } from "./settings.ts";
import { DEFAULT_TEXTS, DEFAULT_WIDGET } from "./widget.ts";

type Row = typeof chatbots.$inferSelect;

/** A chatbot without its workspace. Times are milliseconds, UTC. */
export type Chatbot = Omit<Row, "workspaceId" | "nameKey">;

/** What a list shows of a chatbot. */
export type ChatbotBrief = Pick<Chatbot, "id" | "name" | "model" | "disabled" | "isPrimary">;

/**
 * What another noun does in the batch that deletes a chatbot: remove or let go of what it holds of it. The nouns
 * are handed in by catalogue.ts, since they ask this store whether a chatbot exists.
 */
export type ChatbotRemoval = (tenant: Tenant, chatbotId: string) => Statement[];

/** Throws when a limited caller may not delete a chatbot because of what another noun holds of it. */
export type ChatbotGuard = (tenant: Tenant, chatbotId: string) => Promise<void>;

/** Chatbots are the whole workspace's: every caller sees all of them. @throws Failure `not_found` */
export async function getChatbot(tenant: Tenant, id: string): Promise<Chatbot> {
  const [row] = await tenant.db
    .select()
    .from(chatbots)
    .where(tenant.of(chatbots, eq(chatbots.id, id)));
  if (!row) throw notFound("chatbot", id);
  return chatbotOf(row);
}

/**
 * Whether a chatbot that something names is there: reads no more than that, so it can run beside what it guards. Nothing
 * is checked where none is named.
 * @throws Failure `not_found`
 */
export async function checkChatbot(tenant: Tenant, id: string | null | undefined): Promise<void> {
  if (id === null || id === undefined) return;
  const names = await namesOfChatbots(tenant, [id]);
  if (!names.has(id)) throw notFound("chatbot", id);
}

/** The names of these chatbots by id, in one query; those that are gone are not there. */
export async function namesOfChatbots(tenant: Tenant, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await tenant.db
    .select({ id: chatbots.id, name: chatbots.name })
    .from(chatbots)
    .where(tenant.of(chatbots, sql`${chatbots.id} IN (SELECT value FROM json_each(${JSON.stringify(ids)}))`));
  return new Map(rows.map(({ id, name }) => [id, name]));
}

/** The query for whether a chatbot was switched off, for a batch of several; no row: it is gone. @param id or SQL for it */
export function isDisabled(tenant: Tenant, id: SQL | string) {
  return tenant.db
    .select({ disabled: chatbots.disabled })
    .from(chatbots)
    .where(tenant.of(chatbots, eq(chatbots.id, id)));
}

/** The query for what an inbox's chatbot is to its visitors, for a batch of several. A chatbot that is gone is none. */
export function chatbotOfInbox(tenant: Tenant, inboxId: string) {
  const chatbotId = sql`(SELECT i.chatbot_id FROM inboxes i
    WHERE i.workspace_id = ${tenant.workspaceId} AND i.id = ${inboxId})`;
  const { id, name, disabled, language, ai, widgetEnabled, widgetTexts, widget } = chatbots;
  return tenant.db
    .select({ id, name, disabled, language, ai, widgetEnabled, widgetTexts, widget })
    .from(chatbots)
    .where(tenant.of(chatbots, eq(chatbots.id, chatbotId)));
}
export type InboxChatbot = Awaited<ReturnType<typeof chatbotOfInbox>>[number];

/** The chatbots in the order they were made. */
export async function listChatbots(
  tenant: Tenant,
  options: { cursor?: string; limit: number },
): Promise<Page<ChatbotBrief>> {
  const scope: CursorScope = { list: "chatbots", tenant };
  const after = options.cursor && (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0];
  const { id, name, model, disabled, isPrimary } = chatbots;
  const rows = await tenant.db
    .select({ id, name, model, disabled, isPrimary })
    .from(chatbots)
    .where(tenant.of(chatbots, after ? gt(chatbots.id, after) : undefined))
    .orderBy(asc(chatbots.id))
    .limit(options.limit + 1);
  return pageOf(scope, rows, options.limit, (chatbot) => [chatbot.id]);
}

/** What is compared of a name: by it chatbots are found. */
export function nameKeyOf(name: string): string {
  return fold(name);
}

/**
 * Makes a chatbot, its main flow with it. The workspace's first one is its primary one.
 * @param settings whole and checked (see `chatbotSettings`)
 * @param draft what its flow begins as: a start alone where nothing is given
 * @throws Failure `invalid_input` when the draft is too large
 */
export async function createChatbot(
  tenant: Tenant,
  settings: ChatbotSettings,
  draft: Draft = EMPTY_DRAFT,
): Promise<Chatbot> {
  const at = tenant.now();
  const id = newId("chatbot", at);
  const { statement: makeFlow } = newFlow(tenant, { name: settings.name, chatbotId: id, draft }, at);
  await tenant.batch([
    tenant.db.insert(chatbots).values(
      tenant.row({
        id,
        ...settings,
        nameKey: nameKeyOf(settings.name),
        isPrimary: sql<boolean>`NOT EXISTS (SELECT 1 FROM chatbots WHERE workspace_id = ${tenant.workspaceId})`,
        revision: 1,
        createdAt: at,
        updatedAt: at,
      }),
    ),
    makeFlow,
    adjustTotal(tenant, { metric: "chatbots", inboxId: null, by: 1 }),
    chatbotEvent(tenant, id, { created: true }, at),
  ]);
  return getChatbot(tenant, id);
}

/** The draft of a chatbot's main flow; an empty one where there is no such chatbot. */
export async function readMainDraft(tenant: Tenant, chatbotId: string): Promise<Draft> {
  return (await mainFlow(tenant, chatbotId))?.draft ?? EMPTY_DRAFT;
}

/** What can change about a chatbot, each field whole; see {@link changeChatbot}. */
export type ChatbotChanges = Partial<ChatbotSettings & Pick<Chatbot, "isPrimary">>;

/**
 * Changes a chatbot in what `changes` says; when nothing comes out different, nothing is written, and no event.
 * Holds also when others change the same chatbot at the same time. Making one primary makes the one before it an
 * ordinary one, which is a change of that one too.
 * @param changes what to set, given the chatbot as it is now; may run several times
 * @returns the chatbot before and after
 * @throws Failure `not_found`; `conflict` when others keep changing it; `not_allowed` as {@link mayChangeChatbot}
 */
export async function changeChatbot(
  tenant: Tenant,
  id: string,
  changes: (before: Chatbot) => ChatbotChanges,
): Promise<{ before: Chatbot; after: Chatbot }> {
  return retryOnConflict(async () => {
    const before = await getChatbot(tenant, id);
    const wanted = changes(before);
    const changed = changedPaths(before, wanted);
    if (changed.length === 0) return { before, after: before };
    const at = tenant.now();
    const predecessor = wanted.isPrimary && !before.isPrimary ? await primaryId(tenant) : null;
    await Promise.all(
      [id, ...(predecessor ? [predecessor.id] : [])].map((one) => mayChangeChatbot(tenant, one)),
    );
    try {
      await tenant.batch([
        ...(predecessor === null ? [] : change(tenant, predecessor, { isPrimary: false }, ["primary"], at)),
        ...change(tenant, before, wanted, changed, at),
      ]);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new Failure("conflict", "Another chatbot became the primary one meanwhile.");
    }
    return { before, after: await getChatbot(tenant, id) };
  });
}

/** The statements that change a chatbot if it still has this revision, and fail their batch if not. */
function change(
  tenant: Tenant,
  { id, revision }: Pick<Chatbot, "id" | "revision">,
  changes: ChatbotChanges,
  changed: string[],
  at: number,
): Statement[] {
  return [
    ...mustChange(
      tenant,
      tenant.db
        .update(chatbots)
        .set({
          ...changes,
          ...(changes.name === undefined ? {} : { nameKey: nameKeyOf(changes.name) }),
          revision: revision + 1,
          updatedAt: at,
        })
        .where(tenant.of(chatbots, and(eq(chatbots.id, id), eq(chatbots.revision, revision)))),
    ),
    chatbotEvent(tenant, id, { changed }, at),
  ];
}

async function primaryId(tenant: Tenant): Promise<Pick<Chatbot, "id" | "revision"> | null> {
  const [row] = await tenant.db
    .select({ id: chatbots.id, revision: chatbots.revision })
    .from(chatbots)
    .where(tenant.of(chatbots, sql`is_primary = 1`));
  return row ?? null;
}

/** The settings that come out different, as `name` or `widget.headerBgColor`. */
function changedPaths(before: Chatbot, wanted: ChatbotChanges): string[] {
  return Object.entries(wanted).flatMap(([field, after]: [string, unknown]) => {
    const was: unknown = Reflect.get(before, field);
    if (after === undefined) return [];
    if (JSON.stringify(was) === JSON.stringify(after)) return [];
    if (field === "isPrimary") return ["primary"];
    if (!isGroup(was) || !isGroup(after)) return [field];
    return Object.keys(after)
      .filter((key) => JSON.stringify(was[key]) !== JSON.stringify(after[key]))
      .map((key) => `${field}.${key}`);
  });
}

function isGroup(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Deletes a chatbot: inboxes that pointed at it have none afterwards, its flow ends and goes, and its counts are
 * forgotten. Conversations, tickets, leads and responses stay as the history that they are.
 * @param removals what other nouns remove with it
 * @param guards what else of it a limited caller may not remove
 * @throws Failure `not_found`; `not_allowed` for callers limited to inboxes when others use it, or ever did
 */
export async function deleteChatbot(
  tenant: Tenant,
  id: string,
  removals: readonly ChatbotRemoval[],
  guards: readonly ChatbotGuard[] = [],
): Promise<void> {
  const at = tenant.now();
  await retryOnConflict(async () => {
    await getChatbot(tenant, id);
    await mayDeleteChatbot(tenant, id, guards);
    const flow = await mainFlow(tenant, id);
    await tenant.batch([
      ...mustChange(tenant, tenant.db.delete(chatbots).where(tenant.of(chatbots, eq(chatbots.id, id)))),
      adjustTotal(tenant, { metric: "chatbots", inboxId: null, by: -1 }),
      chatbotEvent(tenant, id, { deleted: true }, at),
      detachChatbot(tenant, id, at),
      forgetChatbotTotals(tenant, id),
      ...(flow === null ? [] : removeFlow(tenant, flow.id, at)),
      ...removals.flatMap((removal) => removal(tenant, id)),
    ]);
  });
}

async function mayDeleteChatbot(tenant: Tenant, id: string, guards: readonly ChatbotGuard[]): Promise<void> {
  const hidden = inHiddenInbox(tenant, sql`${dayCounts.inboxId}`);
  if (hidden === undefined) return;
  // What it did in an inbox is counted there: its responses are read by the chatbot's name.
  const [[used]] = await Promise.all([
    tenant.db
      .select({ day: dayCounts.day })
      .from(dayCounts)
      .where(tenant.of(dayCounts, eq(dayCounts.chatbotId, id), hidden))
      .limit(1),
    mayChangeChatbot(tenant, id),
    ...guards.map((guard) => guard(tenant, id)),
  ]);
  if (used) throw sharedWithHidden("This chatbot");
}

/** Each change of a chatbot is a `chatbot.updated`, being made and deleted too; its data says which. */
function chatbotEvent(
  tenant: Tenant,
  id: string,
  data: { created: true } | { deleted: true } | { changed: string[] },
  at: number,
): Statement {
  return recordEvent(tenant, { type: "chatbot.updated", subjectId: id, inboxId: null, data }, { at });
}

/** Without what is only for queries. Widget settings that came into being after the chatbot have their defaults. */
function chatbotOf({ workspaceId: _, nameKey: __, ...row }: Row): Chatbot {
  return {
    ...row,
    widget: { ...DEFAULT_WIDGET, ...row.widget },
    widgetTexts: { ...DEFAULT_TEXTS, ...row.widgetTexts },
  };
}

import { eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { Failure } from "../tenant/failure.ts";
import { fold } from "../tenant/fold.ts";
import { MOST_LOOKED_AT } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import type { Conversation, Message } from "./append.ts";
import { cursorFilters, type FilterArguments, type Filters, passes } from "./filters.ts";
import { type MessageView, numberOf } from "./read.ts";
import { conversations, messages } from "./schema.ts";
import { type Among, asked, havingWord, type MessageQuery, type Writer, writerOf } from "./search-index.ts";

/** Matches of one conversation that a page shows; more may be there. */
const MATCHES_SHOWN = 3;

/** Times that a page asks for messages; what the first ones hold says how many to ask for next. */
const MOST_LOOKS = 2;
/** Messages that are looked at at once, at least. */
const FEWEST = 10;
/** More are looked at than a page needs if it goes on as it began. */
const MARGIN = 1.5;

/** So many of each word's newest messages are counted to find the rarest word. */
const COUNTED = 50;

/** The list of more inboxes than credentials can have is the workspace's, of which some are left out. */
const MOST_INBOXES = 50;

type Match = Pick<Message, "id" | "kind" | "senderKind" | "body" | "createdAt">;

export interface FoundConversation {
  conversation: Conversation;
  /** The newest matches first. */
  matches: Match[];
}

/** Which messages a search goes through on this page. */
interface Place extends Among {
  /** Older than this message. */
  behind: string | null;
}

/**
 * Conversations with messages that hold all words of the query (of one of its alternatives), each as the beginning of a
 * word, the newest match first. The rarest word leads: up to
 * 1,000 of its messages, newest first, are held against the other words and the filters. So a page of words that
 * seldom meet, or with filters that few pass, may be short and have more. A conversation whose matches go on over the
 * end of a page comes again on a later one, with its older matches.
 *
 * Asks the database up to three times, and reads a bounded number of rows whatever the workspace holds.
 * @param args what `filters` was resolved from
 * @throws Failure `invalid_input` for a query without letters or digits
 */
export async function searchConversations(
  tenant: Tenant,
  filters: Filters,
  options: MessageView & {
    query: string;
    from?: Writer;
    args: FilterArguments;
    cursor?: string;
    limit: number;
  },
): Promise<Page<FoundConversation>> {
  const { query, limit, notes, from } = options;
  const scope: CursorScope = {
    list: "conversation_search",
    tenant,
    filters: [query, notes, from ?? null, cursorFilters(options.args)],
  };
  const wanted = wordsAsked(query);
  let last = options.cursor ? (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0] : null;
  const found = new Map<string, FoundConversation>();
  const answer = async (end: string | null): Promise<Page<FoundConversation>> => ({
    items: [...found.values()],
    hasMore: end !== null,
    nextCursor: end && (await encodeCursor(scope, [end])),
  });

  const ids = idsFor(tenant, filters);
  if (ids.length === 0) return answer(null);
  const among = { ids, notes, from };
  const words = await rarestWords(tenant, wanted.alternatives, { ...among, behind: last });
  const keeps = passes(filters);
  let looked = 0;
  let size = Math.max(FEWEST, 2 * (limit + 1));
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const rows = await messagesWith(tenant, words, { ...among, behind: last }, size);
    for (const { message, conversation } of rows) {
      const theirs = from === undefined || writerOf(message.senderKind) === from;
      if (theirs && tenant.sees(conversation.inboxId) && keeps(conversation) && wanted.fits(message.body)) {
        const group = found.get(conversation.id);
        if (!group && found.size === limit) return answer(last);
        if (!group) found.set(conversation.id, { conversation, matches: [message] });
        else if (group.matches.length < MATCHES_SHOWN) group.matches.push(message);
      }
      last = message.id;
    }
    if (rows.length < size) return answer(null);
    looked += size;
    size = nextSize(looked, found.size, limit + 1);
  }
  return answer(last);
}

/** How many messages to look at next, to have `wanted` conversations if it goes on as it did so far. */
function nextSize(looked: number, found: number, wanted: number): number {
  const expected = found === 0 ? MOST_LOOKED_AT : Math.ceil(((wanted - found) * looked * MARGIN) / found);
  return Math.min(MOST_LOOKED_AT - looked, Math.max(expected, FEWEST));
}

function wordsAsked(query: string): MessageQuery {
  const words = asked(query);
  if (words) return words;
  throw new Failure("invalid_input", "The query has no word to search for.", {
    hint: "Search for words that the messages contain.",
  });
}

/** Whose messages are looked through: nothing is looked at, nor counted, that a limited caller may not see. */
function idsFor(tenant: Tenant, { inboxIds }: Filters): readonly string[] {
  const all = inboxIds === null || (tenant.inboxes === null && inboxIds.length > MOST_INBOXES);
  return all ? [tenant.workspaceId] : inboxIds;
}

/** The newest messages that have one of these words, as SQL for their numbers: reads as many entries as it gives. */
function numbersWith(tenant: Tenant, words: readonly string[], among: Place, size: number): SQL {
  const behind = among.behind === null ? sql`` : sql`AND rowid < ${numberOf(tenant, among.behind)}`;
  return sql`(SELECT rowid AS n FROM messages_search
    WHERE messages_search MATCH ${havingWord(words, among)} ${behind} ORDER BY rowid DESC LIMIT ${sql.raw(String(size))})`;
}

/** The newest messages that have one of these words, each with its conversation. */
function messagesWith(tenant: Tenant, words: readonly string[], among: Place, size: number) {
  const { kind, senderKind, body } = messages;
  // What the conversation has too has another name.
  const id = sql<string>`${messages.id}`.as("message_id");
  const createdAt = sql<number>`${messages.createdAt}`.as("message_created_at");
  const { workspaceId: _, ...conversation } = getTableColumns(conversations);
  // CROSS JOIN keeps SQLite from beginning with all messages.
  return tenant.db
    .select({ message: { id, kind, senderKind, body, createdAt }, conversation })
    .from(sql`${numbersWith(tenant, words, among, size)} AS matching`)
    .crossJoin(messages)
    .crossJoin(conversations)
    .where(
      tenant.of(
        messages,
        sql`${messages.n} = matching.n`,
        tenant.of(conversations, eq(conversations.id, messages.conversationId)),
      ),
    )
    .orderBy(sql`matching.n DESC`);
}

const placesJson = z.string().transform((text) => z.array(z.number()).parse(JSON.parse(text)));

/**
 * Of each alternative the word with the fewest messages; where all have many, the one whose newest reach back farthest.
 * Whoever else writes on the shard, that is the same.
 */
async function rarestWords(
  tenant: Tenant,
  alternatives: readonly (readonly string[])[],
  among: Place,
): Promise<string[]> {
  const unclear = [...new Set(alternatives.filter(({ length }) => length > 1).flat())];
  const places = new Map<string, number>();
  if (unclear.length > 0) {
    const counted = sql.raw(String(COUNTED));
    // Few: below zero, and lower the fewer; many: a message's number.
    const each = unclear.map(
      (word) => sql`(SELECT iif(count(*) < ${counted}, count(*) - ${counted}, min(n))
      FROM ${numbersWith(tenant, [word], among, COUNTED)})`,
    );
    const [row] = await tenant.db.all<{ places: string }>(
      sql`SELECT json_array(${sql.join(each, sql`, `)}) AS places, ${tenant.workspaceId} AS workspace_id`,
    );
    for (const [i, place] of placesJson.parse(row?.places ?? "[]").entries())
      places.set(unclear[i] ?? "", place);
  }
  const rarer = (a: string, b: string) => ((places.get(b) ?? 0) < (places.get(a) ?? 0) ? b : a);
  return [...new Set(alternatives.map((words) => words.reduce(rarer)))];
}

/** Characters of a snippet on each side of the match. */
const AROUND = 90;

/** The part of a text around the first word of the query, with an ellipsis where text is left out. */
export function snippetOf(text: string, query: string): string {
  const runs = asked(query)?.runs ?? [];
  const { folded, origin } = withOrigins(text);
  const starts = runs.map((run) => placeOf(folded, fold(run))).filter((start) => start >= 0);
  const at = origin[Math.min(...starts)] ?? 0;
  const from = Math.max(0, at - AROUND);
  const to = Math.min(text.length, at + AROUND * 2);
  const part = text.slice(from, to).toWellFormed().replace(/\s+/g, " ").trim();
  return `${from > 0 ? "…" : ""}${part}${to < text.length ? "…" : ""}`;
}

/** Where a word begins so; or else where its letters stand at all, as in scripts without spaces. */
function placeOf(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!/[\p{L}\p{N}]$/u.test(text.slice(Math.max(0, at - 2), at))) return at;
  }
  return text.indexOf(word);
}

/** A text as the search compares it, and where each of its units comes from. */
function withOrigins(text: string): { folded: string; origin: number[] } {
  let folded = "";
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = fold(character);
    for (let i = 0; i < plain.length; i++) origin.push(at);
    folded += plain;
    at += character.length;
  }
  return { folded, origin };
}

import { desc, getTableColumns, type SQL, sql } from "drizzle-orm";
import { z } from "zod";
import { inboxTerm, queryTerms, workspaceTerm } from "../search/full-text.ts";
import { Failure } from "../tenant/failure.ts";
import { MOST_LOOKED_AT } from "../tenant/list.ts";
import { type CursorScope, decodeCursor, encodeCursor, type Page } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { type Conversation, type Message, NOTE_TERM } from "./append.ts";
import { cursorFilters, type FilterArguments, type Filters, passes } from "./filters.ts";
import { type MessageView, numberOf } from "./read.ts";
import { conversations, messages } from "./schema.ts";

/** Matches of one conversation that a page shows; more may be there. */
const MATCHES_SHOWN = 3;

/** Matches that are looked at at once, at least: each time is a question to the database. */
const FEWEST = 10;

export interface FoundConversation {
  conversation: Conversation;
  /** The newest matches first. */
  matches: Message[];
}

/**
 * Conversations with messages that hold all words of the query, the newest match first. A page looks at up to 1,000
 * matches, so with filters that few of them pass it may be short and have more. A conversation whose matches go on
 * over the end of a page comes again on a later one, with its older matches.
 * @param args what `filters` was resolved from
 * @throws Failure `invalid_input` for a query without letters or digits
 */
export async function searchConversations(
  tenant: Tenant,
  filters: Filters,
  options: MessageView & { query: string; args: FilterArguments; cursor?: string; limit: number },
): Promise<Page<FoundConversation>> {
  const { query, limit, notes } = options;
  const scope: CursorScope = {
    list: "conversation_search",
    workspaceId: tenant.workspaceId,
    filters: [query, notes, cursorFilters(tenant, options.args)],
  };
  const match = matchExpression(tenant, query, filters.inboxIds, notes);
  let last = options.cursor ? (await decodeCursor(scope, options.cursor, z.tuple([z.string()])))[0] : null;
  const known = new Map<string, Conversation>();
  const found = new Map<string, FoundConversation>();
  const keeps = passes(filters);
  const answer = async (end: string | null): Promise<Page<FoundConversation>> => ({
    items: [...found.values()],
    hasMore: end !== null,
    nextCursor: end && (await encodeCursor(scope, [end])),
  });

  let size = limit + 1;
  for (let looked = 0; looked < MOST_LOOKED_AT; size = nextSize(size, looked, found.size, limit + 1)) {
    size = Math.min(size, MOST_LOOKED_AT - looked);
    const numbers: SQL = last === null ? sql`` : sql`AND rowid < ${numberOf(tenant, last)}`;
    // CROSS JOIN keeps SQLite from beginning with all messages.
    const rows = await tenant.db
      .select(getTableColumns(messages))
      .from(
        sql`(SELECT rowid AS n FROM messages_search
          WHERE messages_search MATCH ${match} ${numbers} ORDER BY rowid DESC LIMIT ${size}) AS matching`,
      )
      .crossJoin(messages)
      .where(tenant.of(messages, sql`${messages.n} = matching.n`))
      .orderBy(desc(messages.n));
    looked += rows.length;
    await readInto(
      known,
      tenant,
      rows.map((row) => row.conversationId),
    );
    for (const { workspaceId: _, n: __, ...message } of rows) {
      const conversation = known.get(message.conversationId);
      if (conversation && tenant.sees(conversation.inboxId) && keeps(conversation)) {
        const group = found.get(conversation.id);
        if (!group && found.size === limit) return answer(last);
        if (!group) found.set(conversation.id, { conversation, matches: [message] });
        else if (group.matches.length < MATCHES_SHOWN) group.matches.push(message);
      }
      last = message.id;
    }
    if (rows.length < size) return answer(null);
  }
  return answer(last);
}

/** How many matches to look at next, to have `wanted` conversations if it goes on as it did so far. */
function nextSize(size: number, looked: number, found: number, wanted: number): number {
  const expected = found === 0 ? size * 4 : Math.ceil(((wanted - found) * looked) / found);
  return Math.min(size * 4, Math.max(expected, FEWEST));
}

/**
 * The MATCH of a query, harmless whatever is in it: each word is a quoted phrase. Words match whole: the prefixes
 * of a common word would be merged over all workspaces of the database before the first row comes (50 ms at 100,000
 * messages, against 0.3 ms).
 */
function matchExpression(
  tenant: Tenant,
  query: string,
  inboxIds: readonly string[] | null,
  notes: boolean,
): string {
  const words = queryTerms(query).map((term) => term.replace(/\*$/, ""));
  if (words.length === 0) {
    throw new Failure("invalid_input", "The query has no word to search for.", {
      hint: "Search for words that the messages contain.",
    });
  }
  const all = [workspaceTerm(tenant.workspaceId), inboxTerm(inboxIds), `body : (${words.join(" AND ")})`]
    .filter((term) => term !== undefined)
    .map((term) => `(${term})`)
    .join(" AND ");
  return notes ? all : `(${all}) NOT inbox_id : "${NOTE_TERM}"`;
}

/** Reads the conversations of these messages that are not known yet. */
async function readInto(
  known: Map<string, Conversation>,
  tenant: Tenant,
  ids: readonly string[],
): Promise<void> {
  const wanted = [...new Set(ids)].filter((id) => !known.has(id));
  if (wanted.length === 0) return;
  const rows = await tenant.db
    .select()
    .from(conversations)
    .where(
      tenant.of(
        conversations,
        sql`${conversations.id} IN (SELECT value FROM json_each(${JSON.stringify(wanted)}))`,
      ),
    );
  for (const row of rows) known.set(row.id, row);
}

/** Characters of a snippet on each side of the match. */
const AROUND = 90;

/** The part of a text around the first word of the query, with an ellipsis where text is left out. */
export function snippetOf(text: string, query: string): string {
  const words = query.split(/[\s\p{P}\p{S}\p{C}]+/u).filter((word) => word !== "");
  const { folded, origin } = fold(text);
  const starts = words.map((word) => folded.indexOf(fold(word).folded)).filter((start) => start >= 0);
  const at = origin[Math.min(...starts)] ?? 0;
  const from = Math.max(0, at - AROUND);
  const to = Math.min(text.length, at + AROUND * 2);
  const part = text.slice(from, to).toWellFormed().replace(/\s+/g, " ").trim();
  return `${from > 0 ? "…" : ""}${part}${to < text.length ? "…" : ""}`;
}

/** A text as the search compares it (no case, no accents), and where each of its units comes from. */
function fold(text: string): { folded: string; origin: number[] } {
  let folded = "";
  const origin: number[] = [];
  let at = 0;
  for (const character of text) {
    const plain = character.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
    for (let i = 0; i < plain.length; i++) origin.push(at);
    folded += plain;
    at += character.length;
  }
  return { folded, origin };
}

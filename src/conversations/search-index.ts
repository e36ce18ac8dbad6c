import { sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { pieceLength, piecesOf, runsOf, wordsOf } from "../search/words.ts";
import { fold } from "../tenant/fold.ts";
import { bareId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { type Message, messages, type SenderKind } from "./schema.ts";

/**
 * Finding messages by the beginnings of words. Each word and some of its beginnings are terms of a full-text table with
 * the workspace in front, and once more with the inbox: the list of a term's rows holds those of one workspace, or of
 * one inbox, and nobody else's. In front of that stands who wrote it, and whether it is a private note, so that those who
 * may not read notes, or ask for customers' words, do not come past others.
 *
 * The table's tokenizer is `ascii`, which leaves terms as they are made here: what a word is stands in this file and in
 * words.ts alone.
 */

/** The full-text table as drizzle writes it. Not in schema.ts: drizzle-kit cannot make virtual tables. */
const messagesSearch = sqliteTable("messages_search", {
  rowid: integer().primaryKey(),
  terms: text().notNull(),
});

/** Whose words a search is for. */
export const WRITERS = ["customer", "team", "bot"] as const;
export type Writer = (typeof WRITERS)[number];

/** Who counts as what: keys of programs write for the team, bot tokens are assistants'. */
const WRITER_OF: Partial<Record<SenderKind, Writer>> = {
  contact: "customer",
  member: "team",
  api_key: "team",
  bot: "bot",
  ai: "bot",
  flow: "bot",
};

/** What a term begins with. What Parley itself says (a handoff) stands with the customers' words. */
const MARKS = { customer: "m", team: "t", bot: "b", note: "n" } as const;

/**
 * The beginnings that are in the index, in letters: a query's word is looked up by the longest of them that it has, and
 * messages are held against the whole word when they are read. Shorter words are found whole. Syllables of Hangul are
 * words' roots more often than letters are.
 */
const BEGINNINGS = [3, 4, 5, 6, 8];
const BEGINNINGS_OF_HANGUL = [1, 2, 3, 4, 6];
/** Terms of one message: all that it can have, in any script. */
const MAX_TERMS = 20_000;
/** Words of a query that count, and alternatives between OR. */
const MAX_WORDS = 16;
const MAX_ALTERNATIVES = 4;

/** What a message is found by, and whom by. */
export type FindableMessage = Pick<Message, "inboxId" | "kind" | "senderKind" | "body">;

/** Text as words are compared: without case, accents and forms of letters; but が is not か. */
function folded(said: string): string {
  return fold(said).normalize("NFC");
}

/** The words of folded text, where scripts have words; else runs of letters without a space. */
function runsIn(text: string): string[] {
  return wordsOf(text).flatMap(runsOf);
}

function beginningsOf(run: string): readonly number[] {
  return /\p{Script=Hangul}/u.test(run) ? BEGINNINGS_OF_HANGUL : BEGINNINGS;
}

/** True for words that are found by their beginning: shorter ones would be the beginning of too many. */
function isBeginning(run: string): boolean {
  return [...run].length >= Math.min(...beginningsOf(run));
}

/** What of a run is in the index: beginnings of the word, or its letters and pairs where words have no spaces. */
function indexed(run: string): string[] {
  if (pieceLength(run) > 0) return [...piecesOf(run, 1), ...piecesOf(run, 2)];
  if (!isBeginning(run)) return [run];
  const letters = [...run];
  return beginningsOf(run)
    .filter((length) => length <= letters.length)
    .map((length) => letters.slice(0, length).join(""));
}

/** What a query's run is looked up by: all of these. */
function lookedUp(run: string): string[] {
  return pieceLength(run) > 0 ? piecesOf(run, 2) : indexed(run).slice(-1);
}

/** What goes into the full-text table of a message; empty when no words can find it. */
export function messageTerms(
  workspaceId: string,
  { inboxId, kind, senderKind, body }: FindableMessage,
): string {
  const words = [...new Set(runsIn(folded(body)).flatMap(indexed))].slice(0, MAX_TERMS);
  const mark = MARKS[kind === "note" ? "note" : (writerOf(senderKind) ?? "customer")];
  return [workspaceId, inboxId].flatMap((id) => words.map((word) => mark + bareId(id) + word)).join(" ");
}

/** Undefined: Parley itself. */
export function writerOf(kind: SenderKind): Writer | undefined {
  return WRITER_OF[kind];
}

/** The statement that writes new messages' search rows, behind their own; none when they have no words. */
export function insertMessageRows(
  tenant: Tenant,
  written: readonly (FindableMessage & Pick<Message, "id">)[],
): Statement[] {
  const rows = written
    .map((message) => ({ id: message.id, terms: messageTerms(tenant.workspaceId, message) }))
    .filter(({ terms }) => terms !== "");
  if (rows.length === 0) return [];
  return [
    tenant.db.insert(messagesSearch).select(
      sql`SELECT ${messages.n}, one.value ->> 'terms' FROM json_each(${JSON.stringify(rows)}) AS one
        CROSS JOIN ${messages}
        WHERE ${messages.workspaceId} = ${tenant.workspaceId} AND ${messages.id} = one.value ->> 'id'`,
    ),
  ];
}

/** Removes the search rows of these messages, before they go. @param numbers JSON */
export function deleteSearchRows(tenant: Tenant, numbers: string): Statement {
  return tenant.db.delete(messagesSearch).where(
    sql`rowid IN (SELECT n FROM ${messages} WHERE workspace_id = ${tenant.workspaceId}
      AND n IN (SELECT value FROM json_each(${numbers})))`,
  );
}

/** What a query asks of messages: one of its alternatives. */
export interface MessageQuery {
  /** Of each alternative the words that its messages have, as they are indexed. */
  alternatives: string[][];
  /** True for what the query asks for: the index may find somewhat more. */
  fits(body: string): boolean;
  /** Words as they are looked for, folded: what a snippet shows. */
  runs: string[];
}

/**
 * A query: words that a message has all of, each as the beginning of one; `OR` in capitals between alternatives. An
 * asterisk behind a word says what is so anyhow. The first {@link MAX_WORDS} words count, and
 * {@link MAX_ALTERNATIVES} alternatives. Null when it has no words.
 */
export function asked(query: string): MessageQuery | null {
  let left = MAX_WORDS;
  const alternatives = query
    .split(/\sOR(?=\s)/)
    .map((part) => {
      const runs = [...new Set(runsIn(folded(part)))].slice(0, left);
      left -= runs.length;
      return runs;
    })
    .filter((runs) => runs.length > 0)
    .slice(0, MAX_ALTERNATIVES);
  if (alternatives.length === 0) return null;
  return {
    alternatives: alternatives.map((runs) => [...new Set(runs.flatMap(lookedUp))].slice(0, MAX_WORDS)),
    runs: alternatives.flat(),
    fits(body) {
      const text = folded(body);
      const said = runsIn(text);
      return alternatives.some((runs) => runs.every((run) => text.includes(run) && hasWord(said, run)));
    },
  };
}

function hasWord(said: readonly string[], run: string): boolean {
  if (pieceLength(run) > 0) return true;
  return isBeginning(run) ? said.some((word) => word.startsWith(run)) : said.includes(run);
}

/** Which messages a search goes through. */
export interface Among {
  /** The workspace, or inboxes. */
  ids: readonly string[];
  /** Private notes among them. */
  notes: boolean;
  /** Undefined: whoever. */
  from: Writer | undefined;
}

/**
 * The MATCH expression of the messages that have one of these words.
 * @param words of {@link MessageQuery}
 */
export function havingWord(words: readonly string[], { ids, notes, from }: Among): string {
  const marks = [
    ...(from === undefined ? [MARKS.customer, MARKS.team, MARKS.bot] : [MARKS[from]]),
    ...(notes && from !== "customer" ? [MARKS.note] : []),
  ];
  return words
    .flatMap((word) => ids.flatMap((id) => marks.map((mark) => `"${mark}${bareId(id)}${word}"`)))
    .join(" OR ");
}

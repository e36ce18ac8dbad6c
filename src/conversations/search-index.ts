import { sql } from "drizzle-orm";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { pieceLength, piecesOf, plain, runsOf, wordsOf } from "../search/words.ts";
import { bareId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { type Message, messages } from "./schema.ts";

/**
 * Finding messages by whole words. Each word is a term of a full-text table with the workspace in front, and once more
 * with the inbox: the list of a term's rows holds those of one workspace, or of one inbox, and nobody else's. In front
 * of that stands whether it is a message or a private note, so that those who may not read notes do not come past them.
 *
 * The table's tokenizer is `ascii`, which leaves terms as they are made here: what a word is stands in this file and in
 * words.ts alone.
 */

/** The full-text table as drizzle writes it. Not in schema.ts: drizzle-kit cannot make virtual tables. */
const messagesSearch = sqliteTable("messages_search", {
  rowid: integer().primaryKey(),
  terms: text().notNull(),
});

const MARKS = { message: "m", note: "n" } as const;

/** Of longer words this much is in the index; messages are held against the whole word when they are read. */
const MAX_LETTERS = 32;
/** Words of one message: all that it can have, in any script. */
const MAX_TERMS = 20_000;
/** Words of a query that count. */
const MAX_WORDS = 16;

/** What a message is found by, and whom by. */
export type Findable = Pick<Message, "inboxId" | "kind" | "body">;

/** Text as words are compared: without case, accents and forms of letters; but が is not か. */
function folded(said: string): string {
  return plain(said).replaceAll("ς", "σ").normalize("NFC");
}

/** The words of folded text, where scripts have words; else runs of letters without a space. */
function runsIn(text: string): string[] {
  return wordsOf(text).flatMap(runsOf);
}

/** What of a run is in the index: the word, or its letters and pairs of letters where words have no spaces. */
function indexed(run: string): string[] {
  if (pieceLength(run) > 0) return [...piecesOf(run, 1), ...piecesOf(run, 2)];
  return [[...run].slice(0, MAX_LETTERS).join("")];
}

/** What goes into the full-text table of a message; empty when no words can find it. */
export function messageTerms(workspaceId: string, { inboxId, kind, body }: Findable): string {
  const words = [...new Set(runsIn(folded(body)).flatMap(indexed))].slice(0, MAX_TERMS);
  const mark = kind === "note" ? MARKS.note : MARKS.message;
  return [workspaceId, inboxId].flatMap((id) => words.map((word) => mark + bareId(id) + word)).join(" ");
}

/** The statement that writes a new message's search row, behind the message's own; none when it has no words. */
export function insertSearchRow(tenant: Tenant, message: Findable & Pick<Message, "id">): Statement[] {
  const terms = messageTerms(tenant.workspaceId, message);
  if (terms === "") return [];
  return [
    tenant.db
      .insert(messagesSearch)
      .select(
        sql`SELECT n, ${terms} FROM ${messages} WHERE workspace_id = ${tenant.workspaceId} AND id = ${message.id}`,
      ),
  ];
}

/** What a query asks of messages. */
export interface Asked {
  /** Words that all of them have, as they are indexed. */
  words: string[];
  /** True for what the query asks for: the index may find somewhat more. */
  fits(body: string): boolean;
}

/** A query: its words, of which the first {@link MAX_WORDS} count. Null when it has none. */
export function asked(query: string): Asked | null {
  const runs = [...new Set(runsIn(folded(query)))].slice(0, MAX_WORDS);
  if (runs.length === 0) return null;
  const whole = runs.filter((run) => pieceLength(run) === 0);
  const words = runs.flatMap((run) => (pieceLength(run) > 0 ? piecesOf(run, 2) : indexed(run)));
  return {
    words: [...new Set(words)].slice(0, MAX_WORDS),
    fits(body) {
      const text = folded(body);
      if (!runs.every((run) => text.includes(run))) return false;
      if (whole.length === 0) return true;
      const said = new Set(runsIn(text));
      return whole.every((word) => said.has(word));
    },
  };
}

/**
 * The MATCH expression of the messages that have a word.
 * @param word of {@link Asked}
 * @param among.ids the workspace, or inboxes
 * @param among.notes private notes among them
 */
export function havingWord(word: string, among: { ids: readonly string[]; notes: boolean }): string {
  const marks = among.notes ? [MARKS.message, MARKS.note] : [MARKS.message];
  return among.ids.flatMap((id) => marks.map((mark) => `"${mark}${bareId(id)}${word}"`)).join(" OR ");
}

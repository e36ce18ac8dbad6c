import { bareId } from "../tenant/ids.ts";

/**
 * Text for FTS5. The tokenizer (unicode61) splits at spaces and punctuation, which scripts without spaces
 * do not have: their letters are indexed one by one here, and a query for several becomes a phrase.
 */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** What goes into the index for `text`: compatibility-normalised, letters of unspaced scripts set apart. */
export function indexedText(text: string): string {
  return text.normalize("NFKC").replace(UNSPACED, " $& ");
}

/** A phrase that FTS5 takes literally: nothing inside double quotes is syntax. NUL ends an FTS5 string, so it goes. */
export function phrase(text: string): string {
  return `"${text.replaceAll("\0", " ").replaceAll('"', '""')}"`;
}

/** The words of a query as FTS5 phrases, the last one as a prefix, at most 16. Empty when nothing is searchable. */
export function queryTerms(query: string): string[] {
  const words = query
    .normalize("NFKC")
    .split(/[\s\p{P}\p{S}\p{C}]+/u)
    .filter((word) => /[\p{L}\p{N}]/u.test(word))
    .slice(0, 16);
  return words.map((word, i) => phrase(indexedText(word).trim()) + (i === words.length - 1 ? "*" : ""));
}

/** The term that keeps a MATCH inside one workspace; put it first, joined by AND. */
export function workspaceTerm(workspaceId: string): string {
  return `workspace_id : ${phrase(bareId(workspaceId))}`;
}

/** The term that keeps a MATCH inside these inboxes; undefined for all. */
export function inboxTerm(inboxIds: readonly string[] | null): string | undefined {
  if (inboxIds === null) return undefined;
  return `inbox_id : (${inboxIds.map((id) => phrase(bareId(id))).join(" OR ") || phrase("none")})`;
}

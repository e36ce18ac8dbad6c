import { type SQL, sql } from "drizzle-orm";

/**
 * Emails and phones are unique in a workspace. A caller limited to inboxes must not learn by that what contacts have which
 * it may not see: where one of them holds a key already, the caller's contact gets the same one *beside* it, as the key,
 * this character and the contact's id. To the caller it is like any other key.
 */
const BESIDE = "\n";
/** The character behind it: no email or phone holds one that comes before a blank. */
const END = "\u000b";

/** The key of a contact beside the same one of another contact. */
export function keyBeside(key: string, contactId: string): string {
  return `${key}${BESIDE}${contactId}`;
}

/** What people would call the key, wherever it stands. */
export function bareKey(key: string | null): string | null {
  return key === null ? null : (key.split(BESIDE, 1)[0] ?? key);
}

/** A new key, or the one that a contact has where it is the same: what stands beside another one stays there. */
export function keptKey(before: string | null, key: string | null): string | null {
  return key !== null && bareKey(before) === key ? before : key;
}

/** Rows with a key, and those beside it, which sort after it. By an index on the column. */
export function isKey(column: SQL, key: string): SQL {
  return sql`${column} >= ${key} AND ${column} < ${key + END}`;
}

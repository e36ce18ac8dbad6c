/** A rule that a migration breaks, and where. */
export interface Finding {
  /** Counted from 1. */
  line: number;
  message: string;
}

/** Comments, strings and quoted names of SQLite's grammar (https://sqlite.org/lang_keywords.html, lang_comment.html). */
const COMMENT = /--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/;
const STRING = /'(?:[^']|'')*'/;
const NAME = /"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]/;
const QUOTED = new RegExp(`(${COMMENT.source})|(${STRING.source})|(${NAME.source})`, "g");

const REBUILD =
  "a rebuilt table loses its full-text index and whatever hangs on it; add columns and tables instead";

/** Patterns are tried on statements without comments, strings and quoted names. */
const RULES: { pattern: RegExp; message: string }[] = [
  { pattern: /\bDROP\s+TABLE\b/gi, message: `DROP TABLE: ${REBUILD}` },
  {
    pattern: /\bON\s+DELETE\s+CASCADE\b/gi,
    message: "ON DELETE CASCADE: deletes rows that no store has seen, without their events",
  },
  {
    pattern: /\bCREATE\s+(?:TEMP(?:ORARY)?\s+)?TRIGGER\b/gi,
    message: "CREATE TRIGGER: changes that no store makes; write it in the store's batch",
  },
  {
    // COLUMN is optional in SQLite, and drizzle-kit leaves it out; ADD CONSTRAINT and its like are no columns.
    pattern:
      /\bALTER\b(?!\s+TABLE\s+[^\s;]+\s+ADD\s+(?!(?:CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK)\b)(?:COLUMN\b\s*)?[^\s;])/gi,
    message:
      "ALTER other than ADD COLUMN: the Worker that still runs while migrating needs every column it knows",
  },
];

/** The same text with each match blanked out: lines and columns stay where they are. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}

/**
 * What a migration may not do. Migrations run before the new Worker is there, on databases with full-text tables
 * and without foreign keys, so they only ever add.
 * @param sql the text of one migration file
 */
export function checkMigration(sql: string): Finding[] {
  const withNames = sql.replace(QUOTED, (all, _comment, _string, name) => (name ? all : blank(all)));
  // A quoted name stays one word, whatever stands in it.
  const bare = withNames.replace(new RegExp(NAME.source, "g"), (name) => "_".repeat(name.length));
  const findings: Finding[] = [];
  const search = (text: string, pattern: RegExp, message: string) => {
    for (const match of text.matchAll(pattern)) {
      findings.push({ line: sql.slice(0, match.index).split("\n").length, message });
    }
  };
  for (const rule of RULES) search(bare, rule.pattern, rule.message);
  search(withNames, /__new_/gi, `__new_: ${REBUILD}`);
  const carriageReturn = sql.indexOf("\r");
  if (carriageReturn >= 0) {
    findings.push({
      line: sql.slice(0, carriageReturn).split("\n").length,
      message: "CRLF: lines end with LF alone, or the same migration differs between machines",
    });
  }
  return findings.sort((one, other) => one.line - other.line);
}

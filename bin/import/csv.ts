import { CsvError } from "csv-parse";
import { parse } from "csv-parse/sync";
import { headingKey } from "../../src/contacts/import-columns.ts";

export { headingKey, plainCell } from "../../src/contacts/import-columns.ts";

/** A line of a CSV file, or why it cannot be read. */
export interface CsvLine {
  /** Where it begins in the file, from 1; a quoted cell may go on over several. */
  line: number;
  cells: string[];
  problem?: string;
}

/** Lines parsed at once: what is in memory beside the file itself. */
const WINDOW = 1000;
/** Longest record in characters: a quote that is never closed would else swallow the rest of the file. */
const MAX_RECORD = 1_000_000;
const NEWLINE = 0x0a;

/** The line by which Excel says the delimiter of a file, with its end. */
const DELIMITER_LINE = /^sep=([,;\t|])\r?\n/i;

/** The delimiter of a file by its first line: comma, semicolon (spreadsheets of many countries) or tab. */
function delimiterOf(text: Buffer): string {
  const end = text.indexOf(NEWLINE);
  const head = text
    .subarray(0, end < 0 ? undefined : end)
    .toString()
    .replaceAll(/"[^"]*"/g, "");
  const count = (one: string) => head.split(one).length - 1;
  return [",", ";", "\t"].reduce((best, one) => (count(one) > count(best) ? one : best));
}

/** What could be read from `start` on, up to `most` records, and the error that ended it, if one did. */
function readWindow(
  text: Buffer,
  start: number,
  options: { delimiter: string; most: number; relaxed: boolean },
): { records: { cells: string[]; end: number }[]; error: CsvError | null } {
  const records: { cells: string[]; end: number }[] = [];
  try {
    parse(text.subarray(start), {
      delimiter: options.delimiter,
      relax_column_count: true,
      relax_quotes: options.relaxed,
      max_record_size: MAX_RECORD,
      to: options.most,
      on_record: (cells, { bytes }) => {
        records.push({ cells, end: start + bytes });
        return null;
      },
    });
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return { records, error };
  }
  return { records, error: null };
}

const PROBLEMS: { [code: string]: string } = {
  CSV_QUOTE_NOT_CLOSED: "a quoted cell is never closed",
  CSV_INVALID_CLOSING_QUOTE: 'a quoted cell goes on behind its closing quote; a quote inside is written ""',
  CSV_MAX_RECORD_SIZE: "a quoted cell is never closed, or the line is longer than a million characters",
};

/**
 * The records of a CSV file, the heading first, each with its line. Empty lines are left out. A line that is not
 * CSV is answered with its problem, and reading goes on with the next line, so that one broken quote costs one line.
 * @param text UTF-8 without a byte order mark
 */
export function* csvLines(text: Buffer): Generator<CsvLine> {
  const [said = "", saidDelimiter] = DELIMITER_LINE.exec(text.subarray(0, 10).toString()) ?? [];
  const delimiter = saidDelimiter ?? delimiterOf(text);
  let start = said.length;
  let line = said === "" ? 1 : 2;
  /** Moves on to the byte at `end`. */
  const advance = (end: number) => {
    for (let at = text.indexOf(NEWLINE, start); at >= 0 && at < end; at = text.indexOf(NEWLINE, at + 1))
      line++;
    start = end;
  };
  while (start < text.length) {
    let { records, error } = readWindow(text, start, { delimiter, most: WINDOW, relaxed: false });
    // A quote in an unquoted cell (a screen of 27") is no CSV by the letter, but can only mean itself.
    if (records.length === 0 && error?.code === "INVALID_OPENING_QUOTE") {
      ({ records, error } = readWindow(text, start, { delimiter, most: 1, relaxed: true }));
    }
    for (const { cells, end } of records) {
      if (cells.some((cell) => cell.trim() !== "")) yield { line, cells };
      advance(end);
    }
    if (error === null && records.length === 0) return;
    if (error === null || error.code === "INVALID_OPENING_QUOTE") continue;
    yield { line, cells: [], problem: PROBLEMS[error.code] ?? error.message };
    const next = text.indexOf(NEWLINE, start);
    advance(next < 0 ? text.length : next + 1);
  }
}

/** A row by its headings. */
export interface CsvRow {
  line: number;
  /** The cell under a heading in any case, trimmed; "" when it is empty or there is no such column. */
  cell(...headings: string[]): string;
  /** The cells in the order of {@link CsvTable.headings}, trimmed. */
  cells: string[];
}

export interface CsvTable {
  /** As written, trimmed. */
  headings: string[];
  /** Rows, and lines that are none. */
  rows: Iterable<CsvRow | { line: number; problem: string }>;
}

/** A CSV file with a heading. Rows may be shorter than the heading (Excel leaves empty cells at the end out). */
export function csvTable(text: Buffer): CsvTable {
  const lines = csvLines(text);
  const first = lines.next();
  const headings = first.done ? [] : first.value.cells.map((cell) => cell.trim());
  const places = new Map<string, number>();
  for (const [i, heading] of headings.entries()) {
    if (!places.has(headingKey(heading))) places.set(headingKey(heading), i);
  }
  return { headings, rows: rowsOf(lines, headings.length, places) };
}

function* rowsOf(
  lines: Generator<CsvLine>,
  width: number,
  places: ReadonlyMap<string, number>,
): CsvTable["rows"] {
  for (const { line, cells, problem } of lines) {
    if (problem !== undefined) {
      yield { line, problem };
    } else if (cells.slice(width).some((cell) => cell.trim() !== "")) {
      yield {
        line,
        problem: `has ${cells.length} cells, the heading ${width}: is a cell with a comma not quoted?`,
      };
    } else {
      const trimmed = cells.map((cell) => cell.trim());
      const cell = (...headings: string[]) => {
        for (const heading of headings) {
          const place = places.get(headingKey(heading));
          if (place !== undefined && trimmed[place]) return trimmed[place];
        }
        return "";
      };
      yield { line, cell, cells: trimmed };
    }
  }
}

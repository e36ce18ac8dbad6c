import type { Row } from "./operator-client.ts";

/** How a value reads in a terminal. */
function shown(value: unknown): string {
  if (value === null || value === undefined) return "-";
  if (Array.isArray(value)) return value.length > 0 ? value.map(shown).join(",") : "-";
  if (typeof value === "object") return JSON.stringify(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  return terminalText(String(value));
}

/** Names come from customers and clients: nothing of theirs may move the cursor or colour the terminal. */
export function terminalText(text: string): string {
  return text.replaceAll(/\p{C}+/gu, " ");
}

/** `inboxId` as a person writes it: `inbox id`. */
function heading(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Rows under headings, in columns as wide as their widest value. */
export function rowsAsTable(rows: Row[], columns: readonly string[]): string {
  if (rows.length === 0) return "None.";
  const lines = [columns.map(heading), ...rows.map((row) => columns.map((name) => shown(row[name])))];
  const widths = columns.map((_, i) => Math.max(...lines.map((line) => line[i]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** One thing, a field on each line: what it is first, when things happened last. */
export function rowAsLines(row: Row): string {
  const width = Math.max(...Object.keys(row).map((name) => heading(name).length));
  return Object.entries(row)
    .toSorted(([one], [other]) => Number(one.endsWith("At")) - Number(other.endsWith("At")))
    .map(([name, value]) => `${heading(name).padEnd(width)}  ${shown(value)}`)
    .join("\n");
}

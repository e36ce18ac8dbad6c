import { type Command, InvalidArgumentError } from "commander";
import { type Fields, type OperatorClient, operatorClient, type Row } from "../operator-client.ts";
import { rowAsLines, rowsAsTable } from "../table.ts";

/** What every command gets: the server, its own flags, and where its answer goes. */
export interface Run {
  client: OperatorClient;
  /** Flags in camelCase, as commander parsed them. */
  flags: Fields;
  /** Says something to a person behind the answer; with --json it says nothing. */
  tell(line: string): void;
}

/**
 * Gives a command what it does. A list is printed as a table of `columns`, one thing as lines.
 * With --json the answer is printed whole, as one JSON value.
 */
export function does(
  command: Command,
  run: (run: Run) => Promise<Row | Row[]>,
  columns: readonly string[] = [],
): Command {
  return command.action(async () => {
    const { url, operatorKey, json, ...flags } = command.optsWithGlobals();
    const told: string[] = [];
    const tell = (line: string) => told.push(line);
    const answer = await run({ client: operatorClient({ url, operatorKey }), flags, tell });
    if (json) console.log(JSON.stringify(answer, null, 2));
    else if (Array.isArray(answer)) console.log(rowsAsTable(answer, columns));
    else console.log(rowAsLines(answer));
    if (!json && told.length > 0) console.log(["", ...told].join("\n"));
  });
}

/** A flag's text as part of an address. */
export function part(value: unknown): string {
  return encodeURIComponent(String(value));
}

/** The address of a workspace that `--workspace` names. */
export function workspacePath(flags: Fields): string {
  return `/workspaces/${part(flags.workspace)}`;
}

/** Adds `--workspace`, which almost every command needs. */
export function ofWorkspace(command: Command): Command {
  return command.requiredOption("--workspace <id>", "the workspace, ws_…");
}

/** `a,b` as a list; `none` as the empty one. */
export function listFlag(value: string): string[] {
  if (value === "none") return [];
  return value
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

export function numberFlag(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isInteger(number)) throw new InvalidArgumentError("Not a whole number.");
  return number;
}

/** `null` in the request. Commander takes a flag that is null for one without a value and makes it "". */
const NONE = { toJSON: () => null };

/** A number, or `none` for no limit. */
export function limitFlag(value: string): number | typeof NONE {
  return value === "none" ? NONE : numberFlag(value);
}

export function switchFlag(value: string): boolean {
  if (value !== "on" && value !== "off") throw new InvalidArgumentError("Say on or off.");
  return value === "on";
}

/** Text, or `none` for nothing. */
export function orNone(value: string): string | typeof NONE {
  return value === "none" ? NONE : value;
}

/** A moment as milliseconds. */
export function timeFlag(value: string): number {
  const time = Date.parse(value);
  if (!/^\d{4}-\d{2}-\d{2}/.test(value) || Number.isNaN(time)) {
    throw new InvalidArgumentError("Not an ISO 8601 time such as 2027-01-31T12:00:00Z.");
  }
  return time;
}

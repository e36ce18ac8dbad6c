/** What an error says of itself, without the values it was thrown over: no arguments, no message bodies. */
function describe(error: unknown): { name: string; message: string; frames: string[] } {
  if (!(error instanceof Error)) return { name: typeof error, message: "", frames: [] };
  const frames = (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 12)
    .map((line) => line.trim());
  return { name: error.name, message: safeMessage(error), frames };
}

/**
 * A parser's message quotes the text it failed on, and drizzle's the parameters of the query: of the one the name
 * must do, of the other the SQL with its placeholders and what the database said.
 */
function safeMessage(error: Error): string {
  if (error instanceof SyntaxError) return "";
  const cause = error.cause === undefined ? "" : ` Cause: ${describe(error.cause).message}`;
  const own =
    "query" in error && typeof error.query === "string" ? `Failed query: ${error.query}` : error.message;
  return `${own}${cause}`.slice(0, 1_000);
}

/**
 * One structured line for something that should not have happened, found by the request id that the caller was shown.
 * @param at the part that failed, for example `tools/call list_contacts`
 */
export function logUnexpected(requestId: string, at: string, error: unknown): void {
  console.error(JSON.stringify({ level: "error", requestId, at, ...describe(error) }));
}

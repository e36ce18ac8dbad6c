import type { z } from "zod";
import { problemsOf } from "../http/problems.ts";
import { readAs } from "../http/read-as.ts";
import { Failure } from "../tenant/failure.ts";

/**
 * What clients put beside the arguments on their own: n8n's MCP Client Tool sends its agent's whole item
 * (n8n-io/n8n#21500, #21716, #22787, #37308).
 */
export const CLIENT_KEYS: ReadonlySet<string> = new Set([
  "toolCallId",
  "sessionId",
  "action",
  "chatInput",
  "tool",
]);

/**
 * Reads the arguments of a call by its schema, as clients really send them: see {@link readAs}. No arguments are an
 * empty object, however they were left out.
 * @param readOnly the call changes nothing: an empty text in place of something optional never filters
 * @returns what the schema makes of them, and themselves as they were read; `invalid_input` when they do not fit
 */
export function readArguments<S extends z.ZodObject>(
  schema: S,
  args: unknown,
  readOnly: boolean,
): { input: z.output<S>; read: unknown } | Failure {
  const given = args === "" ? {} : (args ?? {});
  const parsed = readAs(schema, given, { emptyIsAbsent: readOnly, leftOut: CLIENT_KEYS });
  return parsed.success
    ? { input: parsed.data, read: parsed.read }
    : explainInput(parsed.error, schema, parsed.read);
}

/** The failure for arguments that do not fit their schema: one sentence per problem, with the nearest valid names. */
export function explainInput(error: z.ZodError, schema: z.ZodObject, value: unknown): Failure {
  const { sentences, candidates, aboutNames } = problemsOf(error, schema, value);
  const known = Object.keys(schema.shape);
  const hint = known.length > 0 ? `Valid arguments: ${known.join(", ")}.` : "This tool takes no arguments.";
  return new Failure("invalid_input", sentences.join(" "), {
    ...(aboutNames ? { hint } : {}),
    ...(candidates.length > 0 ? { candidates } : {}),
  });
}

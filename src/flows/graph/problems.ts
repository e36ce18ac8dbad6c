import { z } from "zod";

export const PROBLEM_CODES = [
  "too_large",
  "no_start",
  "several_starts",
  "start_has_incoming",
  "duplicate_id",
  "unknown_type",
  "invalid_data",
  "unknown_key",
  "invalid_pattern",
  "unsafe_url",
  "missing_node",
  "unknown_handle",
  "handle_taken",
  "cycle_without_wait",
  "too_many_steps",
  "too_many_variables",
  "unknown_variable",
  "unknown_tag",
  "unknown_field",
  "unknown_flow",
  "flow_not_published",
  "unreachable",
  "unconnected_handle",
  "no_timeout",
  "never_ends",
  "asks_nothing",
  "empty_lead",
  "not_stored",
  "unknown_assignee",
  "unknown_category",
  "invalid_placeholder",
  "channel_limit",
] as const;

/** What is wrong with a flow. Errors keep it from being published, warnings do not. */
export const problemSchema = z.object({
  severity: z.enum(["error", "warning"]),
  path: z.string().describe("nodes.<id>.data.<field>, edges.<index>, or empty for the whole flow"),
  code: z.enum(PROBLEM_CODES),
  message: z.string(),
  hint: z.string().optional(),
  candidates: z.array(z.string()).optional().describe("The nearest valid names"),
});
export type FlowProblem = z.output<typeof problemSchema>;
export type ProblemCode = FlowProblem["code"];

/** Most problems shown: who mends a hundred checks again anyway. */
export const MAX_PROBLEMS = 100;
const MAX_CANDIDATES = 20;
/** Names that a message quotes can be as long as a text. */
const MAX_MESSAGE = 400;

interface Details {
  hint?: string;
  /** Worked out for the problems that are shown only: looking for near names costs more than finding the problem. */
  candidates?: () => readonly string[];
}

/** A problem as it was found. */
export interface Finding extends Details {
  severity: FlowProblem["severity"];
  code: ProblemCode;
  path: string;
  message: string;
}

export function findError(code: ProblemCode, path: string, message: string, details?: Details): Finding {
  return { severity: "error", code, path, message, ...details };
}

export function findWarning(code: ProblemCode, path: string, message: string, details?: Details): Finding {
  return { severity: "warning", code, path, message, ...details };
}

/** What is shown of the findings: errors first, each kind in the order found, at most {@link MAX_PROBLEMS}. */
export function shownProblems(findings: readonly Finding[]): FlowProblem[] {
  const of = (severity: Finding["severity"]) => findings.filter((finding) => finding.severity === severity);
  return [...of("error"), ...of("warning")].slice(0, MAX_PROBLEMS).map(({ candidates, hint, ...problem }) => {
    const near = candidates?.().slice(0, MAX_CANDIDATES) ?? [];
    const message = problem.message.slice(0, MAX_MESSAGE);
    return {
      ...problem,
      message,
      ...(hint ? { hint } : {}),
      ...(near.length > 0 ? { candidates: near } : {}),
    };
  });
}

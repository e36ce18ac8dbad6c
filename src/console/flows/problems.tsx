import type { FlowProblem } from "./draft.ts";

/** What is wrong, errors marked as such. The words are the validator's own, as assistants have them. */
export function FlowProblems({ problems }: { problems: readonly FlowProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <ul class="flow-problems">
      {problems.map(({ severity, message, hint, candidates = [] }) => (
        <li class={severity === "error" ? "problem" : "warning"}>
          {message} {hint} {candidates.join(", ")}
        </li>
      ))}
    </ul>
  );
}

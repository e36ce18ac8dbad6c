import { z } from "zod";
import type { Call } from "../../calls/define.ts";
import { flowRow, showChecked, showFlow, validationRows } from "../answers.ts";
import type { DraftChange } from "../edit/drafts.ts";
import { checkFlow } from "../edit/publish.ts";
import type { StoredFlow } from "../edit/store.ts";
import type { Finding, ProblemCode } from "../graph/problems.ts";

/** What the tools that change a draft answer. */

export const flowDraftOutput = {
  flow: flowRow,
  nodes: z.int().describe("How many the draft has now"),
  edges: z.int(),
  ...validationRows,
};

/** The same where one node was changed. */
export const nodeOutput = {
  ...flowDraftOutput,
  errors: z.int().describe("In the whole draft: they keep it from being published"),
  warnings: z.int().describe("In the whole draft; validate_flow lists all"),
  problems: validationRows.problems.describe("Of what was changed, and what that broke"),
};

/** A draft's size and problems. @param isShown which problems are answered; all are counted */
export async function showDraft(
  { tenant, workspace }: Call,
  flow: StoredFlow,
  isShown?: (finding: Finding) => boolean,
) {
  const assignable = () => workspace.members();
  return {
    flow: showFlow(flow),
    nodes: flow.draft.nodes.length,
    edges: flow.draft.edges.length,
    ...showChecked(await checkFlow(tenant, flow.draft, flow.id, { isShown, assignable })),
  };
}

/** A draft as a change left it, with all its problems. */
export const showChange = (call: Call, { flow }: Pick<DraftChange, "flow">) => showDraft(call, flow);

/** While a flow is built up, what is still missing around it is no news: validate_flow lists everything. */
const LATER: readonly ProblemCode[] = ["unreachable", "unconnected_handle", "never_ends"];
/** What a change of one node breaks elsewhere: what was called, and is not there any more. */
const BROKEN: readonly ProblemCode[] = ["missing_node", "unknown_variable"];

/**
 * The draft after one of its nodes was changed, with the problems of that node alone.
 * @param breaks whether others may have relied on what it was
 */
export function showNode(call: Call, { flow }: DraftChange, nodeId: string, { breaks = false } = {}) {
  const edges = flow.draft.edges.flatMap(({ source }, i) => (source === nodeId ? [`edges.${i}`] : []));
  const places = [`nodes.${nodeId}`, ...edges];
  const isAbout = (path: string) => places.some((place) => path === place || path.startsWith(`${place}.`));
  return showDraft(
    call,
    flow,
    ({ code, path }) => (isAbout(path) && !LATER.includes(code)) || (breaks && BROKEN.includes(code)),
  );
}

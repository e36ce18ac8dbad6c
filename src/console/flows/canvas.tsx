import { z } from "zod";
import { draftSchema } from "../../flows/graph/document.ts";
import { NODE_TYPES } from "../../flows/graph/nodes.ts";
import { Failure } from "../../tenant/failure.ts";
import { visibleText } from "../../tenant/visible-text.ts";
import type { Doing } from "../page.ts";
import { use } from "../use.ts";
import { may, type Visit } from "../visit.ts";
import { flowPath, ofChatbot, problemsAt, type ReadFlow, saidBy, typeLabel, waysOf } from "./draft.ts";

/** The script of the canvas, built beside the Worker: see `flow-canvas/`. */
export const CANVAS_SCRIPT = "/console/flow-canvas.js";

/** Characters of a node's words on the canvas. */
const SHOWN_TEXT = 120;

interface Props {
  visit: Visit;
  flow: ReadFlow;
  /** What is drawn at nodes besides, by their ids. */
  figures: ReadonlyMap<string, string>;
}

/** Where the canvas draws itself, with all that it shows. Its place is kept, so that nothing moves when it does. */
export function CanvasPlace({ visit, flow, figures }: Props) {
  const { words } = visit;
  const { nodes, edges } = flow;
  const shown = Object.fromEntries(
    nodes.map((node) => [
      node.id,
      {
        kind: typeLabel(words, node.type),
        text: visibleText(saidBy(node)).slice(0, SHOWN_TEXT).toWellFormed(),
        ways: waysOf(flow, node, words).map(({ handle, label }) => ({ handle, label: visibleText(label) })),
        problems: problemsAt(flow, node.id).map(({ severity, message }) => ({ severity, message })),
        figure: figures.get(node.id),
      },
    ]),
  );
  const kinds = NODE_TYPES.filter((one) => one !== "start").map((one) => [one, words.nodeTypes[one]]);
  return (
    <section
      class="canvas"
      id="canvas"
      aria-label={words.canvas.title}
      data-flow={JSON.stringify({ revision: flow.flow.revision, nodes, edges, shown })}
      data-words={JSON.stringify(words.canvas)}
      data-kinds={JSON.stringify(kinds)}
      data-writes={may(visit, "flows:write") ? "yes" : "no"}
    />
  );
}

/** Bytes of a form that holds a flow at its largest, each of its letters as three. */
export const CANVAS_FORM_BYTES = 1_600_000;

/** What the canvas sends: the whole flow, as its author saw it. */
export const saveCanvas: Doing = {
  needs: "flows:write",
  async take(visit, form) {
    await use(visit, "update_chatbot_flow", {
      ...ofChatbot(visit),
      flow: readDrawn(form.get("flow") ?? ""),
      revision: z.coerce.number().catch(0).parse(form.get("revision")),
      saveVersion: false,
    });
    return { to: flowPath(visit), done: "saved" };
  },
};

function readDrawn(text: string) {
  try {
    return draftSchema.parse(JSON.parse(text));
  } catch {
    throw new Failure("invalid_input", "That is no flow.");
  }
}

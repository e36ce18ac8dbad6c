import { NODE_TYPES } from "../../flows/graph/nodes.ts";
import { Action, Choice, Problem, type Refused, typed } from "../forms.tsx";
import { Empty, Time } from "../layout.tsx";
import type { Page } from "../page.ts";
import { linkTo, may, param, type Visit } from "../visit.ts";
import { CANVAS_FORM_BYTES, CANVAS_SCRIPT, CanvasPlace, saveCanvas } from "./canvas.tsx";
import { changeDraft, flowPath, newNodeId, onward, type ReadFlow, readFlow } from "./draft.ts";
import { figuresOf } from "./figures.ts";
import { Outline, WAY, wayOptions } from "./outline.tsx";
import { FlowProblems } from "./problems.tsx";
import { Simulation } from "./simulation.tsx";

/** `/chatbots/<chatbot>/flow`: a chatbot's main flow, what is wrong with it, and the flow as a chat beside it. */
export const flowPage: Page = {
  path: "/chatbots/:chatbot/flow",
  needs: "flows:read",
  actions: {
    save: saveCanvas,
    add: {
      needs: "flows:write",
      async take(visit, form) {
        const type = form.get("type") ?? "";
        const after = form.get("after") ?? "";
        let id = "";
        await changeDraft(visit, (flow) => {
          id = newNodeId(flow.nodes, type);
          return {
            nodes: [...flow.nodes, { id, type, data: {} }],
            edges: insertedAfter(flow, id, type, after),
          };
        });
        return { to: flowPath(visit, "/node"), query: { id }, done: "nodeAdded" };
      },
    },
  },
  formBytes: CANVAS_FORM_BYTES,
  async show(visit, refused) {
    const { words } = visit;
    const flow = await readFlow(visit);
    const figures = await figuresOf(visit, flow);
    return {
      title: words.nav.flow,
      at: "/chatbots",
      script: CANVAS_SCRIPT,
      body: (
        <>
          <FlowLinks visit={visit} />
          <div id="flow-state">
            <FlowState visit={visit} flow={flow} />
          </div>
          <div id="flow-problems">
            <FlowProblems problems={flow.problems.filter(({ path }) => !/^(nodes|edges)\./.test(path))} />
          </div>
          <Problem refused={refused} of="save" />
          <div class="two flow">
            <div>
              <CanvasPlace visit={visit} flow={flow} figures={figures} />
              <Figures visit={visit} shown={figures.size > 0} />
              <section aria-label={words.flowPage.outline}>
                <h2>{words.flowPage.outline}</h2>
                <div id="outline">
                  {flow.nodes.length === 0 ? (
                    <Empty>{words.empty.flow}</Empty>
                  ) : (
                    <Outline visit={visit} flow={flow} figures={figures} />
                  )}
                </div>
                {may(visit, "flows:write") && <AddForm visit={visit} flow={flow} refused={refused} />}
              </section>
            </div>
            <div class="beside-flow">
              <section id="panel" class="card" aria-label={words.canvas.panel} hidden />
              <Simulation visit={visit} nodes={flow.nodes} />
            </div>
          </div>
        </>
      ),
    };
  },
};

/** Adds a node, also without script. */
function AddForm({ visit, flow, refused }: { visit: Visit; flow: ReadFlow; refused: Refused | null }) {
  const { words } = visit;
  return (
    <Action name="add" class="wide" id="add">
      <h2>{words.flowEditor.add}</h2>
      <Problem refused={refused} of="add" />
      <Choice
        name="type"
        label={words.columns.type}
        chosen={typed(refused, "type", "message")}
        options={NODE_TYPES.filter((one) => one !== "start").map(
          (one) => [one, words.nodeTypes[one]] as const,
        )}
      />
      <Choice
        name="after"
        label={words.flowEditor.after}
        chosen={typed(refused, "after", visit.query.get("after") ?? "")}
        options={[["", words.flowEditor.alone], ...wayOptions(flow, visit)]}
      />
      <button type="submit">{words.add}</button>
    </Action>
  );
}

/** Shows, or leaves out, how many visitors left at each node. */
function Figures({ visit, shown }: { visit: Visit; shown: boolean }) {
  if (!may(visit, "analytics:read")) return null;
  const { words } = visit;
  const asked = visit.query.has("figures");
  return (
    <p>
      <a href={linkTo(visit, flowPath(visit), { figures: asked ? null : "30" })}>
        {asked ? words.flowFigures.hide : words.flowFigures.show}
      </a>{" "}
      {asked && (shown ? words.flowFigures.about : words.flowFigures.none)}{" "}
      {asked && <a href="/docs/metrics#drop-off-rate-of-a-node">{words.flowFigures.definition}</a>}
    </p>
  );
}

/** The edges with a node put behind a way of another: it goes on to where that way led. @param after `node|handle` */
function insertedAfter(flow: ReadFlow, id: string, type: string, after: string): ReadFlow["edges"] {
  const [source = "", sourceHandle = ""] = after.split(WAY);
  if (source === "") return flow.edges;
  const isHere = (edge: ReadFlow["edges"][number]) =>
    edge.source === source && (edge.sourceHandle ?? "next") === sourceHandle;
  const target = flow.edges.find(isHere)?.target;
  const on = onward(type);
  return [
    ...flow.edges.filter((edge) => !isHere(edge)),
    { source, sourceHandle, target: id },
    ...(target === undefined || on === null ? [] : [{ source: id, sourceHandle: on, target }]),
  ];
}

/** The pages around a flow. */
export function FlowLinks({ visit }: { visit: Visit }) {
  const { words } = visit;
  return (
    <ul class="links">
      <li>
        <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{words.chatbot}</a>
      </li>
      <li>
        <a href={linkTo(visit, flowPath(visit, "/versions"))}>{words.nav.versions}</a>
      </li>
      {may(visit, "flows:publish") && (
        <li>
          <a href={linkTo(visit, flowPath(visit, "/publish"))}>{words.nav.publish}</a>
        </li>
      )}
    </ul>
  );
}

/** What is live, and how the draft stands to it. */
export function FlowState({ visit, flow: { flow, errors } }: { visit: Visit; flow: ReadFlow }) {
  const t = visit.words.flowPage;
  return (
    <p>
      {flow.published === null
        ? t.neverPublished
        : flow.draftIsLive
          ? t.live(flow.published.number)
          : t.differs(flow.published.number)}{" "}
      <Time visit={visit} at={flow.updatedAt} />
      {errors > 0 && (
        <>
          {" "}
          <span class="tag revoked">{visit.words.flowPage.errors(errors)}</span>
        </>
      )}
    </p>
  );
}

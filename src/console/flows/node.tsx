import { isNodeType } from "../../flows/graph/nodes.ts";
import { notFound } from "../../tenant/failure.ts";
import { Action, Problem } from "../forms.tsx";
import type { Page } from "../page.ts";
import { doingsOf, FormOf, type ToolForm } from "../tool-form.tsx";
import { use } from "../use.ts";
import { linkTo, type Visit } from "../visit.ts";
import {
  changeDraft,
  flowPath,
  nodeTitle,
  ofChatbot,
  problemsAt,
  type ReadFlow,
  readFlow,
  waysOf,
} from "./draft.ts";
import { DATA, NodeFields } from "./node-form.tsx";
import { TargetChoice, WAY } from "./outline.tsx";
import { FlowProblems } from "./problems.tsx";
import { readParts } from "./read-form.ts";
import { fieldsOf } from "./shape.ts";

/** The node that the address names; without one the first that says something. @throws Failure `not_found` */
function nodeOf({ query }: Visit, flow: ReadFlow) {
  const id = query.get("id");
  const found =
    id === null
      ? (flow.nodes.find(({ type }) => type !== "start") ?? flow.nodes[0])
      : flow.nodes.find((one) => one.id === id);
  if (!found) throw notFound("node", id ?? "");
  return found;
}

const REMOVE: ToolForm = {
  heading: "deleteNode",
  tool: "delete_flow_node",
  needs: "flows:write",
  args: (visit, form) => ({ ...ofChatbot(visit), nodeId: form.get("node") ?? "" }),
  to: (visit) => flowPath(visit),
  done: "deleted",
  sure: "deleteNode",
};

/** `/chatbots/<chatbot>/flow/node?id=<node>`: what a node holds, and where it leads. */
export const nodePage: Page = {
  path: "/chatbots/:chatbot/flow/node",
  needs: "flows:write",
  actions: {
    ...doingsOf({ remove: REMOVE }),
    save: {
      needs: "flows:write",
      async take(visit, form) {
        const node = nodeOf(visit, await readFlow(visit));
        const parts = isNodeType(node.type) ? fieldsOf(node.type) : [];
        const unknown = Object.keys(node.data).filter((key) => !parts.some(({ name }) => name === key));
        await use(visit, "update_flow_node", {
          ...ofChatbot(visit),
          nodeId: node.id,
          data: {
            ...readParts(parts, DATA, form, node.data),
            ...Object.fromEntries(unknown.map((key) => [key, null])),
          },
        });
        return { to: flowPath(visit, "/node"), query: { id: node.id }, done: "saved" };
      },
    },
    lead: {
      needs: "flows:write",
      async take(visit, form) {
        let id = "";
        await changeDraft(visit, (flow) => {
          const node = nodeOf(visit, flow);
          id = node.id;
          const led = waysOf(flow, node, visit.words).flatMap(({ handle }) => {
            const target = form.get(`way${WAY}${handle}`) ?? "";
            return target === "" ? [] : [{ source: node.id, sourceHandle: handle, target }];
          });
          return {
            nodes: flow.nodes,
            edges: [...flow.edges.filter(({ source }) => source !== node.id), ...led],
          };
        });
        return { to: flowPath(visit, "/node"), query: { id }, done: "saved" };
      },
    },
  },
  async show(visit, refused) {
    const { words } = visit;
    const t = words.flowEditor;
    const flow = await readFlow(visit);
    const node = nodeOf(visit, flow);
    const ways = waysOf(flow, node, words);
    const of = (name: string) => (refused?.form.get("do") === name ? refused : null);
    return {
      title: nodeTitle(words, node),
      at: "/chatbots",
      body: (
        <>
          <p>
            <a href={`${linkTo(visit, flowPath(visit))}#node-${node.id}`}>{words.nav.flow}</a>
          </p>
          <div id="node" data-node={node.id}>
            <FlowProblems problems={problemsAt(flow, node.id)} />
            <Action name="save" class="wide">
              <Problem refused={of("save")} />
              <NodeFields visit={visit} flow={flow} node={node} refused={of("save")} />
              <button type="submit">{words.save}</button>
            </Action>
            {ways.length > 0 && (
              <>
                <h2>{t.ways}</h2>
                <Action name="lead" class="wide">
                  <Problem refused={of("lead")} />
                  {ways.map(({ handle, label, target }) => (
                    <TargetChoice
                      visit={visit}
                      flow={flow}
                      name={`way${WAY}${handle}`}
                      label={label}
                      chosen={of("lead")?.form.get(`way${WAY}${handle}`) ?? target ?? ""}
                    />
                  ))}
                  <button type="submit">{t.saveWays}</button>
                </Action>
              </>
            )}
            {node.type !== "start" && (
              <FormOf
                visit={visit}
                name="remove"
                form={REMOVE}
                refused={refused}
                hidden={{ node: node.id }}
              />
            )}
          </div>
        </>
      ),
    };
  },
};

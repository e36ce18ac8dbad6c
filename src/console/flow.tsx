import { z } from "zod";
import { isNodeType } from "../flows/graph/nodes.ts";
import { Empty, Said, Time } from "./layout.tsx";
import { listPage, Plain } from "./listing.tsx";
import type { Page } from "./page.ts";
import { doingsOf, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, param, type Visit } from "./visit.ts";

/** A chatbot's main flow, as an outline that a keyboard, a screen reader and a phone can go through, and its versions. */

const id = z.string();
const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
const here = (visit: Visit) => `/chatbots/${param(visit, "chatbot")}/flow`;

const node = z.object({ id, type: z.string(), data: z.record(z.string(), z.unknown()) });
const flowSchema = z.object({
  flow: z.object({
    name: z.string(),
    published: z.object({ number: z.number(), at: z.string() }).nullable(),
    draftIsLive: z.boolean(),
    updatedAt: z.string(),
  }),
  nodes: z.array(node),
  edges: z.array(z.object({ source: id, sourceHandle: z.string().optional(), target: id })),
  errors: z.number(),
  problems: z.array(
    z.object({
      severity: z.enum(["error", "warning"]),
      path: z.string(),
      message: z.string(),
      hint: z.string().optional(),
    }),
  ),
  nextCursor: z.string().nullable(),
});
type Flow = z.output<typeof flowSchema>;
type Node = z.output<typeof node>;

/** The whole draft: a large one comes in pages. */
async function readFlow(visit: Visit): Promise<Flow> {
  const first = flowSchema.parse(await use(visit, "get_chatbot_flow", ofChatbot(visit)));
  let next = first.nextCursor;
  while (next !== null) {
    const page = flowSchema.parse(
      await use(visit, "get_chatbot_flow", { ...ofChatbot(visit), cursor: next }),
    );
    first.nodes.push(...page.nodes);
    first.edges.push(...page.edges);
    next = page.nextCursor;
  }
  return first;
}

const RUNNING = ["keep", "restart", "end"] as const;

const PUBLISH: ToolForm = {
  heading: "publishFlow",
  tool: "publish_flow_version",
  needs: "flows:publish",
  fields: [
    {
      name: "running",
      label: "running",
      kind: "choice",
      options: ({ words }) => RUNNING.map((one) => [one, words.running[one]]),
    },
  ],
  args: ofChatbot,
  to: here,
  done: "published",
};
const flowPage: Page = {
  path: "/chatbots/:chatbot/flow",
  needs: "flows:read",
  actions: doingsOf({ publish: PUBLISH }),
  async show(visit, refused) {
    const { words } = visit;
    const flow = await readFlow(visit);
    const t = words.flowPage;
    return {
      title: words.nav.flow,
      at: "/chatbots",
      body: (
        <>
          <ul class="links">
            <li>
              <a href={linkTo(visit, `/chatbots/${param(visit, "chatbot")}`)}>{words.chatbot}</a>
            </li>
            <li>
              <a href={linkTo(visit, `${here(visit)}/versions`)}>{words.nav.versions}</a>
            </li>
          </ul>
          <p>
            {flow.flow.published === null
              ? t.neverPublished
              : flow.flow.draftIsLive
                ? t.live(flow.flow.published.number)
                : t.differs(flow.flow.published.number)}{" "}
            <Time visit={visit} at={flow.flow.updatedAt} />
          </p>
          <Problems visit={visit} problems={flow.problems} />
          {flow.errors === 0 && !flow.flow.draftIsLive && (
            <FormOf visit={visit} name="publish" form={PUBLISH} refused={refused} />
          )}
          <h2>{t.outline}</h2>
          {flow.nodes.length === 0 ? (
            <Empty>{words.empty.flow}</Empty>
          ) : (
            <Outline visit={visit} flow={flow} />
          )}
        </>
      ),
    };
  },
};

function Problems({ visit, problems }: { visit: Visit; problems: Flow["problems"] }) {
  if (problems.length === 0) return null;
  return (
    <details open>
      <summary>{visit.words.flowPage.problems(problems.length)}</summary>
      <ul>
        {problems.map(({ severity, path, message, hint }) => (
          <li class={severity === "error" ? "problem" : "warning"}>
            <code>{path}</code> {message} {hint}
          </li>
        ))}
      </ul>
    </details>
  );
}

/** The node's place in the outline: the flow from its start on, each node once, then what nothing leads to. */
function inOrder({ nodes, edges }: Flow): Node[] {
  const left = new Map(nodes.map((one) => [one.id, one]));
  const ordered: Node[] = [];
  const waiting = nodes.filter(({ type }) => type === "start").map((one) => one.id);
  while (waiting.length > 0 || left.size > 0) {
    const next = waiting.shift() ?? left.keys().next().value ?? "";
    const found = left.get(next);
    if (!found) continue;
    left.delete(next);
    ordered.push(found);
    waiting.unshift(...edges.filter(({ source }) => source === next).map(({ target }) => target));
  }
  return ordered;
}

/** What a node says, of the fields that hold its words. */
function saidBy({ data }: Node): string {
  const [text] = ["text", "message", "question", "subject", "note", "url", "tag"].flatMap((name) => {
    const value = data[name];
    return typeof value === "string" && value !== "" ? [value] : [];
  });
  return text ?? "";
}

function Outline({ visit, flow }: { visit: Visit; flow: Flow }) {
  const { words } = visit;
  const ordered = inOrder(flow);
  const places = new Map(ordered.map((one, place) => [one.id, place + 1]));
  return (
    <ol class="outline">
      {ordered.map((one) => (
        <li id={`node-${one.id}`}>
          <p>
            <strong>{isNodeType(one.type) ? words.nodeTypes[one.type] : one.type}</strong>{" "}
            <code>{one.id}</code>
          </p>
          <p class="text">
            <Said text={saidBy(one)} />
          </p>
          <ul>
            {flow.edges
              .filter(({ source }) => source === one.id)
              .map(({ sourceHandle, target }) => (
                <li>
                  {sourceHandle && sourceHandle !== "next" ? `${sourceHandle} → ` : "→ "}
                  <a href={`#node-${target}`}>{places.get(target) ?? target}</a>
                </li>
              ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

const versions = listPage({
  path: "/chatbots/:chatbot/flow/versions",
  at: "/chatbots",
  label: "versions",
  needs: "flows:read",
  tool: "list_flow_versions",
  args: ofChatbot,
  above: (visit) => (
    <p>
      <a href={linkTo(visit, here(visit))}>{visit.words.nav.flow}</a>
    </p>
  ),
  row: z.object({
    id,
    number: z.number(),
    name: z.string().nullable(),
    live: z.boolean(),
    nodes: z.number(),
    createdBy: z.object({ name: z.string() }),
    createdAt: z.string(),
  }),
  columns: [
    { label: "number", cell: (row) => <>{row.number}</> },
    { label: "name", cell: (row) => <Plain text={row.name} /> },
    {
      label: "status",
      cell: (row, { words }) => (row.live ? <span class="tag active">{words.flowPage.isLive}</span> : "–"),
    },
    { label: "who", cell: (row) => <Plain text={row.createdBy.name} /> },
    { label: "created", cell: (row, visit) => <Time visit={visit} at={row.createdAt} /> },
  ],
  empty: "versions",
  rowForms: {
    restore: {
      heading: "makeLive",
      tool: "publish_flow_version",
      needs: "flows:publish",
      args: (visit, form) => ({ ...ofChatbot(visit), versionId: form.get("version") ?? "" }),
      to: (visit) => `${here(visit)}/versions`,
      done: "published",
      sure: "makeLive",
      hidden: (row) => ({ version: row.id }),
    },
  },
});

export const FLOW_PAGES: readonly Page[] = [flowPage, versions];

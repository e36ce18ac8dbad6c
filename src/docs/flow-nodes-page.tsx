import { inputSchema } from "../calls/listing.ts";
import { MAX_EDGES, MAX_NODES } from "../flows/graph/document.ts";
import { NODE_TYPES, type NodeType, nodeSchemas } from "../flows/graph/nodes.ts";
import { Fields } from "./entries.tsx";
import { nodeFieldMeaning } from "./meanings.ts";
import { Contents, docsPage } from "./page.tsx";
import { partsInWords, type Schema, typeInWords } from "./schema-words.ts";

const EXAMPLE = {
  nodes: [
    { id: "start", type: "start", data: {} },
    {
      id: "ask",
      type: "question",
      data: { text: "What is your email address?", answer: "email", variable: "email", timeoutSeconds: 3600 },
    },
    { id: "thanks", type: "end", data: { message: "Thank you, we write to {{email}}." } },
    { id: "silence", type: "end", data: {} },
  ],
  edges: [
    { source: "start", target: "ask" },
    { source: "ask", sourceHandle: "answered", target: "thanks" },
    { source: "ask", sourceHandle: "timeout", target: "silence" },
  ],
};

/** The example with a line for each node and edge, with blanks for a small screen to break it at. */
function inLines(): string {
  const line = (one: object) => `    ${JSON.stringify(one, null, 1).replaceAll(/\n\s*/g, " ")}`;
  const lists = Object.entries(EXAMPLE).map(
    ([name, list]) => `  "${name}": [\n${list.map(line).join(",\n")}\n  ]`,
  );
  return `{\n${lists.join(",\n")}\n}`;
}

/** `/docs/flow-nodes`: what a flow is made of, from the schemas that it is held to. */
export function flowNodesPage(): Promise<string> {
  return docsPage({
    title: "Flow nodes",
    path: "/docs/flow-nodes",
    description: `The ${NODE_TYPES.length} types of nodes that a Parley flow is made of, with their fields and handles.`,
    content: (
      <>
        <p>
          {`A flow has nodes, at most ${MAX_NODES}, and edges between them, at most ${MAX_EDGES}. A node has an `}
          <code>id</code>, a <code>type</code> and <code>data</code>; an edge leads from a node's handle to
          another node, and at most one edge leaves each handle. Texts may hold <code>{"{{variable}}"}</code>:
          one that the flow stores, <code>contact.name</code>, <code>contact.email</code>,{" "}
          <code>contact.phone</code>, <code>{"field.<key>"}</code>, <code>channel</code> or{" "}
          <code>last_message</code>. The same as JSON Schema is the resource <code>parley://flow-schema</code>
          ; the tools are under <a href="/docs/tools/flows">flows</a>.
        </p>
        <Contents parts={NODE_TYPES.map((type) => ({ id: type, name: type }))} />
        <h2 id="example">A small flow</h2>
        <pre>
          <code class="language-json">{inLines()}</code>
        </pre>
        {NODE_TYPES.map((type) => (
          <NodeEntry type={type} />
        ))}
      </>
    ),
  });
}

function NodeEntry({ type }: { type: NodeType }) {
  const { data } = nodeSchemas[type].shape;
  const { properties = {}, required = [] } = inputSchema(data);
  const fields = Object.entries(properties as Record<string, Schema>).map(([name, schema]) => ({
    name,
    type: typeInWords(schema),
    parts: partsInWords(schema),
    required: required.includes(name),
    description: schema.description ?? nodeFieldMeaning(type, name),
    fallback: schema.default === undefined ? null : JSON.stringify(schema.default),
  }));
  const { does, handles } = inTwo(nodeSchemas[type].description ?? "");
  return (
    <article aria-labelledby={type}>
      <h2 id={type}>
        <a href={`#${type}`}>
          <code>{type}</code>
        </a>
      </h2>
      <p>{does}</p>
      <p class="facts">{handles}</p>
      <Fields caption={`Data of ${type}`} fields={fields} />
    </article>
  );
}

/** A type's description says what it does, then its handles. */
function inTwo(description: string): { does: string; handles: string } {
  const at = description.search(/(Handles?: |No handles)/);
  return { does: description.slice(0, at).trim(), handles: description.slice(at) };
}

import { expect } from "vitest";
import { makePublishedFlow } from "../growing/world.ts";
import { type Args, column, list, part, type Rig, type Row } from "./row.ts";

const read = { toolset: "flows", kind: "R", scope: "flows:read" } as const;
const write = { toolset: "flows", kind: "W", scope: "flows:write" } as const;
const publish = { toolset: "flows", kind: "D", scope: "flows:publish" } as const;

const at = { position: { x: 0, y: 0 } };
const message = (id: string, text = "Hello") => ({ id, type: "message", data: { text }, ...at });

/** Greets, asks for a name, and ends. */
const greeting = {
  nodes: [
    { id: "start", type: "start", data: {}, ...at },
    message("hello", "Hello!"),
    { id: "ask", type: "question", data: { text: "Your name?", variable: "name", answer: "text" }, ...at },
    { id: "end", type: "end", data: {}, ...at },
  ],
  edges: [
    { source: "start", target: "hello" },
    { source: "hello", target: "ask" },
    { source: "ask", sourceHandle: "answered", target: "end" },
  ],
};

const makeFlow = async (rig: Rig, flow?: object): Promise<string> =>
  String(part(await rig.call("create_flow", { name: "Row flow", ...(flow ? { flow } : {}) }), "flow").id);

/** The ids of the nodes of a flow's draft as stored. */
async function draftOf(rig: Rig, flowId: unknown): Promise<{ nodes: Args[]; edges: Args[] }> {
  const draft: unknown = JSON.parse(String((await rig.row("flows", { id: String(flowId) })).draft));
  const holder = { draft };
  return { nodes: list(part(holder, "draft"), "nodes"), edges: list(part(holder, "draft"), "edges") };
}

export const flowRows: Record<string, Row> = {
  list_flows: {
    ...read,
    parameters: "chatbotId?, query?, cursor?, limit?",
    from: "X",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const stored = await rig.rows("flows", { chatbot_id: rig.id("chatbotId") });
      expect(column(list(answer), "id")).toEqual(column(stored, "id"));
    },
  },
  create_flow: {
    ...write,
    parameters: "name, flow?",
    from: "+",
    args: () => ({ name: "Row greeting", flow: greeting }),
    async holds(answer, rig) {
      expect((await draftOf(rig, part(answer, "flow").id)).nodes).toMatchObject(greeting.nodes);
    },
  },
  delete_flow: {
    ...publish,
    parameters: "flowId",
    from: "+",
    args: async (rig) => ({ flowId: await makeFlow(rig) }),
    async holds(answer, rig) {
      expect(answer.deleted).toBe(true);
      expect(await rig.rows("flows", { id: String(part(answer, "flow").id) })).toEqual([]);
    },
  },
  get_chatbot_flow: {
    ...read,
    parameters: "chatbotId?, flowId?, version?, cursor?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const { id, revision } = part(answer, "flow");
      const stored = await rig.row("flows", { chatbot_id: rig.id("chatbotId") });
      expect({ id, revision }).toEqual({ id: stored.id, revision: stored.revision });
      expect(column(list(answer, "nodes"), "id")).toEqual(column((await draftOf(rig, id)).nodes, "id"));
    },
  },
  update_chatbot_flow: {
    ...write,
    parameters: "chatbotId?, flowId?, flow, versionName?, saveVersion?, revision?",
    from: "C",
    async args(rig) {
      return { flowId: await makeFlow(rig), flow: greeting, versionName: "First row", revision: 1 };
    },
    async holds(answer, rig) {
      const version = await rig.row("flow_versions", { id: String(part(answer, "version").id) });
      expect(version).toMatchObject({ name: "First row", node_count: 4, edge_count: 3 });
      expect((await draftOf(rig, version.flow_id)).nodes).toMatchObject(greeting.nodes);
    },
  },
  add_flow_node: {
    ...write,
    parameters: "chatbotId?, flowId?, node",
    from: "C",
    args: async (rig) => ({ flowId: await makeFlow(rig), node: message("added") }),
    async holds(answer, rig) {
      expect(column((await draftOf(rig, part(answer, "flow").id)).nodes, "id")).toContain("added");
    },
  },
  update_flow_node: {
    ...write,
    parameters: "chatbotId?, flowId?, nodeId, data?, position?",
    from: "+",
    args: async (rig) => ({
      flowId: await makeFlow(rig, greeting),
      nodeId: "hello",
      data: { text: "Good day!" },
      position: { x: 3, y: 4 },
    }),
    async holds(answer, rig) {
      const { nodes, edges } = await draftOf(rig, part(answer, "flow").id);
      expect(nodes).toContainEqual({ ...message("hello", "Good day!"), position: { x: 3, y: 4 } });
      expect(edges).toHaveLength(3);
    },
  },
  delete_flow_node: {
    ...write,
    kind: "D",
    parameters: "chatbotId?, flowId?, nodeId",
    from: "C",
    args: async (rig) => ({ flowId: await makeFlow(rig, greeting), nodeId: "hello" }),
    async holds(answer, rig) {
      const { nodes, edges } = await draftOf(rig, part(answer, "flow").id);
      expect(column(nodes, "id")).toEqual(["ask", "end", "start"]);
      expect(edges).toHaveLength(1);
      expect(list(answer, "removedEdges")).toHaveLength(2);
    },
  },
  connect_flow_nodes: {
    ...write,
    parameters: "chatbotId?, flowId?, edge",
    from: "C",
    async args(rig) {
      const flowId = await makeFlow(rig);
      await rig.call("add_flow_node", { flowId, node: message("next") });
      return { flowId, edge: { source: "start", target: "next", label: "begin" } };
    },
    async holds(answer, rig) {
      const { edges } = await draftOf(rig, part(answer, "flow").id);
      expect(edges).toMatchObject([{ source: "start", target: "next", label: "begin" }]);
    },
  },
  list_flow_versions: {
    ...read,
    parameters: "chatbotId?, flowId?, cursor?, limit?",
    from: "C",
    async args(rig) {
      const flowId = await makeFlow(rig);
      await rig.call("update_chatbot_flow", { flowId, flow: greeting, versionName: "Row one" });
      await rig.call("update_chatbot_flow", {
        flowId,
        flow: { ...greeting, edges: [] },
        versionName: "Row two",
      });
      return { flowId };
    },
    async holds(answer, rig) {
      const { flow_id } = await rig.row("flow_versions", { name: "Row two" });
      const stored = await rig.rows("flow_versions", { flow_id: String(flow_id) });
      expect(column(list(answer), "id")).toEqual(column(stored, "id"));
    },
  },
  publish_flow_version: {
    ...publish,
    parameters: "chatbotId?, flowId?, versionId?, running?",
    from: "C",
    args: async (rig) => ({ flowId: await makeFlow(rig, greeting), running: "keep" }),
    async holds(answer, rig) {
      const stored = await rig.row("flows", { id: String(part(answer, "flow").id) });
      expect(stored.published_version_id).toBe(part(answer, "live").id);
      expect(await rig.row("flow_versions", { id: String(stored.published_version_id) })).toMatchObject({
        flow_id: stored.id,
      });
    },
  },
  validate_flow: {
    ...read,
    parameters: "chatbotId?, flowId?, flow?, types?",
    from: "+",
    args: (rig) => ({
      types: ["message"],
      chatbotId: rig.id("chatbotId"),
      flow: { nodes: greeting.nodes, edges: [{ source: "start", target: "helo" }] },
    }),
    async holds(answer, rig) {
      expect(answer.valid).toBe(false);
      expect(column(list(answer, "nodes"), "type")).toEqual(["message"]);
      expect(list(answer, "problems").flatMap(({ candidates }) => candidates)).toContain("hello");
      // What was checked was passed in: the chatbot's own flow is as it was.
      const own = await rig.row("flows", { chatbot_id: rig.id("chatbotId") });
      expect(column((await draftOf(rig, own.id)).nodes, "id")).toEqual(["end", "name", "start"]);
    },
  },
  simulate_flow: {
    ...read,
    parameters: "chatbotId?, flowId?, flow?, inputs?",
    from: "+",
    args: async (rig) => ({ flowId: await makeFlow(rig, greeting), inputs: ["Ada"] }),
    async holds(answer, rig) {
      expect(answer.outcome).toBe("completed");
      expect(list(answer, "variables")).toContainEqual({ name: "name", value: "Ada" });
      expect(list(answer, "transcript").map(({ text }) => text)).toEqual(["Hello!", "Your name?", "Ada"]);
      const simulated = await rig.rows("flows", { name: "Row flow" });
      const sessions = column(await rig.rows("flow_sessions"), "flow_id");
      expect(simulated.filter(({ id }) => sessions.includes(id))).toEqual([]);
    },
  },
  send_contact_flow: {
    ...write,
    kind: "S",
    scope: "conversations:start",
    parameters: "contactId, flowId, idempotencyKey?",
    from: "X",
    args: async (rig) => ({
      contactId: rig.id("contactId"),
      flowId: await makePublishedFlow(rig.world.client, "Row sent"),
      idempotencyKey: "row-1",
    }),
    async holds(answer, rig) {
      const { id, flowId, conversationId, status, nodeId } = part(answer, "session");
      expect(await rig.row("flow_sessions", { id: String(id) })).toMatchObject({
        flow_id: flowId,
        conversation_id: conversationId,
        status,
        node_id: nodeId,
      });
      expect(await rig.row("conversations", { id: String(conversationId) })).toMatchObject({
        contact_id: rig.id("contactId"),
      });
      expect({ status, nodeId }).toEqual({ status: "waiting", nodeId: "name" });
      const [message] = list(answer, "messages");
      expect(await rig.row("messages", { id: String(message?.id) })).toMatchObject({
        conversation_id: conversationId,
        direction: "out",
        body: "What is your name?",
      });
      // A flow without a chatbot has no responses, which are a chatbot's.
      expect(await rig.rows("responses", { id: String(id).replace("fs_", "rs_") })).toHaveLength(
        answer.responseId === null ? 0 : 1,
      );
    },
  },
};

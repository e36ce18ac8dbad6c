import { z } from "zod";
import type { Tool } from "../../src/calls/define.ts";
import { type Corner, make, makePublishedFlow, type World } from "./world.ts";

type Args = Record<string, unknown>;

/** The JSON Schema of a tool's arguments, as clients see it. */
export interface ArgumentSchema {
  properties: Record<string, PropertySchema>;
  required: string[];
}

interface PropertySchema {
  type?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: PropertySchema[];
  oneOf?: PropertySchema[];
  items?: PropertySchema;
  properties?: Record<string, PropertySchema>;
  required?: string[];
  minimum?: number;
  default?: unknown;
  format?: string;
}

export function argumentSchema(tool: Tool): ArgumentSchema {
  const schema = z.toJSONSchema(tool.input, { io: "input" });
  const shape = z
    .object({
      properties: z.record(z.string(), z.looseObject({})).default({}),
      required: z.array(z.string()).default([]),
    })
    .parse(schema);
  return shape as ArgumentSchema;
}

let counter = 0;

/** A plain valid value by name and schema; ids come from the world by the parameter's name. */
function sampleValue(name: string, schema: PropertySchema, ids: Record<string, string>): unknown {
  const id = ids[name];
  if (id !== undefined) return id;
  const plural = name.replace(/Ids$/, "Id");
  if (plural !== name && ids[plural] !== undefined) return [ids[plural]];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  const [choice] = schema.anyOf ?? schema.oneOf ?? [];
  if (choice) return sampleValue(name, choice, ids);
  if (/Id$/.test(name)) throw new Error(`No id known for the parameter ${name}: add it to the world.`);
  counter += 1;
  if (schema.format === "email" || name === "email") return `sample${counter}@example.com`;
  if (/Date$/.test(name)) return "2026-01-31";
  if (/Until$/.test(name)) return new Date(Date.now() + 3_600_000).toISOString();
  if (name === "phone") return `+4930${String(1_000_000 + counter)}`;
  if (name === "color") return "#336699";
  if (name === "idempotencyKey") return `key-${counter}`;
  if (schema.type === "array") return [sampleValue(name, schema.items ?? { type: "string" }, ids)];
  if (schema.type === "object") {
    return Object.fromEntries(
      Object.entries(schema.properties ?? {}).map(([key, part]) => [key, sampleValue(key, part, ids)]),
    );
  }
  if (schema.type === "boolean") return true;
  if (schema.type === "integer" || schema.type === "number") return Math.max(schema.minimum ?? 1, 1);
  return `sample${counter}`;
}

const messageNode = (id: string) => ({
  id,
  type: "message",
  data: { text: `Hello from ${id}` },
  position: { x: 0, y: 0 },
});

/** A flow that may be published: it greets and ends. */
const greeting = (n: number) => ({
  nodes: [
    { id: "start", type: "start", data: {}, position: { x: 0, y: 0 } },
    messageNode(`hello${n}`),
    { id: "end", type: "end", data: {}, position: { x: 0, y: 0 } },
  ],
  edges: [
    { source: "start", target: `hello${n}` },
    { source: `hello${n}`, target: "end" },
  ],
});

/**
 * Tools whose arguments depend on each other in ways that a schema does not say. A tool that is not here gets
 * every required parameter; the tests fail when that is no valid call.
 */
const SPECIAL: Record<string, (world: World, corner: Corner) => Args | Promise<Args>> = {
  upsert_contact: () => ({ matchBy: "email", email: `upsert${++counter}@example.com`, name: "Upserted" }),
  create_contact: () => ({ name: `Sample ${++counter}` }),
  update_contact: (_, { ids }) => ({ contactId: ids.contactId, name: `Renamed ${++counter}` }),
  add_contact_tags: (world, { ids }) => ({ contactId: ids.contactId, tagId: world.ids.tagId }),
  remove_contact_tags: (world, { ids }) => ({ contactId: ids.contactId, tagId: world.ids.tagId }),
  create_custom_field: () => ({ key: `key_${++counter}`, label: "Label", type: "text" }),
  create_tag: () => ({ name: `tag ${++counter}` }),
  set_contact_custom_field: (_, { ids }) => ({
    contactId: ids.contactId,
    field: "size",
    value: `v${++counter}`,
  }),
  send_message: (_, { ids }) => ({ contactId: ids.contactId, text: "Hello", inboxId: ids.inboxId }),
  reply_to_conversation: (_, { ids }) => ({ conversationId: ids.conversationId, text: "Hello" }),
  start_conversation: (_, { ids }) => ({ contactId: ids.contactId, inboxId: ids.inboxId, text: "Hello" }),
  update_draft_reply: (_, { ids }) => ({ draftId: ids.draftId, text: "Better" }),
  create_ticket: (_, { ids }) => ({ conversationId: ids.conversationId, subject: `Ticket ${++counter}` }),
  update_ticket: (_, { ids }) => ({ ticketId: ids.ticketId, note: `Note ${++counter}` }),
  create_sales_rule: (_, { shared: { chatbotId } }) => ({
    chatbotId,
    name: `Rule ${++counter}`,
    trigger: { kind: "scroll", percent: 50 },
    message: "Still there?",
  }),
  update_sales_rule: (_, { shared }) => ({ ruleId: shared.ruleId, message: `Message ${++counter}` }),
  import_chatbot: () => ({
    configuration: { format: "parley.chatbot", version: 1, chatbot: { name: `Imported ${++counter}` } },
  }),
  update_chatbot: (_, { shared: { chatbotId } }) => ({ chatbotId, description: `Described ${++counter}` }),
  update_chatbot_model: (_, { shared: { chatbotId } }) => ({
    chatbotId,
    temperature: (1 + (++counter % 9)) / 10,
  }),
  update_chatbot_language: (_, { shared: { chatbotId } }) => ({
    chatbotId,
    language: ++counter % 2 ? "de" : "pt-BR",
  }),
  update_ai_config: (_, { shared: { chatbotId } }) => ({ chatbotId, greetingOverride: `Hello ${++counter}` }),
  update_widget_config: (_, { shared: { chatbotId } }) => ({
    chatbotId,
    config: { chatIconCtaText: `Ask ${++counter}` },
  }),
  update_widget_texts: (_, { shared: { chatbotId } }) => ({
    chatbotId,
    welcomeMessage: `Welcome ${++counter}`,
  }),
  get_chatbot_flow: (_, { shared: { flowId } }) => ({ flowId }),
  list_flow_versions: (_, { shared: { flowId } }) => ({ flowId }),
  validate_flow: (_, { shared: { flowId } }) => ({ flowId }),
  simulate_flow: (_, { shared: { flowId } }) => ({ flowId, inputs: [] }),
  update_chatbot_flow: (_, { shared: { flowId } }) => ({ flowId, flow: greeting(++counter) }),
  add_flow_node: (_, { shared: { flowId } }) => ({ flowId, node: messageNode(`n${++counter}`) }),
  delete_flow_node: async (world, { shared: { flowId } }) => {
    const nodeId = `n${++counter}`;
    await make(world.client, "add_flow_node", { flowId, node: messageNode(nodeId) });
    return { flowId, nodeId };
  },
  connect_flow_nodes: async (world, { shared: { flowId } }) => {
    const [source, target] = [`n${++counter}`, `n${++counter}`];
    for (const id of [source, target])
      await make(world.client, "add_flow_node", { flowId, node: messageNode(id) });
    return { flowId, edge: { source, target } };
  },
  publish_flow_version: async (world, { shared: { flowId } }) => {
    await make(world.client, "update_chatbot_flow", { flowId, flow: greeting(++counter) });
    return { flowId };
  },
  delete_flow: async (world) => ({
    flowId: await make(world.client, "create_flow", { name: `Short-lived ${++counter}` }),
  }),
  delete_chatbot: async (world) => ({
    chatbotId: await make(world.client, "create_chatbot", { name: `Short-lived ${++counter}` }),
  }),
  merge_contacts: async (world, { ids }) => {
    const duplicateId = await make(world.client, "create_contact", { name: `Double ${++counter}` });
    return { contactId: ids.contactId, duplicateId };
  },
  send_contact_flow: async (world, { ids }) => ({
    contactId: ids.contactId,
    flowId: await makePublishedFlow(world.client, `Sent ${++counter}`),
  }),
  create_knowledge_category: (_, { shared: { chatbotId } }) => ({ chatbotId, name: `Category ${++counter}` }),
  update_knowledge_article: (_, { shared: { chatbotId, articleId } }) => ({
    chatbotId,
    articleId,
    title: `Title ${++counter}`,
  }),
  create_webhook: () => ({ url: `https://hooks.example.com/${++counter}`, events: ["lead.captured"] }),
  update_webhook: (_, { ids: { webhookId } }) => ({ webhookId, description: `Description ${++counter}` }),
  regenerate_webhook_secret: (_, { ids: { webhookId } }) => ({ webhookId, expireOld: "now" }),
  redeliver_webhook: (_, { ids: { webhookId, deliveryId } }) => ({ webhookId, deliveryId }),
  delete_webhook: async (world) => ({
    webhookId: await make(world.client, "create_webhook", {
      url: `https://hooks.example.com/${++counter}`,
      events: ["lead.captured"],
    }),
  }),
  set_conversation_status: (_, { ids }) => ({ conversationId: ids.conversationId, status: "resolved" }),
};

/** Arguments with which this tool succeeds in this corner of the world. */
export async function sampleArguments(tool: Tool, world: World, corner: Corner): Promise<Args> {
  const special = SPECIAL[tool.name];
  if (special) return special(world, corner);
  const schema = argumentSchema(tool);
  const ids = { ...world.ids, ...corner.shared, ...corner.ids };
  return Object.fromEntries(
    schema.required.map((name) => [name, sampleValue(name, schema.properties[name] ?? {}, ids)]),
  );
}

/** The parameters of a tool that name something of these, as `[parameter, value]`. */
export function idParameters(tool: Tool, ids: Record<string, string>): [string, unknown][] {
  return Object.keys(argumentSchema(tool).properties).flatMap((name): [string, unknown][] => {
    const id = ids[name];
    return id === undefined ? [] : [[name, id]];
  });
}

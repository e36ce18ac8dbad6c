import { z } from "zod";
import { choice } from "./choice-data.ts";
import { condition } from "./condition-data.ts";
import { MAX_FLOW_VARIABLES, MAX_LEAD_DETAILS, MAX_LIST, MAX_LIST_ITEM, MAX_VALUE } from "./limits.ts";
import {
  aiAnswer,
  fields,
  httpRequest,
  httpsUrl,
  idSchema,
  productSearch,
  question,
  text,
  variable,
  variableSetting,
} from "./node-data.ts";

/**
 * The nodes of a flow, one schema for each type: the single source of what a node may hold. Validation, the JSON
 * Schema of a flow, the interpreter's types and the hints to authors come from here.
 */

const fieldName = z.string().min(1).max(40).describe("name, email, phone or a custom field's key");
const tagName = text(60).describe("Name of a tag");

const positionSchema = z.strictObject({ x: z.number(), y: z.number() });

function node<T extends string, D extends z.ZodObject>(type: T, data: D, description: string) {
  return z
    .strictObject({
      id: idSchema,
      type: z.literal(type),
      data,
      position: positionSchema.optional(),
    })
    .describe(description);
}

/** One schema for each type. The descriptions name the handles, which authors need to connect nodes. */
export const nodeSchemas = {
  start: node(
    "start",
    fields({
      variables: z
        .array(
          z.strictObject({
            name: variable,
            value: z
              .union([
                z.string().max(MAX_VALUE),
                z.number(),
                z.boolean(),
                z.array(z.string().max(MAX_LIST_ITEM)).max(MAX_LIST),
              ])
              .optional(),
          }),
        )
        .max(MAX_FLOW_VARIABLES)
        .optional()
        .describe("Variables that are there from the beginning, with their first values"),
    }),
    "Where it begins: exactly one. Handle: next",
  ),
  message: node(
    "message",
    fields({
      text: text(4000).optional(),
      media: z
        .strictObject({
          kind: z.enum(["image", "video", "audio", "file"]),
          url: httpsUrl,
          alt: text(300).optional(),
        })
        .optional(),
      links: z
        .array(z.strictObject({ label: text(60), url: httpsUrl }))
        .max(5)
        .optional(),
    }).refine((data) => data.text !== undefined || data.media !== undefined, {
      error: "text or media is needed",
      path: ["text"],
    }),
    "Says something. Handle: next",
  ),
  question: node("question", question, "Asks and waits. Handles: answered, invalid (retries spent), timeout"),
  choice: node(
    "choice",
    choice,
    "Offers options and waits. Handles: the id of each option (answered instead with optionsFrom or multiple), other (none of them), timeout",
  ),
  condition: node("condition", condition, "Branches. Handles: the id of each case, else"),
  set_variable: node("set_variable", variableSetting, "Stores a value. Handle: next"),
  set_field: node(
    "set_field",
    fields({ field: fieldName, value: z.string().max(2000) }),
    "Writes a field of the contact. Handle: next",
  ),
  add_tag: node("add_tag", fields({ tag: tagName }), "Tags the contact. Handle: next"),
  remove_tag: node("remove_tag", fields({ tag: tagName }), "Takes a tag off. Handle: next"),
  create_ticket: node(
    "create_ticket",
    fields({
      subject: text(200),
      text: text(4000).optional(),
      priority: z.enum(["low", "normal", "high", "urgent"]).default("normal"),
    }),
    "Opens a ticket. Handle: next",
  ),
  create_lead: node(
    "create_lead",
    fields({
      name: text(200).optional(),
      email: text(254).optional(),
      phone: text(40).optional(),
      details: z
        .array(z.strictObject({ name: text(60), value: text(500) }))
        .max(MAX_LEAD_DETAILS)
        .optional()
        .describe("What else was asked, for example company size"),
    }),
    "Records a lead. What is left out is what the flow asked for: the variable of that name, or of a question for an " +
      "email or phone; else the contact's own. Handle: next",
  ),
  delay: node(
    "delay",
    fields({
      seconds: z
        .int()
        .min(1)
        .max(30 * 86_400),
    }),
    "Waits for a time. Handle: next",
  ),
  http_request: node("http_request", httpRequest, "Calls a public API. Handles: success (2xx), error"),
  ai_answer: node(
    "ai_answer",
    aiAnswer,
    "Answers from the knowledge base. Handles: answered, no_answer, handoff",
  ),
  search_products: node("search_products", productSearch, "Shows products that fit. Handles: found, none"),
  handoff: node(
    "handoff",
    fields({
      message: text(1000).optional().describe("Said to the visitor"),
      assignee: text(100).optional().describe("Member or bot id"),
      note: text(4000).optional().describe("Private note for the team"),
    }),
    "Gives the conversation to people and ends the flow. No handles",
  ),
  goto: node(
    "goto",
    fields({ nodeId: idSchema.optional(), flowId: idSchema.optional() }).refine(
      (data) => (data.nodeId === undefined) !== (data.flowId === undefined),
      {
        error: "exactly one of nodeId and flowId",
        path: ["nodeId"],
      },
    ),
    "Goes on at a node of this flow, or at the start of another. No handles",
  ),
  end: node("end", fields({ message: text(4000).optional() }), "Ends the flow. No handles"),
} as const;

export type NodeType = keyof typeof nodeSchemas;
export const NODE_TYPES = Object.keys(nodeSchemas) as NodeType[];

export function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(nodeSchemas, type);
}

export const nodeSchema = z.discriminatedUnion("type", [
  nodeSchemas.start,
  nodeSchemas.message,
  nodeSchemas.question,
  nodeSchemas.choice,
  nodeSchemas.condition,
  nodeSchemas.set_variable,
  nodeSchemas.set_field,
  nodeSchemas.add_tag,
  nodeSchemas.remove_tag,
  nodeSchemas.create_ticket,
  nodeSchemas.create_lead,
  nodeSchemas.delay,
  nodeSchemas.http_request,
  nodeSchemas.ai_answer,
  nodeSchemas.search_products,
  nodeSchemas.handoff,
  nodeSchemas.goto,
  nodeSchemas.end,
]);

export type Node = z.output<typeof nodeSchema>;
export type NodeOf<T extends NodeType> = Extract<Node, { type: T }>;

/** A node as its type has it; null while its data does not fit, or the type is none. */
export function typedNode(node: { type: string }): Node | null {
  return isNodeType(node.type) ? (nodeSchemas[node.type].safeParse(node).data ?? null) : null;
}

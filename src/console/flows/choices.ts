import { z } from "zod";
import { CONTACT_FIELDS } from "../../flows/graph/node-data.ts";
import { Failure } from "../../tenant/failure.ts";
import type { Options } from "../forms.tsx";
import { use } from "../use.ts";
import type { Visit } from "../visit.ts";
import { nodeTitle, ofChatbot, type ReadFlow } from "./draft.ts";

/** What fields of nodes that name things of the workspace can be given, by type and field. */

const listed = z.object({
  items: z.array(
    z.object({
      id: z.string().optional(),
      key: z.string().optional(),
      name: z.string().optional(),
      label: z.string().optional(),
    }),
  ),
});

/** What a list tool has. None where the reader may not see them: the field then takes what is typed. */
async function items(visit: Visit, tool: string, args: object) {
  try {
    return listed.parse(await use(visit, tool, args)).items;
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}

async function byId(visit: Visit, tool: string, args: object = {}): Promise<Options> {
  const found = await items(visit, tool, { limit: 100, ...args });
  return found.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name ?? id] as const]));
}

async function fieldOptions(visit: Visit): Promise<Options> {
  const found = await items(visit, "list_custom_fields", {});
  const own = CONTACT_FIELDS.map((one) => [one, visit.words[one]] as const);
  return [...own, ...found.flatMap(({ key, label }) => (key ? [[key, label ?? key] as const] : []))];
}

async function tagOptions(visit: Visit): Promise<Options> {
  const found = await byId(visit, "list_tags");
  return found.map(([, name]) => [name, name] as const);
}

/** @returns values and labels; none: it takes any text */
export async function choicesOf(visit: Visit, flow: ReadFlow, type: string, field: string): Promise<Options> {
  switch (`${type}.${field}`) {
    case "add_tag.tag":
    case "remove_tag.tag":
      return tagOptions(visit);
    case "set_field.field":
      return fieldOptions(visit);
    case "handoff.assignee":
      return byId(visit, "list_members");
    case "ai_answer.categoryIds":
      return byId(visit, "list_knowledge_categories", ofChatbot(visit));
    case "goto.flowId":
      return byId(visit, "list_flows");
    case "goto.nodeId":
      return flow.nodes
        .filter(({ type }) => type !== "start")
        .map((node) => [node.id, nodeTitle(visit.words, node)] as const);
    default:
      return [];
  }
}

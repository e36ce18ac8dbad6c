import { z } from "zod";
import { nearestNames } from "../../tenant/nearest-names.ts";
import { type ChannelLimits, channelProblems } from "./channel-problems.ts";
import { type Draft, type DraftNode, type Flow, flowBytes, MAX_FLOW_BYTES } from "./document.ts";
import { graphProblems } from "./graph-problems.ts";
import { MAX_FLOW_VARIABLES } from "./limits.ts";
import { CONTACT_FIELDS } from "./node-data.ts";
import { isNodeType, NODE_TYPES, type Node, type NodeType, nodeSchemas } from "./nodes.ts";
import {
  type Finding,
  type FlowProblem,
  findError,
  findWarning,
  type ProblemCode,
  shownProblems,
} from "./problems.ts";
import { assignedBy, PROVIDED_VARIABLES, variablesHolding, variablesIn } from "./variables.ts";

/** What exists around a flow. A list that is left out is not checked against. */
export interface KnownNames {
  /** Besides what the flow stores itself and {@link PROVIDED_VARIABLES}. */
  variables?: readonly string[];
  /** Tag names, spelled as the flow spells them where they are the same tag. */
  tags?: readonly string[];
  /** Keys of custom fields. */
  fields?: readonly string[];
  flows?: readonly { id: string; published: boolean }[];
  /** Ids of knowledge categories. */
  categories?: readonly string[];
  /** Ids of members and bots that conversations can be given to. */
  assignable?: readonly string[];
  /** The flow's own id: going there is starting over. */
  flowId?: string;
  /** The channels of the inboxes that it answers in. */
  channels?: readonly ChannelLimits[];
}

export interface Validation {
  /** At most a hundred, errors first. */
  problems: FlowProblem[];
  errors: number;
  warnings: number;
  /** The flow as the interpreter takes it; null while a node does not fit its type. */
  flow: Flow | null;
}

/**
 * Everything that is wrong with a flow: errors, which keep it from being published, and warnings.
 * @param isShown which of them are answered; all are counted
 * Pure. A flow without errors always runs: no step within it fails but for what happens outside of it.
 */
export function validateFlow(
  draft: Draft,
  known: KnownNames = {},
  isShown: (finding: Finding) => boolean = () => true,
): Validation {
  const parsed = draft.nodes.map(parseNode);
  const nodes = parsed.flatMap((result) => (Array.isArray(result) ? [] : [result]));
  const findings = [
    sizeProblems(draft),
    parsed.flatMap((result) => (Array.isArray(result) ? result : [])),
    graphProblems(draft, nodes, known.flowId),
    nameProblems(nodes, known),
    channelProblems(nodes, known.channels ?? []),
  ].flat();
  const errors = findings.filter(({ severity }) => severity === "error").length;
  return {
    problems: shownProblems(findings.filter(isShown)),
    errors,
    warnings: findings.length - errors,
    flow: nodes.length === draft.nodes.length ? { nodes, edges: draft.edges } : null,
  };
}

function sizeProblems(draft: Draft): Finding[] {
  const bytes = flowBytes(draft);
  if (bytes <= MAX_FLOW_BYTES) return [];
  return [findError("too_large", "", `The flow has ${bytes} bytes, ${MAX_FLOW_BYTES} are allowed.`)];
}

/** The node as its type has it, or what is wrong with it. */
function parseNode(node: DraftNode): Node | Finding[] {
  const path = `nodes.${node.id}`;
  const { type } = node;
  if (!isNodeType(type)) {
    return [
      findError("unknown_type", `${path}.type`, `There is no node type ${JSON.stringify(type)}.`, {
        hint: `Types: ${NODE_TYPES.join(", ")}.`,
        candidates: () => nearestNames(type, NODE_TYPES),
      }),
    ];
  }
  const parsed = nodeSchemas[type].safeParse(node);
  if (parsed.success) return parsed.data;
  return parsed.error.issues.map((issue) => nodeProblem(issue, path, type));
}

const CUSTOM_CODES: readonly ProblemCode[] = ["unsafe_url", "invalid_pattern", "duplicate_id"];

function nodeProblem(issue: z.core.$ZodIssue, nodePath: string, type: NodeType): Finding {
  const path = [nodePath, ...issue.path.map(String)].join(".");
  const { place, keys } = keysAt(type, issue);
  const hint = `${place} has: ${keys.join(", ")}.`;
  if (issue.code === "unrecognized_keys") {
    const candidates = () => issue.keys.flatMap((key) => nearestNames(key, keys));
    const names = issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(", ");
    return findError("unknown_key", path, `Unknown: ${names}.`, { hint, candidates });
  }
  const params: unknown = issue.code === "custom" ? issue.params?.problem : undefined;
  const code = CUSTOM_CODES.find((each) => each === params);
  if (code) return findError(code, path, `${issue.message}.`);
  const candidates = () => (issue.code === "invalid_value" ? issue.values.map(String) : []);
  return findError("invalid_data", path, `${issue.message}.`, { hint, candidates });
}

/** The innermost object that an issue is about, and what it may hold. */
function keysAt(type: NodeType, issue: z.core.$ZodIssue): { place: string; keys: string[] } {
  let schema: z.core.$ZodType = nodeSchemas[type];
  let found = { place: "a node", keys: Object.keys(nodeSchemas[type].shape) };
  const walked: string[] = [];
  for (const step of issue.path) {
    const part = partOf(schema, step);
    if (!part) break;
    schema = part;
    walked.push(String(step));
    const inside = innermost(schema);
    if (inside instanceof z.ZodObject) {
      const place = walked.length === 1 ? `data of ${type}` : walked.slice(1).join(".");
      found = { place, keys: Object.keys(inside.shape) };
    }
  }
  return found;
}

/** A schema without what only says that it may be left out. */
function innermost(schema: z.core.$ZodType): z.core.$ZodType {
  const isWrapped = schema instanceof z.ZodOptional || schema instanceof z.ZodDefault;
  return isWrapped ? innermost(schema.unwrap()) : schema;
}

function partOf(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | undefined {
  const inside = innermost(schema);
  if (inside instanceof z.ZodArray) return inside.element;
  return inside instanceof z.ZodObject ? inside.shape[String(step)] : undefined;
}

/** Variables, tags, fields and flows that do not exist. */
function nameProblems(nodes: readonly Node[], known: KnownNames): Finding[] {
  const assigned = new Set(nodes.flatMap(assignedBy));
  const variables = new Set<string>([...assigned, ...PROVIDED_VARIABLES, ...(known.variables ?? [])]);
  for (const key of known.fields ?? []) variables.add(`field.${key}`);
  const problems = nodes.flatMap((node) => [
    ...variableProblems(node, variables, known.fields !== undefined),
    ...referenceProblems(node, known),
  ]);
  problems.push(...leadProblems(nodes));
  if (assigned.size > MAX_FLOW_VARIABLES) {
    const message = `The flow stores ${assigned.size} variables, ${MAX_FLOW_VARIABLES} are allowed.`;
    problems.push(findError("too_many_variables", "", message));
  }
  return problems;
}

/** Leads that would hold nothing of what the flow asked for. */
function leadProblems(nodes: readonly Node[]): Finding[] {
  return nodes.flatMap((node) => {
    if (node.type !== "create_lead") return [];
    const { data } = node;
    const open = CONTACT_FIELDS.filter(
      (field) => data[field] === undefined && variablesHolding(nodes, field).length === 0,
    );
    const lost = nodes.filter(
      (each) => each.type === "question" && open.some((field) => field === each.data.answer),
    );
    const path = `nodes.${node.id}`;
    if (lost.length > 0) {
      const asked = lost.map(({ id }) => id).join(", ");
      return [
        findWarning(
          "not_stored",
          path,
          `What ${asked} asks for is stored nowhere, so the lead is without it.`,
          {
            hint: "Give the question a variable: the lead takes it from there.",
          },
        ),
      ];
    }
    if (open.length < CONTACT_FIELDS.length) return [];
    return [
      findWarning(
        "empty_lead",
        path,
        "The flow stores no name, email or phone: it records the contact's own, if any.",
        {
          hint: "Ask for one with a variable, or set name, email or phone here.",
        },
      ),
    ];
  });
}

function variableProblems(node: Node, variables: ReadonlySet<string>, fieldsKnown: boolean): Finding[] {
  const { uses, malformed } = variablesIn(node);
  const at = (path: string) => `nodes.${node.id}.data.${path}`;
  const missing = uses.filter(
    ({ name }) => !variables.has(name) && (fieldsKnown || !name.startsWith("field.")),
  );
  return [
    ...missing.map(({ path, name }) =>
      findError("unknown_variable", at(path), `Nothing stores the variable ${JSON.stringify(name)}.`, {
        hint: "Store it in a node of this flow, or declare it in the start node's variables.",
        candidates: () => nearestNames(name, [...variables]),
      }),
    ),
    ...malformed.map(({ path, name }) =>
      findWarning("invalid_placeholder", at(path), `${name} stays as it is: nothing is computed.`, {
        hint: "Write {{name}} with the name of one variable.",
      }),
    ),
  ];
}

function referenceProblems(node: Node, known: KnownNames): Finding[] {
  const at = (field: string) => `nodes.${node.id}.data.${field}`;
  switch (node.type) {
    case "add_tag":
    case "remove_tag": {
      const { tag } = node.data;
      const { tags } = known;
      if (!tags || tags.includes(tag)) return [];
      return [
        findError("unknown_tag", at("tag"), `There is no tag ${JSON.stringify(tag)}.`, {
          hint: "create_tag makes one.",
          candidates: () => nearestNames(tag, tags),
        }),
      ];
    }
    case "set_field": {
      const { field } = node.data;
      const fields = [...CONTACT_FIELDS, ...(known.fields ?? [])];
      if (!known.fields || fields.includes(field)) return [];
      return [
        findError("unknown_field", at("field"), `There is no custom field ${JSON.stringify(field)}.`, {
          hint: "create_custom_field makes one; a contact's own fields are name, email and phone.",
          candidates: () => nearestNames(field, fields),
        }),
      ];
    }
    case "handoff": {
      const { assignee } = node.data;
      const { assignable } = known;
      if (assignee === undefined || !assignable || assignable.includes(assignee)) return [];
      const message = `There is no member or bot ${JSON.stringify(assignee)}: it is handed to nobody by name.`;
      const hint = "list_members shows the ids.";
      return [findWarning("unknown_assignee", at("assignee"), message, { hint })];
    }
    case "ai_answer": {
      const { categories } = known;
      const missing = (node.data.categoryIds ?? []).filter((id) => categories && !categories.includes(id));
      return missing.map((id) =>
        findWarning(
          "unknown_category",
          at("categoryIds"),
          `There is no knowledge category ${JSON.stringify(id)}.`,
          {
            hint: "list_knowledge_base shows the categories.",
          },
        ),
      );
    }
    case "goto":
      return flowProblems(node.data.flowId, at("flowId"), known);
    default:
      return [];
  }
}

function flowProblems(flowId: string | undefined, path: string, known: KnownNames): Finding[] {
  const { flows } = known;
  if (flowId === undefined || flowId === known.flowId || !flows) return [];
  const target = flows.find(({ id }) => id === flowId);
  if (!target) {
    return [
      findError("unknown_flow", path, `There is no flow ${JSON.stringify(flowId)}.`, {
        hint: "list_flows shows all flows.",
        candidates: () =>
          nearestNames(
            flowId,
            flows.map(({ id }) => id),
          ),
      }),
    ];
  }
  if (target.published) return [];
  return [
    findWarning(
      "flow_not_published",
      path,
      `The flow ${flowId} is not published: visitors cannot go there.`,
      {
        hint: "Publish that one first.",
      },
    ),
  ];
}

import type { RuleSet } from "./condition-data.ts";
import type { CONTACT_FIELDS } from "./node-data.ts";
import type { Node } from "./nodes.ts";
import { placeholdersIn } from "./placeholders.ts";

/** What the engine provides to every flow besides `field.<key>`. */
export const PROVIDED_VARIABLES = [
  "contact.name",
  "contact.email",
  "contact.phone",
  "channel",
  "last_message",
] as const;

/** The variables that a node stores into. */
export function assignedBy(node: Node): string[] {
  switch (node.type) {
    case "start":
      return (node.data.variables ?? []).map(({ name }) => name);
    case "http_request":
      return node.data.save.map(({ variable }) => variable);
    case "question":
    case "choice":
    case "set_variable":
    case "ai_answer":
    case "search_products":
      return node.data.variable === undefined ? [] : [node.data.variable];
    default:
      return [];
  }
}

export interface VariableUse {
  /** Where in the node's data, for example `cases.0.rules.1.variable`. */
  path: string;
  name: string;
}

/** The variables that a node reads, and what in its texts looks like a placeholder without being one. */
export function variablesIn(node: Node): { uses: VariableUse[]; malformed: VariableUse[] } {
  const uses: VariableUse[] = [];
  const malformed: VariableUse[] = [];
  const find = (value: unknown, path: string): void => {
    if (typeof value === "string") {
      const found = placeholdersIn(value);
      uses.push(...found.names.map((name) => ({ path, name })));
      malformed.push(...found.malformed.map((name) => ({ path, name })));
    } else if (typeof value === "object" && value !== null) {
      for (const [key, part] of Object.entries(value)) find(part, path === "" ? key : `${path}.${key}`);
    }
  };
  find({ ...node.data, label: undefined }, "");
  if (node.type === "choice" && node.data.optionsFrom !== undefined) {
    uses.push({ path: "optionsFrom", name: node.data.optionsFrom });
  }
  const compared = (rules: RuleSet["rules"], path: string) => {
    rules.forEach(({ variable }, i) => {
      uses.push({ path: `${path}.rules.${i}.variable`, name: variable });
    });
  };
  if (node.type === "condition") {
    node.data.cases.forEach(({ rules }, i) => {
      compared(rules, `cases.${i}`);
    });
  }
  if (node.type === "choice") {
    node.data.options?.forEach(({ showIf }, i) => {
      compared(showIf?.rules ?? [], `options.${i}.showIf`);
    });
  }
  return { uses, malformed };
}

/**
 * The variables of a flow that hold a contact's name, email or phone where a node does not say it: that of this name,
 * then those of questions that ask for one, in the flow's order.
 */
export function variablesHolding(nodes: Iterable<Node>, field: (typeof CONTACT_FIELDS)[number]): string[] {
  const stored = [...nodes].flatMap((node) =>
    assignedBy(node).map((name) => ({ name, asked: node.type === "question" && node.data.answer === field })),
  );
  const isNamed = ({ name }: { name: string }) => name.toLowerCase() === field;
  const found = [...stored.filter(isNamed), ...stored.filter(({ asked }) => asked)];
  return [...new Set(found.map(({ name }) => name))];
}

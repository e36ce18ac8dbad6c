import { CONTACT_FIELDS } from "../graph/node-data.ts";
import type { Node } from "../graph/nodes.ts";

/** Which of a contact's details a flow asks for, one question behind the other: a widget can ask for them in one form. */

export type ContactField = (typeof CONTACT_FIELDS)[number];

/** Says nothing and always goes on, so the next question follows at once. */
const SILENT: ReadonlySet<string> = new Set<Node["type"]>([
  ...(["set_variable", "set_field", "add_tag", "remove_tag", "create_lead", "create_ticket"] as const),
]);
/** Most silent nodes between two questions. */
const BETWEEN = 10;

/** `name`, and what people call it: `full_name`, `firstName`. */
const NAME = /^(?:full|first|your|contact|customer|visitor|user)?_?name$/i;

function detailAsked(node: Node): ContactField | null {
  if (node.type !== "question") return null;
  const { answer, variable = "" } = node.data;
  if (answer === "text") return NAME.test(variable) ? "name" : null;
  return CONTACT_FIELDS.find((field) => field === answer) ?? null;
}

/**
 * The details that a question and those directly behind it ask for, in their order and each once; none where the first
 * asks for something else. Each is still a question of its own, that is answered and checked by itself.
 * @param after the node that a handle leads to
 */
export function detailsAsked(
  question: Node,
  after: (node: Node, handle: string) => Node | undefined,
): ContactField[] {
  const fields: ContactField[] = [];
  let node: Node | undefined = question;
  while (node) {
    const field = detailAsked(node);
    if (field === null || fields.includes(field)) break;
    fields.push(field);
    node = after(node, "answered");
    for (let i = 0; node && SILENT.has(node.type) && i < BETWEEN; i += 1) node = after(node, "next");
  }
  return fields;
}

import { allFields } from "../contacts/custom-fields.ts";
import type { ContactDetails } from "../contacts/lookup.ts";
import { fillWith, placeholdersIn } from "../flows/graph/placeholders.ts";
import { Failure } from "../tenant/failure.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import type { Tenant } from "../tenant/tenant.ts";

/** What every saved reply may name, besides `field.<key>` for a custom field. Written as in flows. */
export const VARIABLES = [
  "contact.name",
  "contact.first_name",
  "contact.email",
  "contact.phone",
  "sender.name",
  "workspace.name",
] as const;

/** The variables that a text names, each once, in its order. */
export function variablesOf(text: string): string[] {
  return [...new Set(placeholdersIn(text).names)];
}

/** @throws Failure `invalid_input` for what stands in braces and names nothing, with the nearest that there are */
export async function checkVariables(tenant: Tenant, text: string): Promise<void> {
  const { malformed } = placeholdersIn(text);
  const open = malformed[0] ?? (fillWith(text, () => "").includes("{{") ? "{{" : undefined);
  if (open !== undefined) {
    throw new Failure("invalid_input", `text: ${JSON.stringify(open)} names no variable.`, {
      hint: "Write a variable as {{contact.name}}.",
      candidates: [...VARIABLES],
    });
  }
  const names = variablesOf(text);
  const known: string[] = [...VARIABLES];
  if (names.some((name) => !known.includes(name))) {
    known.push(...(await allFields(tenant)).map(({ key }) => `field.${key}`));
  }
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const near = nearestNames(unknown, known);
  throw new Failure("invalid_input", `text: there is no variable ${JSON.stringify(unknown)}.`, {
    hint: "list_custom_fields shows the keys for field.<key>.",
    candidates: near.length > 0 ? near : [...VARIABLES],
  });
}

/** A saved reply as it goes to somebody. */
export interface Rendered {
  /** What has no value still stands in it in braces, so that nobody sends a text with a hole. */
  text: string;
  /** The variables that have no value. */
  missing: string[];
}

/** Fills a text in for a contact. Values are not filled in again. */
export function render(
  text: string,
  contact: Pick<ContactDetails, "name" | "email" | "phone" | "customFields">,
  from: { sender: string; workspace: string },
): Rendered {
  const values = new Map<string, string | null>([
    ["contact.name", contact.name],
    ["contact.first_name", contact.name?.trim().split(/\s+/)[0] ?? null],
    ["contact.email", contact.email],
    ["contact.phone", contact.phone],
    ["sender.name", from.sender],
    ["workspace.name", from.workspace],
    ...contact.customFields.map(({ key, value }): [string, string] => [`field.${key}`, String(value)]),
  ]);
  const given = (name: string) => values.get(name) || null;
  return {
    text: fillWith(text, (name) => given(name) ?? `{{${name}}}`),
    missing: variablesOf(text).filter((name) => given(name) === null),
  };
}

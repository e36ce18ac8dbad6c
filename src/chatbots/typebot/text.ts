import type { TypebotVariable } from "./schema.ts";

/** Texts and variables of a Typebot export in our own terms. */

/** Elements that stand on a line of their own. */
const LINES = /^(p|h[1-6]|li|lic|blockquote|code_block|variable)$/;

/** The plain text of Typebot's rich text: a line for each paragraph and list item, links with their address. */
export function plainText(elements: readonly unknown[]): string {
  return elements
    .map(elementText)
    .join("")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

function elementText(element: unknown): string {
  if (typeof element !== "object" || element === null) return "";
  const { text, type, url, children } = element as Record<string, unknown>;
  if (typeof text === "string") return text;
  const inner = Array.isArray(children) ? children.map(elementText).join("") : "";
  if (type === "a" && typeof url === "string" && url !== inner) return `${inner} (${url})`;
  if (type === "li") return `• ${inner.trim()}\n`;
  return typeof type === "string" && LINES.test(type) ? `${inner}\n` : inner;
}

/** Typebot's variables have any name; ours are letters, digits and underscores, at most 40, letters first. */
export class Variables {
  readonly #byId = new Map<string, { name: string; value: unknown }>();
  readonly #byName = new Map<string, string>();
  readonly #used = new Set<string>();

  constructor(variables: readonly TypebotVariable[]) {
    const taken = new Set<string>();
    for (const { id, name, value } of variables) {
      const plain = name
        .normalize("NFKD")
        .replace(/\p{M}/gu, "")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .replace(/^_+|_+$/g, "");
      const stem = (/^[A-Za-z]/.test(plain) ? plain : `v_${plain}`).slice(0, 34);
      let ours = stem;
      for (let n = 2; taken.has(ours) || PROVIDED.includes(ours); n++) ours = `${stem}_${n}`;
      taken.add(ours);
      if (!this.#byId.has(id)) this.#byId.set(id, { name: ours, value });
      if (!this.#byName.has(name.trim())) this.#byName.set(name.trim(), ours);
    }
  }

  /** Our name of the variable with this id of theirs; undefined without one. */
  byId(id: string | undefined): string | undefined {
    const found = id === undefined ? undefined : this.#byId.get(id)?.name;
    if (found !== undefined) this.#used.add(found);
    return found;
  }

  /** Our name of the variable that a text names; undefined when there is none. */
  byName(name: string): string | undefined {
    const found = this.#byName.get(name.trim());
    if (found !== undefined) this.#used.add(found);
    return found;
  }

  /** The variables that anything used, with the text that they begin with where there is one; those first. */
  used(): { name: string; value?: string }[] {
    const all = [...this.#byId.values()].filter(({ name }) => this.#used.has(name));
    return all
      .map(({ name, value }) => (typeof value === "string" && value !== "" ? { name, value } : { name }))
      .toSorted((a, b) => Number("value" in b) - Number("value" in a));
  }
}

/** Names that the flow engine provides, which a flow cannot store into. */
const PROVIDED = ["channel", "last_message"];

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/**
 * The text with its placeholders in our names.
 * @param report told of each one that has no counterpart, which is left out
 */
export function translated(text: string, variables: Variables, report: (reason: string) => void): string {
  return text.replace(PLACEHOLDER, (whole, inside: string) => {
    const name = variables.byName(inside);
    if (name !== undefined) return `{{${name}}}`;
    report(`${whole.slice(0, 60)} is no variable; code in texts is not run`);
    return "";
  });
}

import { MAX_FLOW_VARIABLES, MAX_LIST, MAX_LIST_ITEM, MAX_VALUE } from "../../flows/graph/limits.ts";
import { placeholdersIn } from "../../flows/graph/placeholders.ts";
import { quoted } from "./report.ts";
import type { TypebotVariable } from "./schema.ts";

/** Names that the flow engine provides, which a flow cannot store into. */
const PROVIDED = ["channel", "last_message"];

interface Known {
  id: string;
  name: string;
  title: string;
  value: unknown;
}

/** A variable with what it begins with, as a flow's start declares it. */
export interface Declared {
  name: string;
  value?: string | string[];
}

/** Typebot's variables have any name; ours are letters, digits and underscores, at most 40, letters first. */
export class TypebotVariables {
  readonly #byId = new Map<string, Known>();
  readonly #byTitle = new Map<string, Known>();
  readonly #used = new Set<string>();
  /** Titles of those that a flow has no room for. */
  readonly #left = new Set<string>();
  #made = 0;

  constructor(variables: readonly TypebotVariable[]) {
    const taken = new Set<string>();
    for (const { id, name: title, value } of variables) {
      const plain = title
        .normalize("NFKD")
        .replace(/\p{M}/gu, "")
        .replace(/[^A-Za-z0-9]+/g, "_")
        .replace(/^_+|_+$/g, "");
      const stem = (/^[A-Za-z]/.test(plain) ? plain : `v_${plain}`).slice(0, 34);
      let name = stem;
      for (let n = 2; taken.has(name) || PROVIDED.includes(name); n++) name = `${stem}_${n}`;
      taken.add(name);
      const known = { id, name, title, value };
      if (!this.#byId.has(id)) this.#byId.set(id, known);
      if (!this.#byTitle.has(title)) this.#byTitle.set(title, known);
    }
  }

  /** Our name of the variable with this id of theirs; undefined without one, and for one that there is no room for. */
  byId(id: string | undefined): string | undefined {
    return this.#use(id === undefined ? undefined : this.#byId.get(id));
  }

  /** Our name of the variable that a text names, exactly as they look for it; undefined when there is none. */
  byTitle(title: string): string | undefined {
    return this.#use(this.#byTitle.get(title));
  }

  /** Their name of the variable with this id. */
  titleOf(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.#byId.get(id)?.title;
  }

  /** The ids of the variables that a text names, in their words. */
  idsIn(text: string): string[] {
    return [...text.matchAll(PLACEHOLDER)].flatMap(([, title = ""]) => this.#byTitle.get(title)?.id ?? []);
  }

  isTitle(title: string): boolean {
    return this.#byTitle.has(title);
  }

  /** The name of a variable of our own, which no variable of theirs has. */
  newName(stem: string): string {
    const taken = new Set([...this.#byId.values()].map(({ name }) => name));
    let name: string;
    do name = `${stem}_${++this.#made}`;
    while (taken.has(name));
    this.#used.add(name);
    return name;
  }

  #use(known: Known | undefined): string | undefined {
    if (known === undefined) return undefined;
    if (!this.#used.has(known.name) && this.#used.size >= MAX_FLOW_VARIABLES) {
      this.#left.add(known.title);
      return undefined;
    }
    this.#used.add(known.name);
    return known.name;
  }

  /** The titles of variables that a flow had no room for. */
  left(): string[] {
    return [...this.#left];
  }

  /**
   * The variables that anything used, with what they begin with where there is something; those first.
   * @param report told of what a variable cannot begin with
   */
  declared(report: (reason: string) => void): Declared[] {
    return [...this.#byId.values()]
      .filter(({ name }) => this.#used.has(name))
      .map(({ name, title, value }): Declared => {
        const kept = firstValue(value, (reason) => report(`${quoted(title)} ${reason}`));
        return kept === undefined ? { name } : { name, value: kept };
      })
      .toSorted((a, b) => Number("value" in b) - Number("value" in a));
  }
}

/** What a variable begins with, cut to what a flow's start takes; undefined for nothing. */
function firstValue(value: unknown, report: (reason: string) => void): string | string[] | undefined {
  if (Array.isArray(value)) {
    const items = value.filter((item) => item !== null && item !== undefined).map(asText);
    if (items.length > MAX_LIST) report(`begins with the first ${MAX_LIST} of ${items.length} items`);
    if (items.some(({ length }) => length > MAX_LIST_ITEM)) {
      report(`begins with items cut to ${MAX_LIST_ITEM} characters`);
    }
    return items.slice(0, MAX_LIST).map((item) => item.slice(0, MAX_LIST_ITEM).toWellFormed());
  }
  if (value === null || value === undefined || value === "") return undefined;
  const text = asText(value);
  if (text.length > MAX_VALUE) report(`begins with its first ${MAX_VALUE} of ${text.length} characters`);
  return text.slice(0, MAX_VALUE).toWellFormed();
}

function asText(value: unknown): string {
  return typeof value === "string" ? value : (JSON.stringify(value) ?? "");
}

/** Their placeholder of code, and one of a variable or of nothing. */
const CODE = /\{\{=.+?=\}\}/g;
const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;

/**
 * The text with its placeholders in our names.
 * @param report told of what is left out: code, variables that a flow has no room for, and braces that look like a
 * placeholder here
 */
export function translated(
  text: string,
  variables: TypebotVariables,
  report: (reason: string) => void,
): string {
  const named = text
    .replace(CODE, (code) => {
      report(`${quoted(code)} is code in a text, which is not run: nothing stands there`);
      return "";
    })
    .replace(PLACEHOLDER, (whole, title: string) => {
      const name = variables.byTitle(title);
      if (name !== undefined) return `{{${name}}}`;
      // What names no variable is empty there too.
      if (variables.isTitle(title))
        report(`${quoted(whole)} is left out, since there are too many variables`);
      return "";
    });
  const { malformed } = placeholdersIn(named);
  if (malformed.length > 0) report("double braces around something else are left out");
  return malformed.reduce((kept, braces) => kept.replaceAll(braces, ""), named);
}

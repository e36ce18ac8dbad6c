import type { TypebotBlock, TypebotExport } from "./schema.ts";

/**
 * Where a variable's values come from: typed by visitors, numbers, sums, one option, several options, lists, answers
 * of other servers, and what else the bot sets itself.
 */
export type ValueSource = "typed" | "number" | "sum" | "option" | "several" | "list" | "fetched" | "set";

const NUMBER = /^\s*-?\d+(\.\d+)?\s*$/;
const SUM = /^\s*(\{\{[^{}]+\}\}|\d+(\.\d+)?)\s*[+-]\s*(\{\{[^{}]+\}\}|\d+(\.\d+)?)\s*$/;

/** What a value that is written out is. */
function sourceOf(value: unknown): ValueSource {
  if (Array.isArray(value)) return "list";
  const text = String(value);
  if (NUMBER.test(text)) return "number";
  return SUM.test(text) ? "sum" : "set";
}

/** What a bot does with its variables, as far as comparing and reckoning with them depends on it. */
export class VariableUsage {
  readonly #sources = new Map<string, Set<ValueSource>>();
  readonly #labels = new Map<string, Set<string>>();

  constructor({ groups, variables }: TypebotExport) {
    for (const { id, value } of variables) {
      if (value !== undefined && value !== null) this.#add(id, sourceOf(value));
    }
    for (const { blocks } of groups) for (const block of blocks) this.#read(block);
  }

  has(variableId: string | undefined, ...sources: ValueSource[]): boolean {
    const all = this.#sources.get(variableId ?? "");
    return sources.some((source) => all?.has(source));
  }

  /** Whether a variable gets values of these kinds only. */
  only(variableId: string | undefined, ...sources: ValueSource[]): boolean {
    const all = this.#sources.get(variableId ?? "");
    return all !== undefined && [...all].every((source) => sources.includes(source));
  }

  /** The variables that get a value anywhere, in the order in which they do. */
  stored(): string[] {
    return [...this.#sources.keys()];
  }

  /** What choices of a variable can store, if nothing but choices stores it. */
  labelsOf(variableId: string | undefined): string[] {
    return [...(this.#labels.get(variableId ?? "") ?? [])];
  }

  #add(variableId: string | undefined, source: ValueSource): void {
    if (variableId === undefined) return;
    const all = this.#sources.get(variableId) ?? new Set();
    this.#sources.set(variableId, all.add(source));
  }

  #read(block: TypebotBlock): void {
    const { type, options, items } = block;
    if (type === "choice input" || type === "picture choice input") {
      const isDynamic = options.dynamicVariableId || options.dynamicItems?.isEnabled;
      this.#add(options.variableId, options.isMultipleChoice ? "several" : isDynamic ? "typed" : "option");
      const labels = this.#labels.get(options.variableId ?? "") ?? new Set();
      for (const { content, title, value } of items) {
        labels.add(value ?? (typeof content === "string" ? content : (title ?? "")));
      }
      this.#labels.set(options.variableId ?? "", labels);
    } else if (type === "number input" || type === "rating input") {
      this.#add(options.variableId, "number");
    } else if (type === "Set variable") {
      const { type: kind = "Custom", expressionToEvaluate } = options;
      const written = kind === "Custom" ? sourceOf(expressionToEvaluate ?? "") : "set";
      this.#add(options.variableId, kind === "Append value(s)" ? "list" : written);
    } else {
      this.#add(options.variableId, "typed");
    }
    for (const { variableId } of options.responseMapping ?? []) this.#add(variableId, "fetched");
    for (const { variableId } of options.saveResponseMapping ?? []) this.#add(variableId, "option");
    for (const { variableId, bodyPath = "" } of options.responseVariableMapping ?? []) {
      this.#add(variableId, /\b(flatMap|map|filter)\(/.test(bodyPath) ? "list" : "fetched");
    }
  }
}

import type { Comparison, PlayedBot, World } from "./typebot-played.ts";
import { compare, guessed, type Value } from "./typebot-values.ts";

/** What a bot of Typebot's remembers: its variables, and what sets and compares them. For its player. */
export class TypebotMemory {
  private readonly bot: PlayedBot;
  private readonly values = new Map<string, Value>();
  readonly world: World;

  constructor(bot: PlayedBot, world: World) {
    this.bot = bot;
    this.world = world;
    for (const { id, value } of bot.variables) {
      if (value !== undefined) this.values.set(id, value as Value);
    }
  }

  value(id: string): Value | undefined {
    return this.values.get(id);
  }

  set(id: string, value: unknown): void {
    const text = (each: unknown) =>
      each === null || each === undefined
        ? null
        : (typeof each === "string" ? each : JSON.stringify(each)) || null;
    this.values.set(id, Array.isArray(value) ? value.map(text) : text(value));
  }

  private valueNamed(name: string): Value {
    const found = this.bot.variables.find((variable) => variable.name === name);
    return (found && this.values.get(found.id)) ?? null;
  }

  fill(text: string): string {
    return text.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) => {
      const value = this.valueNamed(name);
      return value === null ? "" : typeof value === "string" ? value : JSON.stringify(value);
    });
  }

  setVariable(options: Record<string, string>): void {
    const id = options.variableId;
    if (id === undefined) return;
    const before = this.values.get(id) ?? null;
    switch (options.type ?? "Custom") {
      case "Append value(s)": {
        const item = this.fill(options.item ?? "");
        this.set(id, before === null ? [item] : [before, item].flat());
        return;
      }
      case "Empty":
        this.set(id, null);
        return;
      case "Custom":
        this.set(id, this.evaluated(options.expressionToEvaluate ?? ""));
        return;
      default:
        this.set(id, `(${options.type})`);
    }
  }

  private evaluated(expression: string): unknown {
    if (expression === "") return null;
    if (/^\{\{[^{}]*\}\}$/.test(expression)) return this.fill(expression);
    if (!Number.isNaN(Number(expression)) && /0[^.].+/.test(expression)) return expression;
    const values: unknown[] = [];
    const code = expression.replace(/\{\{([^{}]+)\}\}/g, (_, name: string) => {
      if (!this.bot.variables.some((variable) => variable.name === name)) return "";
      values.push(guessed(this.valueNamed(name)));
      return `v${values.length - 1}`;
    });
    try {
      return this.world.evaluate(code, values);
    } catch {
      return this.fill(expression);
    }
  }

  request({
    responseVariableMapping = [],
  }: Record<string, { variableId?: string; bodyPath?: string }[]>): void {
    const { statusCode, data } = this.world.response;
    for (const { variableId, bodyPath } of responseVariableMapping) {
      if (!variableId || !bodyPath) continue;
      try {
        this.set(variableId, responseAt({ statusCode, data }, bodyPath));
      } catch {
        // The variable stays as it is.
      }
    }
  }

  holds({
    logicalOperator,
    comparisons = [],
  }: {
    logicalOperator?: string;
    comparisons?: Comparison[];
  }): boolean {
    if (comparisons.length === 0) return false;
    return logicalOperator === "OR"
      ? comparisons.some((each) => this.compared(each))
      : comparisons.every((each) => this.compared(each));
  }

  private compared({ variableId, comparisonOperator, value: raw }: Comparison): boolean {
    if (!variableId) return false;
    const left = this.values.get(variableId) ?? null;
    const named = raw && /^\{\{.*\}\}$/.test(raw) ? this.valueNamed(raw.slice(2, -2)) : null;
    const right: Value = raw === "undefined" || raw === "null" ? null : (named ?? this.fill(raw ?? ""));
    return compare(comparisonOperator, left, right);
  }
}

/** `data.a[0].b`, `data["a.b"]`, `data.a.map(item => item.b)`, `statusCode`. */
function responseAt(response: unknown, path: string): unknown {
  let value: unknown = response;
  for (const [, key, index, quoted, mapped] of path.matchAll(
    /(?:^|\.)(?!(?:map|flatMap)\()(\w+)|\[(\d+)\]|\["([^"]*)"\]|\.(?:map|flatMap)\(item => item\.(\w+)\)/g,
  )) {
    if (mapped !== undefined) value = (value as Record<string, unknown>[]).map((item) => item[mapped]);
    else value = (value as Record<string, unknown>)[key ?? index ?? quoted ?? ""];
  }
  return value;
}

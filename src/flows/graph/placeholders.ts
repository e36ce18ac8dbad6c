/**
 * `{{variable}}` in texts: names are replaced by values and nothing is computed, so that neither an author nor a
 * visitor's answer can make a flow do anything else.
 */

/** What a variable can hold. */
export type Value = string | number | boolean | string[];
export type Variables = Record<string, Value>;

/** Longest text after filling in, in characters. */
export const MAX_FILLED = 8000;

const PLACEHOLDER = /\{\{\s*([A-Za-z][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)?)\s*\}\}/g;
/** Anything in double braces, to find what looks like a placeholder and is none. */
export const BRACES = /\{\{([^{}]{0,100})\}\}/g;

/** The value of a variable; undefined when it has none. Names such as `constructor` have none either. */
export function readVariable(variables: Variables, name: string): Value | undefined {
  return Object.hasOwn(variables, name) ? variables[name] : undefined;
}

/** A value as people read it: a list with commas, nothing for undefined. */
export function valueText(value: Value | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** The text with every placeholder replaced, at most {@link MAX_FILLED} characters. Values are not filled in again. */
export function fill(text: string, variables: Variables): string {
  return fillWith(text, (name) => valueText(readVariable(variables, name)))
    .slice(0, MAX_FILLED)
    .toWellFormed();
}

/** The one placeholder that a text is, if it is nothing else. */
const ALONE = new RegExp(`^\\s*${PLACEHOLDER.source}\\s*$`);

/** The name of the variable that a text is the placeholder of and nothing besides; null for any other text. */
function onlyPlaceholder(text: string): string | null {
  return ALONE.exec(text)?.[1] ?? null;
}

/** The text filled in; where it is one placeholder and nothing besides, the variable's value as it is: a list stays one. */
export function filledValue(text: string, variables: Variables): Value | undefined {
  const name = onlyPlaceholder(text);
  return name === null ? fill(text, variables) : readVariable(variables, name);
}

/** The same for a form's body: values are percent-encoded, so that they add no field. */
export function fillEncoded(text: string, variables: Variables): string {
  return fillWith(text, (name) =>
    encodeURIComponent(valueText(readVariable(variables, name)).toWellFormed()),
  );
}

/**
 * The same for JSON: inside quotes a value becomes part of the string, elsewhere a JSON value of its own. A visitor's
 * answer can thus not add anything to the structure. Only where a placeholder is all there is, and so no structure to
 * keep, a variable that holds JSON is sent as what it holds.
 */
export function fillJson(json: string, variables: Variables): string {
  const whole = onlyPlaceholder(json);
  const held = whole === null ? null : heldJson(readVariable(variables, whole));
  if (held !== null) return held;
  let quoted = false;
  let from = 0;
  return fillWith(json, (name, at) => {
    const piece = json.slice(from, at);
    quoted = quotedAfter(piece, quoted);
    from = at + json.slice(at).indexOf("}}") + 2;
    const value = readVariable(variables, name);
    if (!quoted) return JSON.stringify(value ?? null);
    // A backslash in front would take the first one of the value with it, and let what it escapes free.
    const half = (/\\+$/.exec(piece)?.[0].length ?? 0) % 2 === 1 ? "\\" : "";
    return half + JSON.stringify(valueText(value)).slice(1, -1);
  });
}

/** The text of a variable if it is a JSON object or list. */
function heldJson(value: Value | undefined): string | null {
  if (typeof value !== "string" || !/^\s*[{[]/.test(value)) return null;
  try {
    JSON.parse(value);
    return value.trim();
  } catch {
    return null;
  }
}

/** Whether one is inside a JSON string after this piece, given whether one was before it. */
function quotedAfter(piece: string, before: boolean): boolean {
  const quotes = piece.replace(/\\./gs, "").split('"').length - 1;
  return quotes % 2 === 0 ? before : !before;
}

/** The text with each placeholder replaced by what `valueAt` gives for its name and place. */
export function fillWith(text: string, valueAt: (name: string, at: number) => string): string {
  return text.replace(PLACEHOLDER, (_, name: string, at: number) => valueAt(name, at));
}

/** The variables that a text names, and what stands in double braces without being a name. */
export function placeholdersIn(text: string): { names: string[]; malformed: string[] } {
  const names = [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? "");
  const rest = text.replace(PLACEHOLDER, "");
  return { names, malformed: [...rest.matchAll(BRACES)].map((match) => match[0]) };
}

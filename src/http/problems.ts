import { z } from "zod";
import { nearestNames } from "../tenant/nearest-names.ts";

type Schema = z.core.$ZodType;
type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** So many problems, and so many unknown names of each, are told; more would help nobody. */
const MOST = 5;
/** Longest name or path that is repeated to its sender, in characters. */
const LONGEST = 60;

/** What is wrong with a value, for whoever sent it. */
export interface Problems {
  /** One sentence each, at most five. */
  sentences: string[];
  /** Names or values that are valid in place of wrong ones, at most twenty. */
  candidates: string[];
  /** Whether a name at the top is wrong or missing, so that the list of valid ones helps. */
  aboutNames: boolean;
}

/**
 * Says in plain words what a schema did not like: zod's own text where it is one for readers, and for a choice of forms
 * which forms there are. Bounded, whatever was sent.
 * @param value what was checked, to tell a missing value from a wrong one
 */
export function problemsOf(error: z.ZodError, schema: Schema, value: unknown): Problems {
  const candidates = new Set<string>();
  const issues = error.issues.slice(0, MOST).map((issue) => closest(issue, schema, value));
  const sentences = issues.map((issue) => sentenceOf(issue, schema, value, candidates));
  const aboutNames = issues.some((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.path.length === 0
      : isMissing(issue, value) && issue.path.length === 1,
  );
  return { sentences, candidates: [...candidates].slice(0, 20), aboutNames };
}

function sentenceOf(issue: Issue, schema: Schema, value: unknown, candidates: Set<string>): string {
  const path = shown(issue.path.join("."));
  if (issue.code === "unrecognized_keys") return unknownNames(issue, schema, path, candidates);
  if (issue.code === "invalid_value") for (const one of issue.values) candidates.add(String(one));
  if (isMissing(issue, value)) return path === "" ? "Something is required here." : `${path} is required.`;
  if (issue.code === "invalid_union") {
    const at = schemaAt(schema, issue.path);
    if (at) {
      for (const one of valuesOf(at)) candidates.add(one);
      return `${path === "" ? "This" : path} must be ${formsOf(at)}.`;
    }
  }
  return path === "" ? `${issue.message}.` : `${path}: ${issue.message}.`;
}

function unknownNames(
  issue: Extract<Issue, { code: "unrecognized_keys" }>,
  schema: Schema,
  path: string,
  candidates: Set<string>,
): string {
  const valid = namesAt(schema, issue.path);
  const named = issue.keys.slice(0, MOST);
  for (const key of named) for (const near of nearestNames(key, valid)) candidates.add(near);
  const rest = issue.keys.length - named.length;
  const names =
    named.map((key) => JSON.stringify(shown(key))).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return path === ""
    ? `Unknown argument ${names}.`
    : `${path}: unknown ${names}; valid are ${valid.slice(0, 40).join(", ")}.`;
}

/** Cut, and without half a character at its end. */
const shown = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text.toWellFormed();

/** Whether there is nothing where the issue points. */
function isMissing(issue: Issue, value: unknown): boolean {
  if (issue.code !== "invalid_type" && issue.code !== "invalid_value" && issue.code !== "invalid_union")
    return false;
  return issue.path.length > 0 && valueAt(value, issue.path) === undefined;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((inner, key) => {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, key)) return undefined;
    return Reflect.get(inner, key);
  }, value);
}

/**
 * Of a choice the problem inside the one member that the value was meant for: where all others are of another type
 * altogether. So a list with one wrong entry is told about the entry.
 */
function closest(issue: Issue, schema: Schema, value: unknown): Issue {
  if (issue.code !== "invalid_union") return issue;
  const meant = issue.errors.filter(
    (branch) =>
      !branch.some(
        ({ code, path }) => (code === "invalid_type" || code === "invalid_value") && path.length === 0,
      ),
  );
  const [only] = meant;
  const [first] = only ?? [];
  if (meant.length !== 1 || !first) return issue;
  const inner = { ...first, path: [...issue.path, ...first.path] };
  return inner.path.length === issue.path.length && inner.code === "invalid_union"
    ? issue
    : closest(inner, schema, value);
}

/** The schemas that a path leads to, through what wraps them; of a choice those of each member. */
function* schemasAt(schema: Schema | undefined, path: Path): Generator<Schema> {
  if (!schema) return;
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return yield* schemasAt(schema.unwrap(), path);
  }
  if (schema instanceof z.ZodPipe) {
    return yield* schemasAt(schema.in instanceof z.ZodTransform ? schema.out : schema.in, path);
  }
  const [key, ...rest] = path;
  if (key === undefined) return yield schema;
  if (schema instanceof z.ZodUnion) {
    for (const option of schema.options) yield* schemasAt(option, path);
  } else if (schema instanceof z.ZodArray) yield* schemasAt(schema.element, rest);
  else if (schema instanceof z.ZodRecord) yield* schemasAt(schema.valueType, rest);
  else if (schema instanceof z.ZodObject && Object.hasOwn(schema.shape, key)) {
    yield* schemasAt(schema.shape[String(key)], rest);
  }
}

function schemaAt(schema: Schema, path: Path): Schema | undefined {
  return schemasAt(schema, path).next().value ?? undefined;
}

/** The names that an object at this path may have; of a choice, those of each member. */
function namesAt(schema: Schema, path: Path): string[] {
  return [...schemasAt(schema, path)].flatMap((found) => {
    if (found instanceof z.ZodUnion) return found.options.flatMap((option) => namesAt(option, []));
    return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
  });
}

/** The values that a schema lists. */
function valuesOf(schema: Schema): string[] {
  return [...schemasAt(schema, [])].flatMap((found) => {
    if (found instanceof z.ZodUnion) return found.options.flatMap(valuesOf);
    if (found instanceof z.ZodEnum) return found.options.map(String);
    return found instanceof z.ZodLiteral ? [...found.values].map(String) : [];
  });
}

/** The forms of a value in words, such as "one of new, open, or a list of these". */
function formsOf(schema: Schema): string {
  const [found] = schemasAt(schema, []);
  if (!(found instanceof z.ZodUnion)) return formOf(found ?? schema);
  const seen = new Set<string>();
  const forms = found.options.map((option) => {
    const form = formsOf(option);
    if (form.startsWith("a list of ") && seen.has(form.slice(10))) return "a list of these";
    seen.add(form);
    return form;
  });
  return [...new Set(forms)].join(", or ");
}

function formOf(schema: Schema): string {
  const said = z.globalRegistry.get(schema)?.description;
  if (said !== undefined) return said;
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.map(String).join(", ")}`;
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String).join(" or ");
  if (schema instanceof z.ZodArray) return `a list of ${formsOf(schema.element)}`;
  if (schema instanceof z.ZodNumber) return "a number";
  if (schema instanceof z.ZodBoolean) return "true or false";
  if (schema instanceof z.ZodNull) return "null";
  if (schema instanceof z.ZodObject) return `an object with ${Object.keys(schema.shape).join(", ")}`;
  if (schema instanceof z.ZodRecord) return "an object";
  return "a text";
}

import { z } from "zod";

type Schema = z.core.$ZodType;

const takes = (schema: Schema, value: unknown) => z.safeParse(schema, value).success;

/** A schema without what wraps it. */
export function bare(schema: Schema): Schema {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodReadonly
  ) {
    return bare(schema.unwrap());
  }
  if (schema instanceof z.ZodPipe) return bare(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  return schema;
}

/** The field at a path of names. */
export function inner(schema: Schema, path: readonly string[]): Schema {
  return path.reduce<Schema>((at, name) => {
    const object = bare(at);
    const field: Schema | undefined = object instanceof z.ZodObject ? object.shape[name] : undefined;
    if (!field) throw new Error(`There is no ${path.join(".")}.`);
    return field;
  }, schema);
}

export interface OptionalField {
  path: string[];
  schema: Schema;
}

/** Everything that may be left out, also inside objects. */
export function optionalFields(schema: z.ZodObject, above: string[] = []): OptionalField[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = [...above, name];
    const object = bare(field);
    const below = object instanceof z.ZodObject ? optionalFields(object, path) : [];
    return takes(field, undefined) ? [{ path, schema: field }, ...below] : below;
  });
}

/** Plain values of every kind that the catalogue asks for; a parameter that takes none of them adds one here. */
const VALUES: readonly unknown[] = [
  null,
  5,
  1,
  3600,
  true,
  "2027-01-31",
  "2027-01-31T09:00:00Z",
  "ann@example.com",
  "+4915112345678",
  "https://example.com/hook",
  "#336699",
  "en",
  "plain_text",
  "A plain text",
  "10.00",
  "EUR",
  "09:00",
  // An id, as it is for any noun that checks the form: see the example of such a tool.
  "cb_01kajq3v7e8m2n4p6r8t0v",
];

/** A value that a schema takes, made of what it is. @throws where none is known */
export function typedValue(schema: Schema): unknown {
  const at = bare(schema);
  if (at instanceof z.ZodUnion) {
    const values = at.options.map((option) => typedValue(option)).filter((value) => value !== null);
    return values.find((value) => typeof value === "object" && value !== null) ?? values[0];
  }
  if (at instanceof z.ZodEnum) return at.options[0];
  if (at instanceof z.ZodLiteral) return [...at.values][0];
  if (at instanceof z.ZodArray) return [typedValue(at.element)];
  if (at instanceof z.ZodRecord) return { key: takes(at.valueType, "x") ? "x" : typedValue(at.valueType) };
  if (at instanceof z.ZodObject) return requiredArguments(at);
  const value = VALUES.find((one) => takes(at, one));
  if (value === undefined) {
    throw new Error(`No value known for ${JSON.stringify(at._zod.def)}: add one to VALUES.`);
  }
  return value;
}

export interface ListField {
  path: string[];
  item: Schema;
}

/** Every list, also inside objects, and where it is one of several forms. */
export function listFields(schema: z.ZodObject, above: string[] = []): ListField[] {
  return Object.entries(schema.shape).flatMap(([name, field]) => {
    const path = [...above, name];
    const at = bare(field);
    if (at instanceof z.ZodObject) return listFields(at, path);
    const lists = at instanceof z.ZodUnion ? at.options.map((option) => bare(option)) : [at];
    return lists.flatMap((list) => (list instanceof z.ZodArray ? [{ path, item: list.element }] : []));
  });
}

/** Two different values of a list's items, where there are. */
export function twoItems(item: Schema): [unknown, unknown] {
  const at = bare(item);
  if (at instanceof z.ZodEnum) return [at.options[0], at.options[1] ?? at.options[0]];
  const first = typedValue(item);
  const second = ["Another text", "example.org", "message.created", 7].find((one) => takes(item, one));
  return [first, second ?? first];
}

/** What an object must have. */
export function requiredArguments(schema: z.ZodObject): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema.shape)
      .filter(([, field]) => !takes(field, undefined))
      .map(([name, field]) => [name, typedValue(field)]),
  );
}

/** What clients send in place of a value; nothing where the schema takes that as something else. */
export function textOf(schema: Schema, typed: unknown): unknown[] {
  const forms: unknown[] = [];
  if (typeof typed === "string") {
    // A number in place of a text; "007" has no such form.
    if (String(Number(typed)) === typed) forms.push(Number(typed));
  } else {
    forms.push(JSON.stringify(typed));
    if (Array.isArray(typed))
      forms.push(typed.map((one) => (typeof one === "string" ? one : JSON.stringify(one))));
  }
  return forms.filter((form) => !takes(schema, form));
}

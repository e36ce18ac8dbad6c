/**
 * Input schemas as the narrowest clients take them. Several model providers read a part of JSON Schema alone (OpenAPI's
 * of 2021: no `additionalProperties`, no `const`, no `null` among types, no formats but of times, no object that names
 * nothing), and many clients hand the list on as it is: one word that is not known there, and all tools are refused.
 * What is left out here is checked all the same, and said in words where it means something.
 */

type Schema = Record<string, unknown>;

const isSchema = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Formats that every dialect has, and what the others are in words. */
const KEPT_FORMATS = ["date-time"];

/**
 * Names some of what an object of free form may hold: clients list these, and every other name is as good. To be given
 * to `.meta()` of the schema.
 */
export function forExample(properties: Record<string, unknown>): { properties: Record<string, unknown> } {
  return { properties };
}

/** Rewrites a schema in place, with all that is inside it. */
export function makePortable(schema: Schema): void {
  const { properties, items, anyOf } = schema;
  const inside = [isSchema(properties) ? Object.values(properties) : [], items, anyOf].flat();
  for (const part of inside) if (isSchema(part)) makePortable(part);
  delete schema.additionalProperties;
  if (typeof schema.format === "string" && !KEPT_FORMATS.includes(schema.format)) delete schema.format;
  if ("const" in schema) {
    if (typeof schema.const === "string") schema.enum = [schema.const];
    delete schema.const;
  }
  sayNull(schema);
}

/** That `null` is taken goes into the description. */
function sayNull(schema: Schema): void {
  const { anyOf, description } = schema;
  if (!Array.isArray(anyOf)) return;
  const others: unknown[] = anyOf.filter((one) => !(isSchema(one) && one.type === "null"));
  if (others.length === anyOf.length) return;
  const said = typeof description === "string" ? description : "";
  const [only] = others;
  if (others.length === 1 && isSchema(only)) {
    delete schema.anyOf;
    Object.assign(schema, only);
  } else schema.anyOf = others;
  const words = said || (typeof schema.description === "string" ? schema.description : "");
  schema.description = /\bnull\b/i.test(words)
    ? words
    : words === ""
      ? "null clears it"
      : `${words}; null clears it`;
}

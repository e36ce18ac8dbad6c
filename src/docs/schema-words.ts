/** JSON Schemas of arguments and answers in words that a person reads. */

export interface Schema {
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  description?: string;
  default?: unknown;
  format?: string;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
}

/** Longest list of values, in characters, that stands beside a name; a longer one is counted there and stands apart. */
const SHORT = 60;

const branches = ({ anyOf, oneOf }: Schema): Schema[] => anyOf ?? oneOf ?? [];
const values = (schema: Schema): string[] => (schema.enum ?? []).map((value) => JSON.stringify(value));
const isLong = (schema: Schema): boolean => values(schema).join(" | ").length > SHORT;

/** A type in a few words, such as `integer, from 1 to 100`; what it holds is for {@link partsInWords} to say. */
export function typeInWords(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return isLong(schema) ? `one of ${schema.enum.length} values` : values(schema).join(" | ");
  if (branches(schema).length > 0) return [...new Set(branches(schema).map(typeInWords))].join(" or ");
  if (schema.type === "array") return `list of ${schema.items ? manyInWords(schema.items) : "values"}`;
  const type = schema.format ?? [schema.type ?? "any value"].flat().join(" or ");
  const bounds = boundsOf(schema);
  return bounds === "" ? type : `${type}, ${bounds}`;
}

function manyInWords(items: Schema): string {
  const one = typeInWords(items);
  if (/^(object|string|integer|number)$/.test(one)) return `${one}s`;
  return items.enum && isLong(items) ? `any of ${items.enum.length} values` : one;
}

function boundsOf({ minimum, maximum, maxLength }: Schema): string {
  return [
    minimum !== undefined && minimum > Number.MIN_SAFE_INTEGER ? `from ${minimum}` : "",
    maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `to ${maximum}` : "",
    maxLength === undefined ? "" : `at most ${maxLength} characters`,
  ]
    .filter((bound) => bound !== "")
    .join(" ");
}

/**
 * What a type's few words leave out, a line for each: the fields of an object, indented by how deep they lie, and the
 * values of a long choice. Empty where the few words say it all.
 */
export function partsInWords(schema: Schema, indent = ""): string[] {
  const { properties = {}, required = [], items, additionalProperties } = schema;
  const deeper = `${indent}  `;
  return [
    ...(isLong(schema) ? [`${indent}${values(schema).join(", ")}`] : []),
    ...Object.entries(properties).flatMap(([name, part]) => [
      `${indent}${name}${required.includes(name) ? "" : "?"}: ${typeInWords(part)}${part.description ? `. ${part.description}` : ""}`,
      ...partsInWords(part, deeper),
    ]),
    ...(typeof additionalProperties === "object"
      ? [
          `${indent}(any name): ${typeInWords(additionalProperties)}`,
          ...partsInWords(additionalProperties, deeper),
        ]
      : []),
    ...(items ? partsInWords(items, indent) : []),
    ...branches(schema).flatMap((branch) => partsInWords(branch, indent)),
  ];
}

import { z } from "zod";
import type { Scope } from "../control/scopes.ts";
import { sameName } from "../tenant/by-name.ts";
import { Failure, type NamedThing, notFound } from "../tenant/failure.ts";
import { type IdKind, isId } from "../tenant/ids.ts";
import { nearestThings } from "../tenant/nearest-names.ts";
import type { Call, Catalogue, Tool } from "./define.ts";

/** What an argument may name: something with an id, or the member or bot that something is assigned to. */
export type ReferenceKind = IdKind | "assignee";

/** Longest text taken as a reference, in characters: a title, or an address. */
const MAX_REFERENCE = 500;

const kinds = z.registry<{ kind: ReferenceKind; orNone: boolean }>();

/**
 * An argument that names something: by its id, or by what people call it where its noun declares a {@link NameLookup}.
 * What the tool gets is the id, so a new tool takes names by being written with this.
 * @param orNone `none` is taken as it is: the tool takes away what stood there
 */
export function reference(kind: ReferenceKind, { orNone = false } = {}) {
  return z.string().min(1).max(MAX_REFERENCE).register(kinds, { kind, orNone });
}

/** What an argument says that takes away what it otherwise names. */
export const NONE = "none";

/** The kind that a schema names one of (or, as a list, several); undefined where it is no reference. */
export function kindOf(schema: z.core.$ZodType): ReferenceKind | undefined {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return kindOf(schema.unwrap());
  }
  if (schema instanceof z.ZodArray) return kindOf(schema.element);
  return kinds.get(schema)?.kind;
}

/** Ids of the other things that a call names, by kind. */
export type Given = ReadonlyMap<ReferenceKind, string>;

/** How things of a kind are found by what people call them. Each noun declares its own; `catalogue.ts` gathers them. */
export interface NameLookup {
  kind: ReferenceKind;
  /** As people say it. */
  noun: string;
  /** What lists them all. */
  list: string;
  /** Whoever holds it is shown candidates. */
  scope: Scope;
  /** It is looked for within what other arguments of the same call name: an article in its `chatbot`. */
  within?: string;
  /** Anybody may take such a name, so it is answered with candidates and never with a thing. */
  onlyOffered?: boolean;
  /** What needs no look-up, as the tool takes it: the id's own form where nothing is said. Null: look it up. */
  asId?(text: string): string | null;
  /** Those that are called exactly this; more than one shows that it is not clear. One look-up, by an index. */
  called(call: Call, name: string, given: Given): Promise<NamedThing[]>;
  /** Some among which the nearest are looked for when none is called so. */
  near(call: Call, name: string, given: Given): Promise<NamedThing[]>;
}

/** Most candidates of an error. */
const MAX_CANDIDATES = 10;

/**
 * The id of what is named. Costs nothing where it is an id already: whether that exists is for the tool to find out.
 * @throws Failure `not_found`, with the nearest as candidates; `invalid_input` when several are called so. A thing that
 * the caller may not see is neither found nor a candidate.
 */
async function resolve(call: Call, lookup: NameLookup, text: string, given: Given): Promise<string> {
  const { kind, noun, list, scope, onlyOffered = false } = lookup;
  const name = text.trim();
  const id = lookup.asId ? lookup.asId(name) : kind !== "assignee" && isId(kind, name) ? name : null;
  if (id !== null) return id;
  let found = await lookup.called(call, name, given);
  let near: NamedThing[] = [];
  if (found.length === 0) {
    near = await lookup.near(call, name, given);
    found = sameName(name, near);
  }
  const [only, ...others] = found;
  if (only && others.length === 0 && !onlyOffered) return only.id;
  // Whoever may not list them is told no names.
  const shown = (things: readonly NamedThing[]) =>
    things.length > 0 && call.principal.scopes.includes(scope)
      ? { candidates: things.slice(0, MAX_CANDIDATES) }
      : {};
  const quoted = JSON.stringify(name.slice(0, 80));
  if (only) {
    const message =
      others.length > 0
        ? `Several ${noun}s are called ${quoted}.`
        : `A ${noun} is not taken by its name alone, which anybody may use: ${quoted}.`;
    throw new Failure("invalid_input", message, {
      hint: "Pass the id of the one you mean.",
      ...shown(found),
    });
  }
  const { code, message } = notFound(noun, name, `this ${lookup.within ?? "workspace"}`);
  throw new Failure(code, message, { hint: `${list} lists them.`, ...shown(nearestThings(name, near)) });
}

/** A place in a tool's arguments that holds a reference. */
interface ReferencePlace {
  lookup: NameLookup;
  holder: object;
  key: string | number;
  text: string;
}

/** Every reference in arguments that have been checked against their schema, at whatever depth. */
function placesIn(
  schema: z.core.$ZodType,
  value: unknown,
  lookups: ReadonlyMap<ReferenceKind, NameLookup>,
  holder?: { of: object; key: string | number },
): ReferencePlace[] {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable || schema instanceof z.ZodDefault) {
    return placesIn(schema.unwrap(), value, lookups, holder);
  }
  if (schema instanceof z.ZodArray && Array.isArray(value)) {
    return value.flatMap((one, key) => placesIn(schema.element, one, lookups, { of: value, key }));
  }
  if (schema instanceof z.ZodObject && typeof value === "object" && value !== null) {
    return Object.entries(value).flatMap(([key, part]) => {
      const field: z.core.$ZodType | undefined = schema.shape[key];
      return field ? placesIn(field, part, lookups, { of: value, key }) : [];
    });
  }
  const named = kinds.get(schema);
  const lookup = named && lookups.get(named.kind);
  if (!lookup || !holder || typeof value !== "string" || (named.orNone && value.trim() === NONE)) return [];
  return [{ lookup, holder: holder.of, key: holder.key, text: value }];
}

/** Puts ids where arguments have names: first of what stands for itself, then of what is looked for within it. */
async function putIds(call: Call, places: readonly ReferencePlace[]): Promise<void> {
  const given = new Map<ReferenceKind, string>();
  const put = async ({ lookup, holder, key, text }: ReferencePlace) => {
    const id = await resolve(call, lookup, text, given);
    given.set(lookup.kind, id);
    Reflect.set(holder, key, id);
  };
  const [inner, outer] = [true, false].map((within) =>
    places.filter(({ lookup }) => (lookup.within !== undefined) === within),
  );
  await Promise.all((outer ?? []).map(put));
  await Promise.all((inner ?? []).map(put));
}

/** The catalogue with every tool's references, and those of prompts and addresses, taken by name as well. */
export function takingNames(catalogue: Catalogue, lookups: readonly NameLookup[]): Catalogue {
  const byKind = new Map(lookups.map((lookup) => [lookup.kind, lookup]));
  return {
    ...catalogue,
    tools: catalogue.tools.map((tool) => toolTakingNames(tool, byKind)),
    resources: catalogue.resources.map((resource) => ({
      ...resource,
      read: async (call, variables) => resource.read(call, await withIds(call, variables, byKind)),
    })),
    prompts: catalogue.prompts.map((prompt) => ({
      ...prompt,
      get: async (call, args) => prompt.get(call, await withIds(call, args, byKind)),
    })),
  };
}

function toolTakingNames(tool: Tool, lookups: ReadonlyMap<ReferenceKind, NameLookup>): Tool {
  const prepare: Tool["prepare"] = (args) => {
    const prepared = tool.prepare(args);
    if ("failure" in prepared) return prepared;
    const { input, run } = prepared;
    return {
      ...prepared,
      async run(call) {
        // The input is this call's own copy, which the schema made.
        await putIds(call, placesIn(tool.input, input, lookups));
        return run(call);
      },
    };
  };
  // Everything else is the tool's own, and its schemas are made when they are first read.
  return Object.create(tool, { prepare: { value: prepare, enumerable: true } });
}

/** Arguments of a prompt, or variables of an address, with ids for names: `chatbotId` names a chatbot. */
async function withIds(
  call: Call,
  given: Record<string, string>,
  lookups: ReadonlyMap<ReferenceKind, NameLookup>,
): Promise<Record<string, string>> {
  const holder = { ...given };
  const places = [...lookups.values()].flatMap((lookup): ReferencePlace[] => {
    const key = `${lookup.kind}Id`;
    const text = holder[key];
    return text === undefined ? [] : [{ lookup, holder, key, text }];
  });
  await putIds(call, places);
  return holder;
}

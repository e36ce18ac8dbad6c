import { describe, expect, it } from "vitest";
import { z } from "zod";
import { CLIENT_KEYS } from "../../src/calls/arguments.ts";
import type { Tool } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { isCommaFree } from "../../src/tenant/typed-text.ts";
import {
  bare,
  inner,
  listFields,
  optionalFields,
  requiredArguments,
  textOf,
  twoItems,
  typedValue,
} from "./argument-forms.ts";

const input = (tool: Tool, args: unknown) => {
  const prepared = tool.prepare(args);
  return "failure" in prepared ? { failure: prepared.failure.message } : { input: prepared.input };
};

/** Arguments that the tool takes, with the value at a path of names set, or left out. */
function withAt(args: object, path: readonly string[], value: unknown): Record<string, unknown> {
  const [key = "", ...rest] = path;
  const copy: Record<string, unknown> = { ...args };
  if (rest.length > 0) {
    const held = copy[key];
    copy[key] = withAt(typeof held === "object" && held !== null ? held : {}, rest, value);
  } else if (value === undefined) delete copy[key];
  else copy[key] = value;
  return copy;
}

describe.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
  const args: Record<string, unknown> = { ...(tool.example ?? requiredArguments(tool.input)) };

  it("takes its own example", () => {
    if (tool.example) expect(input(tool, tool.example)).toHaveProperty("input");
  });

  it("reads null and an empty text for what is optional as absent, where they mean nothing of their own", () => {
    for (const { path, schema } of optionalFields(tool.input)) {
      // Inside something that is optional itself the rest must be there.
      const base =
        path.length > 1
          ? withAt(args, path.slice(0, -1), typedValue(inner(tool.input, path.slice(0, -1))))
          : args;
      const absent = input(tool, withAt(base, path, undefined));
      const said = `${tool.name} ${path.join(".")}`;
      if (!z.safeParse(schema, null).success)
        expect(input(tool, withAt(base, path, null)), `${said} null`).toEqual(absent);
      for (const empty of ["", " "]) {
        if (!tool.hints.readOnly && z.safeParse(schema, empty).success) continue;
        expect(input(tool, withAt(base, path, empty)), `${said} "${empty}"`).toEqual(absent);
      }
      if (bare(schema) instanceof z.ZodArray && !z.safeParse(schema, []).success)
        expect(input(tool, withAt(base, path, [])), `${said} []`).toEqual(absent);
    }
  });

  it("reads a value that came as text as the value, and a number for a text as the text", () => {
    for (const [name, schema] of Object.entries(tool.input.shape)) {
      const typed = typedValue(schema);
      for (const text of textOf(schema, typed)) {
        expect(
          input(tool, { ...args, [name]: text }),
          `${tool.name} ${name} ${JSON.stringify(text)}`,
        ).toEqual(input(tool, { ...args, [name]: typed }));
      }
    }
    expect(input(tool, JSON.stringify(args))).toEqual(input(tool, args));
  });

  it("reads one item for a list of it, and several in one text only where a comma cannot stand in one", () => {
    for (const { path, item } of listFields(tool.input)) {
      const base =
        path.length > 1
          ? withAt(args, path.slice(0, -1), typedValue(inner(tool.input, path.slice(0, -1))))
          : args;
      const given = (value: unknown) => input(tool, withAt(base, path, value));
      const [one, two] = twoItems(item);
      const said = `${tool.name} ${path.join(".")}`;
      // What a tool refuses for itself says nothing of how it was read.
      if (!("input" in given([one]))) continue;
      const itself = path.length === 1 && z.safeParse(inner(tool.input, path), one).success;
      if (!itself) expect(given(one), said).toEqual(given([one]));
      expect(given(JSON.stringify([one])), said).toEqual(given([one]));
      if (typeof one === "object") {
        expect(given(JSON.stringify(one)), said).toEqual(given([one]));
        continue;
      }
      for (const wrong of [`['${one}']`, `[${one}`, `${one},`, `,${one}`, `${one},,${two}`, ","])
        expect(given(wrong), `${said} ${wrong}`).toHaveProperty("failure");
      const both = [`${one},${two}`, ` ${one} , ${two}`];
      const plain = typeof one === "string" && z.safeParse(item, "any text, of a person").success;
      const split = !plain || isCommaFree(item);
      for (const text of both) {
        if (split) expect(given(text), `${said} ${text}`).toEqual(given([one, two]));
        else expect(given(text), `${said} ${text}`).toHaveProperty("failure");
      }
      if (!plain) continue;
      const ids = ["tg_01kajq3v7e8m2n4p6r8t0v1x2y", "tg_01kajq3v7e8m2n4p6r8t0v1x2z"].map((id) =>
        id.slice(0, 25),
      );
      expect(given(ids.join(",")), said).toEqual(given(ids));
    }
  });

  it("reads an option in other capitals, with blanks or hyphens for its underscores", () => {
    for (const [name, field] of Object.entries(tool.input.shape)) {
      const schema = bare(field);
      if (!(schema instanceof z.ZodEnum)) continue;
      for (const option of schema.options) {
        const meant = input(tool, { ...args, [name]: option });
        const said = String(option);
        for (const other of [
          said.toUpperCase(),
          ` ${said} `,
          said.replaceAll("_", " "),
          said.replaceAll("_", "-"),
        ]) {
          if (schema.options.includes(other)) continue;
          expect(input(tool, { ...args, [name]: other }), `${tool.name} ${name} ${other}`).toEqual(meant);
        }
        expect(input(tool, { ...args, [name]: `${said}x` }), name).toHaveProperty("failure");
      }
    }
  });

  it("reads a time in every form in which it reads one", () => {
    const field = (schema: z.core.$ZodType, value: string) => z.safeParse(bare(schema), value).success;
    for (const [name, schema] of Object.entries(tool.input.shape)) {
      if (!field(schema, "2127-01-31T09:00:00Z")) continue;
      for (const form of ["2127-01-31", "31.1.2127", "2127-01-31 09:00", "2127-01-31T09:00+0100"]) {
        expect(field(schema, form), `${tool.name} ${name} ${form}`).toBe(true);
      }
    }
  });

  it("keeps what is no exact form of a value an error, and an empty text for what is required", () => {
    for (const [name, schema] of Object.entries(tool.input.shape)) {
      const typed = typedValue(schema);
      if (typeof typed === "number") {
        for (const wrong of ["5px", "0x5", " 5", "1e1", "٥", "true"]) {
          expect(input(tool, { ...args, [name]: wrong }), `${name} ${wrong}`).toHaveProperty("failure");
        }
      }
      if (typeof typed === "boolean") {
        for (const wrong of ["yes", "1", "TRUE", 1]) {
          expect(input(tool, { ...args, [name]: wrong }), `${name} ${wrong}`).toHaveProperty("failure");
        }
      }
      if (!z.safeParse(schema, undefined).success && !z.safeParse(schema, "").success) {
        expect(input(tool, { ...args, [name]: "" }), name).toHaveProperty("failure");
      }
    }
  });

  it("leaves out what known clients add, and no other name", () => {
    const names = [...CLIENT_KEYS].filter((key) => !(key in tool.input.shape));
    const more = Object.fromEntries(names.map((key) => [key, "x"]));
    expect(input(tool, { ...args, ...more })).toEqual(input(tool, args));
    expect(input(tool, { ...args, sessionid: "x" })).toHaveProperty("failure");
  });

  it("has no id that may be empty: it would name nothing, and count as given", () => {
    for (const { path, schema } of optionalFields(tool.input)) {
      const name = path.at(-1) ?? "";
      if (tool.hints.readOnly || !/Id$|Handle$|^cursor$/.test(name)) continue;
      expect(z.safeParse(schema, "").success, `${tool.name} ${name}`).toBe(false);
    }
  });
});

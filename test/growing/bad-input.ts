import fc from "fast-check";
import { expect } from "vitest";
import type { Tool } from "../../src/calls/define.ts";
import { property } from "../property.ts";
import type { Checks } from "./checks.ts";
import { argumentSchema, sampleArguments } from "./samples.ts";
import { callTool, contentsOf, type World } from "./world.ts";

/** Strings that break things elsewhere: SQL, FTS5 syntax, control characters, bidi, lone surrogates, very long ones. */
const HOSTILE = [
  "'; DROP TABLE contacts; --",
  '" OR 1=1 --',
  'workspace_id : "x" OR body : *',
  "NEAR(a b) AND NOT c*",
  "body:",
  '"unclosed',
  "^*()-+",
  "%_\\",
  "\u0000\u0001\u001b[31m",
  "\u202e\u2066\u200b\ufeff",
  "\ud800",
  "👩‍👩‍👧‍👦".repeat(50),
  "x".repeat(300_000),
  "__proto__",
  "{{constructor}}",
];

const hostile = fc.constantFrom(...HOSTILE);
const anything = fc.oneof(
  hostile,
  fc.anything({ maxDepth: 2, withNullPrototype: false }),
  fc.integer(),
  fc.double(),
  fc.constantFrom(null, true, [], {}, -1, 0, Number.MAX_SAFE_INTEGER, 1e308),
);

/** Generated wrong inputs: a clear error, nothing changed, no failure of ours. */
export const badInput: Checks = {
  async "names the nearest argument for an unknown one, and runs nothing"(tool, { mine }) {
    const { properties } = argumentSchema(tool);
    const args = await sampleArguments(tool, mine, mine.open);
    const before = await contentsOf(mine.workspace);
    const [known = "anything"] = Object.keys(properties);
    const answer = await callTool(mine.client, tool.name, { ...args, [`${known}x`]: 1 });
    expect(answer.code, answer.text).toBe("invalid_input");
    expect(answer.text).toContain(`${known}x`);
    if (Object.keys(properties).length > 0) expect(answer.data.candidates).toContain(known);
    expect(await contentsOf(mine.workspace)).toEqual(before);
  },

  async "survives generated arguments"(tool, { mine }) {
    const { properties } = argumentSchema(tool);
    const sample = await sampleArguments(tool, mine, mine.open);
    const names = [...Object.keys(properties), "unknownArgument"];
    await property(
      [fc.dictionary(fc.constantFrom(...names), anything, { maxKeys: 3 }), fc.boolean()],
      async (wrong, based) => {
        const args = JSON.parse(JSON.stringify(based ? { ...sample, ...wrong } : wrong));
        await untilIndexed(mine);
        const before = await contentsOf(mine.workspace);
        const answer = await callTool(mine.client, tool.name, args);
        expect(answer.code ?? "", answer.text).not.toMatch(/internal|thrown|protocol/);
        // What is refused must have changed nothing; what is accepted was valid after all.
        if (answer.code !== null) expect(await contentsOf(mine.workspace)).toEqual(before);
      },
      { runs: 25 },
    );
  },
};

/** Tools that cannot be called with nothing: of these holds {@link nothingGiven}. */
export const takesSomething = (tool: Tool) => argumentSchema(tool).required.length > 0;

export const nothingGiven: Checks = {
  async "says which argument is missing"(tool, { mine }) {
    const { required } = argumentSchema(tool);
    expect(required).not.toHaveLength(0);
    const answer = await callTool(mine.client, tool.name, {});
    expect(answer.code).toBe("invalid_input");
    for (const argument of required) expect(answer.text).toContain(argument);
  },
};

/** A rebuild that an earlier call began goes on by itself, and writes when it ends. */
async function untilIndexed({ workspace }: World): Promise<void> {
  const under = async () =>
    ((await contentsOf(workspace)).index_jobs ?? []).map((job) => Reflect.get(Object(job), "state"));
  await expect
    .poll(async () => (await under()).filter((state) => state === "queued" || state === "running"))
    .toEqual([]);
}

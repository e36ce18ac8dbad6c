import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { sampleArguments } from "./samples.ts";
import { callTool, contentsOf, HIDDEN, makeWorld, QUESTION, type World } from "./world.ts";

/** A tool that says it only reads leaves the database as it was. */
let world: World;

beforeAll(async () => {
  world = await makeWorld("reading");
}, 60_000);

describe("reading tools leave the database unchanged", () => {
  it.each(catalogue.tools.filter((tool) => tool.hints.readOnly).map((tool) => [tool.name, tool] as const))(
    "%s",
    async (name, tool) => {
      const before = await contentsOf(world.workspace);
      const answer = await callTool(world.client, name, await sampleArguments(tool, world, world.open));
      expect(answer.code, answer.text).toBeNull();
      expect(await contentsOf(world.workspace)).toEqual(before);
      // Hostile text is made visible, and named as what a customer wrote.
      for (const hidden of HIDDEN) expect(answer.text).not.toContain(hidden);
      if (answer.text.includes(QUESTION) || answer.text.includes("Visitor ")) {
        expect(answer.data.untrustedFields, answer.text).toEqual(
          expect.arrayContaining([expect.any(String)]),
        );
      }
    },
  );
});

describe("writing tools change something", () => {
  it.each(catalogue.tools.filter((tool) => !tool.hints.readOnly).map((tool) => [tool.name, tool] as const))(
    "%s",
    async (name, tool) => {
      const args = await sampleArguments(tool, world, world.open);
      const before = await contentsOf(world.workspace);
      const answer = await callTool(world.client, name, args);
      expect(answer.code, answer.text).toBeNull();
      // remove_contact_tags and its like may have nothing to remove; those that make or change something must show it.
      if (!name.startsWith("remove_")) expect(await contentsOf(world.workspace)).not.toEqual(before);
    },
  );
});

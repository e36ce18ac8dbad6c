import { beforeAll, describe, expect, it } from "vitest";
import type { Prompt } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { ALL_SCOPES, type Scope } from "../../src/control/scopes.ts";
import { type Corner, connectWith, contentsOf, makeWorld, type World } from "./world.ts";

/** Every prompt of the catalogue, and what completes its arguments: scopes, inboxes, other workspaces. */
let mine: World;
let theirs: World;

beforeAll(async () => {
  mine = await makeWorld("askers", { shard: "TENANT_1" });
  theirs = await makeWorld("asked", { shard: "TENANT_1" });
});

/** Arguments that point at things of a corner. */
function argumentsFor(prompt: Prompt, { ids, shared }: Corner): Record<string, string> {
  const required = prompt.arguments.filter((argument) => argument.required);
  return Object.fromEntries(required.map(({ name }) => [name, ids[name] ?? shared[name] ?? "delivery"]));
}

function expectNothingOf(corner: Corner, text: string) {
  for (const secret of [corner.canary, ...Object.values(corner.ids)]) expect(text).not.toContain(secret);
}

/** The longest that all messages of a prompt may be together: what tools may answer at most. */
const MAX_CHARACTERS = 60_000;

describe.each(catalogue.prompts.map((prompt) => [prompt.name, prompt] as const))("%s", (name, prompt) => {
  it("carries what is there, and changes nothing", async () => {
    const before = await contentsOf(mine.workspace);
    const args = argumentsFor(prompt, mine.open);
    const text = JSON.stringify(await mine.client.getPrompt({ name, arguments: args }));
    for (const id of Object.values(args)) expect(text).toContain(id);
    expect(text.length).toBeLessThan(MAX_CHARACTERS);
    expect(await contentsOf(mine.workspace)).toEqual(before);
  });

  it.each(prompt.scopes)("is absent and refused without %s", async (scope) => {
    const client = await connectWith(mine, { scopes: ALL_SCOPES.filter((one) => one !== scope) });
    const { prompts } = await client.listPrompts();
    expect(prompts.map((listed) => listed.name)).not.toContain(name);
    const args = argumentsFor(prompt, mine.open);
    await expect(client.getPrompt({ name, arguments: args })).rejects.toThrow(scope);
    const ref = { type: "ref/prompt" as const, name };
    const [first] = prompt.arguments;
    const asked = { ref, argument: { name: first?.name ?? "", value: "" } };
    await expect(client.complete(asked)).rejects.toThrow(scope);
  });

  it("says nothing of other workspaces and of other inboxes", async () => {
    const args = argumentsFor(prompt, theirs.open);
    const named = Object.values(theirs.open.ids).concat(Object.values(theirs.open.shared));
    if (Object.values(args).some((value) => named.includes(value))) {
      await expect(mine.client.getPrompt({ name, arguments: args })).rejects.toThrow(/No /);
    }
    const inboxes = [theirs.open.ids.inboxId ?? ""];
    const limited = await connectWith(theirs, { scopes: "all", inboxes });
    // About what all callers see of the other inbox's chatbot; what is that inbox's alone is refused.
    const other = limited.getPrompt({ name, arguments: argumentsFor(prompt, theirs.other) });
    expectNothingOf(theirs.other, JSON.stringify(await other.catch(() => null)));
  });

  it("completes only what the caller may see", async () => {
    const limits = [
      { world: mine, limit: { scopes: "all" as const }, hidden: [theirs.open, theirs.other] },
      {
        world: theirs,
        limit: { scopes: "all" as const, inboxes: [theirs.open.ids.inboxId ?? ""] },
        hidden: [theirs.other],
      },
    ];
    for (const { world, limit, hidden } of limits) {
      const client = await connectWith(world, limit);
      for (const argument of prompt.arguments) {
        for (const value of ["", "c", "w", "asked", theirs.other.canary]) {
          const asked = {
            ref: { type: "ref/prompt" as const, name },
            argument: { name: argument.name, value },
          };
          const text = JSON.stringify((await client.complete(asked)).completion.values);
          for (const corner of hidden) expectNothingOf(corner, text);
        }
      }
    }
  });
});

describe("chatbots", () => {
  const OF_CHATBOTS = catalogue.prompts.filter((prompt) =>
    prompt.arguments.some((argument) => argument.name === "chatbotId"),
  );

  it.each(OF_CHATBOTS.map((prompt) => [prompt.name, prompt] as const))(
    "complete %s for callers that may read them alone",
    async (name, { scopes }) => {
      const offered = async (held: readonly Scope[]) => {
        const client = await connectWith(mine, { scopes: [...held] });
        const argument = { name: "chatbotId", value: "" };
        return (await client.complete({ ref: { type: "ref/prompt", name }, argument })).completion.values;
      };
      const { chatbotId } = mine.open.shared;
      expect(await offered([...new Set<Scope>([...scopes, "chatbots:read"])])).toContain(chatbotId);
      if (!scopes.includes("chatbots:read")) expect(await offered(scopes)).toEqual([]);
    },
  );
});

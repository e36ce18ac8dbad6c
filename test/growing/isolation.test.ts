import { beforeAll, describe, expect, it } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { idParameters, sampleArguments } from "./samples.ts";
import { type Corner, callTool, connectWith, contentsOf, makeWorld, type World } from "./world.ts";

/**
 * Every tool and resource of the catalogue against ids of another workspace and of a forbidden inbox.
 * A new tool is here by being in the catalogue; an id parameter that the world does not know makes it fail.
 */
let mine: World;
let theirs: World;
/** A workspace on the other tenant database. */
let elsewhere: World;

beforeAll(async () => {
  // In one tenant database: the shard may not be what keeps them apart.
  mine = await makeWorld("mine", { shard: "TENANT_1" });
  theirs = await makeWorld("theirs", { shard: "TENANT_1" });
  elsewhere = await makeWorld("elsewhere", { shard: "TENANT_2" });
}, 60_000);

/** The arguments with a foreign id in one place. Tools take a chatbot or a flow, never both: the other one goes. */
function onlyOne(args: Record<string, unknown>, parameter: string, id: unknown): Record<string, unknown> {
  const { chatbotId, flowId, ...rest } = args;
  if (parameter === "chatbotId" && flowId !== undefined) return { ...rest, chatbotId: id };
  return { ...args, [parameter]: id };
}

/** Nothing of a corner's inbox may show in what a client was sent: no word, no id. */
function expectNothingOf(corner: Corner, text: string, asked: unknown[] = []) {
  for (const secret of [corner.canary, ...Object.values(corner.ids)]) {
    // An error may repeat the id that the caller itself sent.
    if (!asked.includes(secret)) expect(text).not.toContain(secret);
  }
}

describe.each(catalogue.tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  it("works in its own workspace", async () => {
    const answer = await callTool(mine.client, name, await sampleArguments(tool, mine, mine.other));
    expect(answer.code, answer.text).toBeNull();
    expectNothingOf(theirs.open, answer.text);
    expectNothingOf(theirs.other, answer.text);
  });

  it("finds nothing of another workspace and changes nothing there", async () => {
    for (const foreign of [theirs, elsewhere]) {
      const before = await contentsOf(foreign.workspace);
      for (const [parameter, id] of idParameters(tool, { ...foreign.open.shared, ...foreign.open.ids })) {
        const args = onlyOne(await sampleArguments(tool, mine, mine.open), parameter, id);
        const answer = await callTool(mine.client, name, args);
        expectNothingOf(foreign.open, answer.text, [id]);
        expectNothingOf(foreign.other, answer.text);
        expectRefusedOrEmpty(answer);
      }
      expect(await contentsOf(foreign.workspace)).toEqual(before);
    }
  });

  it("finds nothing of a forbidden inbox and changes nothing there", async () => {
    const limited = await connectWith(theirs.workspace, {
      scopes: "all",
      inboxes: [theirs.open.ids.inboxId ?? ""],
    });
    const own = await callTool(limited, name, await sampleArguments(tool, theirs, theirs.open));
    expectNothingOf(theirs.other, own.text);
    const before = await contentsOf(theirs.workspace);
    for (const [parameter, id] of idParameters(tool, theirs.other.ids)) {
      const args = { ...(await sampleArguments(tool, theirs, theirs.open)), [parameter]: id };
      const ready = await contentsOf(theirs.workspace);
      const answer = await callTool(limited, name, args);
      expectNothingOf(theirs.other, answer.text, [id]);
      expectRefusedOrEmpty(answer);
      expect(await contentsOf(theirs.workspace)).toEqual(ready);
    }
    if (tool.hints.readOnly) expect(await contentsOf(theirs.workspace)).toEqual(before);
  });
});

/** Naming something that is not there: an error, or for a filter a list without rows. */
function expectRefusedOrEmpty(answer: { code: string | null; data: Record<string, unknown>; text: string }) {
  if (answer.code !== null) expect(answer.code, answer.text).toMatch(/^(not_found|invalid_input)$/);
  else expect(answer.data.items, answer.text).toEqual([]);
}

describe("resources", () => {
  const templates = catalogue.resources.filter(({ uri }) => uri.includes("{"));

  it.each(templates.map(({ uri }) => uri))("%s shows nothing of others", async (uri) => {
    const limited = await connectWith(theirs.workspace, {
      scopes: "all",
      inboxes: [theirs.open.ids.inboxId ?? ""],
    });
    const fill = ({ shared, ids }: Corner) =>
      uri.replace(/\{(\w+)\}/g, (_, name) => ids[name] ?? shared[name] ?? `no-${name}`);
    const isShared = Object.keys(theirs.other.shared).some((name) => uri.includes(`{${name}}`));
    const own = await mine.client.readResource({ uri: fill(mine.open) });
    expect(JSON.stringify(own)).toContain(isShared ? mine.open.shared.chatbotId : mine.open.canary);
    await expect(mine.client.readResource({ uri: fill(theirs.open) })).rejects.toThrow(/No |not found/i);
    if (isShared) {
      const read = await limited.readResource({ uri: fill(theirs.other) });
      expectNothingOf(theirs.other, JSON.stringify(read));
    } else {
      await expect(limited.readResource({ uri: fill(theirs.other) })).rejects.toThrow(/No |not found/i);
    }
  });

  it.each(catalogue.resources.filter(({ uri }) => !uri.includes("{")).map(({ uri }) => uri))(
    "%s shows nothing of others",
    async (uri) => {
      const limited = await connectWith(theirs.workspace, {
        scopes: "all",
        inboxes: [theirs.open.ids.inboxId ?? ""],
      });
      const text = JSON.stringify(await mine.client.readResource({ uri }));
      expectNothingOf(theirs.open, text);
      expectNothingOf(theirs.other, JSON.stringify(await limited.readResource({ uri })));
    },
  );
});

import { expect } from "vitest";
import type { Checks } from "./checks.ts";
import { showsNothingOf } from "./checks.ts";
import { idParameters, sampleArguments } from "./samples.ts";
import { type Answer, callTool, connectWith, contentsOf, type World } from "./world.ts";

/** The arguments with a foreign id in one place. Tools take a chatbot or a flow, never both: the other one goes. */
export function onlyOne(
  args: Record<string, unknown>,
  parameter: string,
  id: unknown,
): Record<string, unknown> {
  const { chatbotId, flowId, ...rest } = args;
  if (parameter === "chatbotId" && flowId !== undefined) return { ...rest, chatbotId: id };
  return { ...args, [parameter]: id };
}

/** Naming something that is not there: an error, or for a filter a list without rows. */
function expectRefusedOrEmpty({ code, data, text }: Answer): void {
  if (code !== null) expect(code, text).toMatch(/^(not_found|invalid_input)$/);
  else expect(data.items, text).toEqual([]);
}

/** A client that may see the first inbox of a world alone. */
export const limitedTo = (world: World) =>
  connectWith(world, { scopes: "all", inboxes: [world.open.ids.inboxId ?? ""] });

/** A tool against ids of another workspace, on both databases, and of a forbidden inbox. */
export const isolation: Checks = {
  async "works in its own workspace"(tool, { mine, theirs }) {
    const answer = await callTool(mine.client, tool.name, await sampleArguments(tool, mine, mine.other));
    expect(answer.code, answer.text).toBeNull();
    showsNothingOf(theirs.open, answer.text);
    showsNothingOf(theirs.other, answer.text);
  },

  async "finds nothing of another workspace and changes nothing there"(tool, { mine, theirs, elsewhere }) {
    for (const foreign of [theirs, elsewhere]) {
      const before = await contentsOf(foreign.workspace);
      for (const [parameter, id] of idParameters(tool, { ...foreign.open.shared, ...foreign.open.ids })) {
        const args = onlyOne(await sampleArguments(tool, mine, mine.open), parameter, id);
        const answer = await callTool(mine.client, tool.name, args);
        showsNothingOf(foreign.open, answer.text, [id]);
        showsNothingOf(foreign.other, answer.text);
        expectRefusedOrEmpty(answer);
      }
      expect(await contentsOf(foreign.workspace)).toEqual(before);
    }
  },

  async "finds nothing of a forbidden inbox and changes nothing there"(tool, { theirs }) {
    const limited = await limitedTo(theirs);
    const own = await callTool(limited, tool.name, await sampleArguments(tool, theirs, theirs.open));
    // The names of tags are the whole workspace's words; who carries them is not told.
    showsNothingOf(theirs.other, own.text.replaceAll(`tag ${theirs.other.canary}`, "a tag"));
    const before = await contentsOf(theirs.workspace);
    for (const [parameter, id] of idParameters(tool, theirs.other.ids)) {
      const args = { ...(await sampleArguments(tool, theirs, theirs.open)), [parameter]: id };
      const ready = await contentsOf(theirs.workspace);
      const answer = await callTool(limited, tool.name, args);
      showsNothingOf(theirs.other, answer.text, [id]);
      expectRefusedOrEmpty(answer);
      expect(await contentsOf(theirs.workspace)).toEqual(ready);
    }
    if (tool.hints.readOnly) expect(await contentsOf(theirs.workspace)).toEqual(before);
  },
};

import { expect } from "vitest";
import type { Checks } from "./checks.ts";
import { sampleArguments } from "./samples.ts";
import { callTool, contentsOf, HIDDEN, QUESTION } from "./world.ts";

/** A tool that says it only reads leaves the database as it was; one that does not changes something. */
export const changes: Checks = {
  async "changes something unless it says that it only reads"(tool, { mine }) {
    const args = await sampleArguments(tool, mine, mine.open);
    const before = await contentsOf(mine.workspace);
    const answer = await callTool(mine.client, tool.name, args);
    expect(answer.code, answer.text).toBeNull();
    const after = await contentsOf(mine.workspace);
    if (tool.hints.readOnly) expect(after).toEqual(before);
    // remove_contact_tags and its like may have nothing to remove.
    else if (!tool.name.startsWith("remove_")) expect(after).not.toEqual(before);
  },

  async "shows hostile text visibly, and names it as what a customer wrote"(tool, { mine }) {
    if (!tool.hints.readOnly) return;
    const answer = await callTool(mine.client, tool.name, await sampleArguments(tool, mine, mine.open));
    expect(answer.code, answer.text).toBeNull();
    for (const hidden of HIDDEN) expect(answer.text).not.toContain(hidden);
    if (answer.text.includes(QUESTION) || answer.text.includes("Visitor ")) {
      expect(answer.data.untrustedFields, answer.text).toEqual(expect.arrayContaining([expect.any(String)]));
    }
  },
};

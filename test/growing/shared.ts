import { expect } from "vitest";
import type { Checks } from "./checks.ts";
import { limitedTo, onlyOne } from "./isolation.ts";
import { idParameters, sampleArguments } from "./samples.ts";
import { type Corner, callTool, contentsOf, type World } from "./world.ts";

/** Rows of a workspace by table that name any of these ids. */
async function rowsWith(world: World, ids: readonly string[]): Promise<string[]> {
  const contents = await contentsOf(world.workspace);
  return Object.entries(contents).flatMap(([table, rows]) =>
    rows
      .map((row) => `${table} ${JSON.stringify(row)}`)
      .filter((row) => ids.some((id) => row.includes(id)))
      // What is of the caller's own inbox alone.
      .filter(
        (row) =>
          !row.includes(String(world.open.ids.inboxId)) || row.includes(String(world.other.ids.inboxId)),
      )
      // Counts of what everybody does, and what is kept of a call's key, change with every act.
      .filter((row) => !/^(day_counts|idempotency) /.test(row)),
  );
}

/**
 * A tool that writes, told to work on what a hidden inbox uses as well: nothing of that may change or go.
 * @param shared the first corner with what both inboxes share in place of its own
 */
export const sharedThings = (shared: () => Corner): Checks => ({
  async "changes nothing that an inbox uses which the caller may not see"(tool, { theirs }) {
    if (tool.hints.readOnly) return;
    const limited = await limitedTo(theirs);
    const corner = shared();
    const watched = [...Object.values(corner.shared), ...Object.values(theirs.other.ids)];
    const named = idParameters(tool, {
      ...theirs.ids,
      ...corner.shared,
      contactId: corner.ids.contactId ?? "",
    });
    for (const [parameter, id] of [[null, null] as const, ...named]) {
      const sample = await sampleArguments(tool, theirs, corner);
      // Tools that destroy are given new things by the sample: here they get the very one.
      const args = parameter === null ? sample : onlyOne(sample, parameter, id);
      const before = await rowsWith(theirs, watched);
      const answer = await callTool(limited, tool.name, args);
      const after = new Set(await rowsWith(theirs, watched));
      expect(
        before.filter((row) => !after.has(row)),
        `${tool.name} ${JSON.stringify(args)}: ${answer.text}`,
      ).toEqual([]);
    }
  },
});

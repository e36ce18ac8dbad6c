import { expect } from "vitest";
import type { Tool } from "../../src/calls/define.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { newId } from "../../src/tenant/ids.ts";
import type { Checks } from "./checks.ts";
import { showsNothingOf } from "./checks.ts";
import { limitedTo, onlyOne } from "./isolation.ts";
import { contactParameters, namingParameters, sampleArguments, textParameters } from "./samples.ts";
import {
  type Answer,
  type Corner,
  callTool,
  contentsOf,
  newNumber,
  type World,
  wholeTenant,
} from "./world.ts";

type Args = Record<string, unknown>;

/** Another visitor of the open inbox, who says an email and a phone that nobody confirms. */
async function visitorSays({ workspace, open }: World) {
  const inboxId = String(open.ids.inboxId);
  const words = {
    email: `${newId("message")}@said.example`,
    phone: `+49 30 ${newNumber()}`,
  };
  const { contactId } = await findOrCreateVisitorContact(wholeTenant(workspace), {
    ...{ inboxId, channel: "web", sourceId: newId("identity") },
    ...words,
  });
  const { email, phone } = words;
  return { contactId, references: [`email:${email}`, email, email.toUpperCase(), `phone:${phone}`, phone] };
}

/**
 * The text parameters of a tool, each with the corner's names, addresses, numbers and words that it takes. Of tools that
 * write those alone that name something: what they are told to write is theirs.
 */
function* called(tool: Tool, args: Args, { callings }: Corner): Generator<[value: string, args: Args]> {
  for (const name of tool.hints.readOnly ? textParameters(tool) : namingParameters(tool)) {
    for (const value of callings) {
      // What stands alone, or in a list of such.
      const given = [value, [value]].map((one) => onlyOne(args, name, one));
      const taken = given.find((one) => !("failure" in tool.prepare(one)));
      if (taken) yield [value, taken];
    }
  }
}

/** Nothing of the corner is in the answer but what was sent; by what is the corner's alone, a list finds nothing. */
function foundNothing(tool: Tool, corner: Corner, value: string, answer: Answer): void {
  showsNothingOf(corner, answer.text, [value, corner.canary]);
  const isOnlyTheirs = value.includes(corner.canary) || /\d{7}$/.test(value);
  if (tool.hints.readOnly && answer.code === null && isOnlyTheirs && Array.isArray(answer.data.items)) {
    expect(answer.data.items, `${tool.name} ${value}: ${answer.text}`).toEqual([]);
  }
}

/** The rows of a workspace's tables that name anything of a corner's inbox. */
function rowsOf({ ids }: Corner, contents: Record<string, unknown[]>): unknown[] {
  return Object.entries(contents).flatMap(([table, rows]) =>
    rows
      .filter((row) => Object.values(ids).some((id) => JSON.stringify(row).includes(id)))
      .map((row) => [table, row]),
  );
}

/** A tool against what people call what belongs to another workspace, and to a forbidden inbox; ids are isolation.ts. */
export const callings: Checks = {
  async "finds nothing by what people call what is another's, and changes nothing of it"(
    tool,
    { mine, theirs },
  ) {
    const limited = await limitedTo(theirs);
    const hidden = rowsOf(theirs.other, await contentsOf(theirs.workspace));
    const seen = await sampleArguments(tool, theirs, theirs.open);
    for (const [value, args] of called(tool, seen, theirs.other)) {
      foundNothing(tool, theirs.other, value, await callTool(limited, tool.name, args));
    }
    expect(rowsOf(theirs.other, await contentsOf(theirs.workspace))).toEqual(hidden);
    const before = await contentsOf(theirs.workspace);
    const own = await sampleArguments(tool, mine, mine.open);
    for (const [value, args] of called(tool, own, theirs.open)) {
      foundNothing(tool, theirs.open, value, await callTool(mine.client, tool.name, args));
    }
    expect(await contentsOf(theirs.workspace)).toEqual(before);
  },

  async "leads nowhere by what a visitor says of itself"(tool, { mine }) {
    for (const parameter of contactParameters(tool)) {
      const said = await visitorSays(mine);
      for (const reference of said.references) {
        const args = onlyOne(await sampleArguments(tool, mine, mine.open), parameter, reference);
        const answer = await callTool(mine.client, tool.name, args);
        expect(answer.code, answer.text).toMatch(/^(not_found|invalid_input)$/);
        expect(answer.text).not.toContain(said.contactId);
      }
    }
  },
};

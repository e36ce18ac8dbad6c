import { expect } from "vitest";
import type { Tool } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { idsOf, valuesOf } from "./cases.ts";
import type { Checks } from "./checks.ts";
import { limitedTo } from "./isolation.ts";
import { argumentSchema, sampleArguments } from "./samples.ts";
import { type Answer, callTool, connectWith, type World } from "./world.ts";

type Args = Record<string, unknown>;
type Client = World["client"];

export const takesCursor = ({ input }: Tool) => "cursor" in argumentSchema({ input } as Tool).properties;

/** What of a tool's parameters does not say which rows its list holds. */
const PLACES = ["cursor", "limit", "page"];

/** Lists whose place means the same whatever is filtered, as their descriptions say. */
const ANY_FILTER = ["list_events"];

function refused(answer: Answer, what: string): void {
  expect(answer.code, `${what}: ${answer.text}`).toBe("invalid_cursor");
}

/** A list's first page of one row: there must be more, or nothing is tested. */
async function firstPage(
  client: Client,
  tool: Tool,
  args: Args,
): Promise<{ cursor: string; answer: Answer }> {
  const one = "limit" in argumentSchema(tool).properties ? { ...args, limit: 1 } : args;
  const answer = await callTool(client, tool.name, one);
  const cursor = answer.data.nextCursor;
  if (typeof cursor !== "string") throw new Error(`${tool.name} has one page only: ${answer.text}`);
  return { cursor, answer };
}

/** The same text with one character changed, at some places. */
function changed(cursor: string): string[] {
  return [0, 1, Math.floor(cursor.length / 2), cursor.length - 2].map((at) => {
    const other = cursor[at] === "A" ? "B" : "A";
    return cursor.slice(0, at) + other + cursor.slice(at + 1);
  });
}

const readable = (value: unknown) =>
  new TextEncoder().encode(JSON.stringify(value)).toBase64({ alphabet: "base64url", omitPadding: true });

/** Places that nobody gave out, as somebody would write them who knows or guesses how ours look inside. */
const MADE_UP = [
  "x",
  "!",
  "A".repeat(22),
  "A".repeat(64),
  "A".repeat(2000),
  ...[[1], [0, 1], ["x", 1], [Date.now(), 1], ["ct_01kajq3v7e8m2n4p6r8t0v"], { n: 1 }, null].map(readable),
];

/** A tool that takes a cursor takes those alone that it gave to this caller for this list. */
export const cursors: Checks = {
  async "goes on behind a cursor that it gave, which says nothing"(tool, { mine }) {
    const args = await sampleArguments(tool, mine, mine.open);
    const { cursor, answer } = await firstPage(mine.client, tool, args);
    const next = await callTool(mine.client, tool.name, { ...args, cursor });
    expect(next.code, next.text).toBeNull();
    expect(next.data.items ?? next.data.messages ?? next.data.nodes, next.text).not.toEqual(
      answer.data.items ?? answer.data.messages ?? answer.data.nodes,
    );
    const bytes = Uint8Array.fromBase64(cursor, { alphabet: "base64url" });
    const shown = new TextDecoder("latin1").decode(bytes);
    for (const [id] of answer.text.matchAll(/[a-z]{2}_[0-9a-z]{22}/g)) expect(shown).not.toContain(id);
    expect(() => JSON.parse(shown)).toThrow();
    // The same page gives the same cursor, whatever number it stands at, in one length for small and large ones.
    expect((await firstPage(mine.client, tool, args)).cursor).toBe(cursor);
    expect((bytes.length - 16) % 32).toBe(0);
  },

  async "refuses cursors that are made up or changed"(tool, { mine }) {
    const args = await sampleArguments(tool, mine, mine.open);
    const { cursor } = await firstPage(mine.client, tool, args);
    for (const forged of [...MADE_UP, ...changed(cursor), `${cursor}AAAA`, cursor.slice(4)]) {
      refused(await callTool(mine.client, tool.name, { ...args, cursor: forged }), forged);
    }
  },

  async "refuses cursors of other lists, workspaces and reaches"(tool, { mine, theirs, elsewhere }) {
    const args = await sampleArguments(tool, mine, mine.open);
    for (const other of catalogue.tools.filter((one) => one.name !== tool.name && takesCursor(one))) {
      const { cursor } = await firstPage(mine.client, other, await sampleArguments(other, mine, mine.open));
      refused(await callTool(mine.client, tool.name, { ...args, cursor }), `of ${other.name}`);
    }
    for (const foreign of [theirs, elsewhere]) {
      const { cursor } = await firstPage(
        foreign.client,
        tool,
        await sampleArguments(tool, foreign, foreign.open),
      );
      refused(await callTool(mine.client, tool.name, { ...args, cursor }), "of another workspace");
    }
    const { cursor } = await firstPage(mine.client, tool, args);
    const limited = await limitedTo(mine);
    const both = await connectWith(mine, {
      scopes: "all",
      inboxes: [mine.open.ids.inboxId ?? "", mine.other.ids.inboxId ?? ""],
    });
    for (const client of [limited, both]) {
      const answer = await callTool(client, tool.name, { ...args, cursor });
      // What a limited caller may not see at all is not there before its cursor is looked at.
      if (answer.code !== "not_found") refused(answer, "of a caller that sees all");
    }
  },

  async "refuses a cursor under other filters"(tool, { mine }) {
    if (ANY_FILTER.includes(tool.name)) return;
    const args = await sampleArguments(tool, mine, mine.open);
    const { cursor } = await firstPage(mine.client, tool, args);
    const ids = idsOf(mine);
    const whole = JSON.stringify((await callTool(mine.client, tool.name, args)).data);
    for (const [name, schema] of Object.entries(argumentSchema(tool).properties)) {
      if (PLACES.includes(name) || name in args) continue;
      for (const value of valuesOf(name, schema, ids)) {
        const filtered = { ...args, [name]: value };
        const { code, data } = await callTool(mine.client, tool.name, filtered);
        // What names the same list once more (its order by default, the conversation's own chatbot) is no other one.
        if (code !== null || JSON.stringify(data) === whole) continue;
        refused(
          await callTool(mine.client, tool.name, { ...filtered, cursor }),
          `${name} ${JSON.stringify(value)}`,
        );
      }
    }
  },
};

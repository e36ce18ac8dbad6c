import type { Client } from "@modelcontextprotocol/client";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import type { Tool } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { limitedTo } from "./isolation.ts";
import { argumentSchema, sampleArguments } from "./samples.ts";
import { type Answer, callTool, makeWorld, newNumber, type World } from "./world.ts";

/**
 * Two workspaces that were made alike. In one of them everything that a caller limited to the first inbox is about to
 * write was written before, by somebody else, in the inbox that it may not see. What it is answered is the same in both,
 * to the letter but for ids and times.
 */
let quiet: World;
let busy: World;
let limited: Record<"quiet" | "busy", Client>;

/** What belongs to the whole workspace, so that a caller limited to inboxes sees it too: growing/shared is about that. */
const SHARED = ["chatbotId", "ruleId", "categoryId", "articleId", "fieldId", "tagId", "versionId"];
const SHARED_MADE = ["create_tag", "create_custom_field", "create_saved_reply"];
const writers = catalogue.tools.filter(
  ({ hints, name, input }) =>
    !hints.readOnly &&
    !SHARED_MADE.includes(name) &&
    !("flowId" in input.shape) &&
    !SHARED.some((shared) => isRequired(input, shared)),
);

function isRequired(input: z.ZodObject, name: string): boolean {
  const field: z.core.$ZodType | undefined = input.shape[name];
  return field !== undefined && !z.safeParse(field, undefined).success;
}

/** Addresses that the arguments get beside those of the example, where the tool takes them. */
function addresses(tool: Tool): Record<string, unknown> {
  const { properties } = argumentSchema(tool);
  const some = {
    email: `person${newNumber()}@example.com`,
    phone: `+49 30 ${newNumber()}`,
    externalId: `crm-${newNumber()}`,
  };
  return Object.fromEntries(Object.entries(some).filter(([name]) => name in properties));
}

const ID = /\b[a-z]{2,4}_[0-9a-hjkmnp-tv-z]{22}\b/g;
const TIME = /\b\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** An answer without what differs between any two workspaces. */
function plain({ code, data }: Answer, world: World): string {
  const ids = new Map<string, string>();
  return JSON.stringify({ code, data })
    .replaceAll(world.open.canary, "canary")
    .replaceAll(world.other.canary, "hidden")
    .replace(TIME, "time")
    .replace(/whsec_[\w+/=]+/g, "secret")
    .replace(/\bpub_\w+/g, "key")
    .replace(ID, (id) => {
      const named = ids.get(id) ?? `${id.split("_")[0]} ${ids.size + 1}`;
      ids.set(id, named);
      return named;
    });
}

/** The arguments of one call with the ids of another. */
function withIds(args: Record<string, unknown>, ids: Record<string, unknown>): Record<string, unknown> {
  const isId = (value: unknown) => typeof value === "string" && value.replace(ID, "") === "";
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      isId(value) || (Array.isArray(value) && value.every(isId)) ? (ids[name] ?? value) : value,
    ]),
  );
}

beforeAll(async () => {
  quiet = await makeWorld("unseen", { shard: "TENANT_1" });
  busy = await makeWorld("unseen", { shard: "TENANT_1" });
  limited = { quiet: await limitedTo(quiet), busy: await limitedTo(busy) };
});

describe.each(writers.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  it("is answered as if nobody had written the same where the caller may not see", async () => {
    const own = {
      quiet: await sampleArguments(tool, quiet, quiet.open),
      busy: await sampleArguments(tool, busy, busy.open),
    };
    const theirs = await sampleArguments(tool, busy, busy.other);
    for (const more of [{}, addresses(tool)]) {
      const args = { ...own.quiet, ...more };
      await callTool(busy.client, name, withIds(args, theirs));
      const first = await callTool(limited.quiet, name, args);
      const second = await callTool(limited.busy, name, withIds(args, own.busy));
      expect(plain(second, busy)).toBe(plain(first, quiet));
      // Again: what was written is found in the same way.
      const again = await callTool(limited.quiet, name, args);
      const other = await callTool(limited.busy, name, withIds(args, own.busy));
      expect(plain(other, busy)).toBe(plain(again, quiet));
    }
  });
});

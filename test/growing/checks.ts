import { describe, it } from "vitest";
import type { Tool } from "../../src/calls/define.ts";
import type { Corner, World } from "./world.ts";

/**
 * The growing tests: promises that every tool of a catalogue keeps, each a function that throws when a tool breaks it.
 * They know a tool by its record alone, so that a new one is under them by being in the catalogue; scratch.test.ts
 * runs them over a catalogue with tools of its own, good ones and such that break each promise.
 */
export type Check = (tool: Tool, worlds: Worlds) => Promise<void>;
export type Checks = Readonly<Record<string, Check>>;

/** Workspaces full of data, all served by one Worker. */
export interface Worlds {
  mine: World;
  /** In the same tenant database: the shard may not be what keeps them apart. */
  theirs: World;
  /** In the other one. */
  elsewhere: World;
}

/** Every tool × every check, as tests. `worlds` is asked when they run. */
export function growing(tools: readonly Tool[], checks: Checks, worlds: () => Worlds): void {
  describe.each(tools.map((tool) => [tool.name, tool] as const))("%s", (_, tool) => {
    it.each(Object.entries(checks))("%s", (_promise, check) => check(tool, worlds()));
  });
}

/** @throws when anything of a corner's inbox shows in what a client was sent: a word, or an id it did not send */
export function showsNothingOf(corner: Corner, text: string, sent: unknown[] = []): void {
  for (const secret of [corner.canary, ...Object.values(corner.ids)]) {
    if (!sent.includes(secret) && text.includes(secret)) {
      throw new Error(`This shows ${secret}, which is another's: ${text}`);
    }
  }
}

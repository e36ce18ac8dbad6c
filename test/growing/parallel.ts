import { expect } from "vitest";
import type { Checks } from "./checks.ts";
import { sampleArguments } from "./samples.ts";
import { callTool } from "./world.ts";

/** Agents that work on the same thing at the same time. */
const WRITERS = 20;

/** Twenty calls of a writing tool at once, on the same things: each wins or waits, whatever was read meanwhile. */
export const parallel: Checks = {
  async "is called twenty times at once, and none is told that the data changed"(tool, { mine }) {
    if (tool.hints.readOnly || tool.hints.destructive) return;
    const all: Record<string, unknown>[] = [];
    for (let i = 0; i < WRITERS; i++) all.push(await sampleArguments(tool, mine, mine.open));
    // Whom it is about, the first says for all: only what is written differs.
    const [first] = all;
    const about = Object.fromEntries(
      Object.entries(first ?? {}).filter(([name]) => /Id$|^matchBy$|^email$/.test(name)),
    );
    const answers = await Promise.all(
      all.map((args) => callTool(mine.client, tool.name, { ...args, ...about })),
    );
    const failed = answers.filter(({ code, text }) => code !== null && /meanwhile|internal/i.test(text));
    expect(failed.map(({ text }) => text)).toEqual([]);
    expect(answers.some(({ code }) => code === null)).toBe(true);
  },
};

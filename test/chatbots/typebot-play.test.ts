import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { property } from "../property.ts";
import { move, playableBot, world } from "./typebot-bots.ts";
import { difference, isNamed } from "./typebot-compare.ts";

describe("any bot, played in Typebot and as a flow", () => {
  it("tells a visitor the same, or the report names why not where it happens", async () => {
    await property(
      [playableBot, fc.array(move, { maxLength: 6 })],
      (bot, moves) => {
        const found = difference(bot, moves, world);
        if (found === null) return;
        const typed = moves.some((each) => "text" in each);
        expect(isNamed(found, bot, typed), JSON.stringify(found)).toBe(true);
      },
      { runs: 400 },
    );
  });
});

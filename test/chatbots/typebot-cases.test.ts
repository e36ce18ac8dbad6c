import { describe, expect, it } from "vitest";
import { world } from "./typebot-bots.ts";
import { difference, type Move } from "./typebot-compare.ts";
import type { PlayedBot } from "./typebot-played.ts";
import { append, ask, botOf, text, when } from "./typebot-sketches.ts";

/** What was wrong in bots that people published, each in the smallest bot that shows it. */

const says = (...answers: string[]): Move[] => answers.map((answer) => ({ text: answer }));
const many = (answers: string[]) => answers.map((answer) => says(answer));
const order = (operator: string, value: string) =>
  botOf([[ask("q"), when("c", operator, value, "to1"), text("no", "No.")], [text("yes", "Yes.")]]);

describe("a bot tells the same in Typebot and as a flow", () => {
  const cases: [string, PlayedBot, Move[][]][] = [
    [
      "where a case of a condition has no edge, which ends it",
      botOf([[text("t", "Name?"), ask("q"), when("c", "Equal to", "stop"), text("n", "Not stopped")]]),
      many(["stop", "go"]),
    ],
    [
      "where the length of a list is compared",
      botOf([
        [append("a", "a"), append("b", "b"), when("c", "Greater than", "1", "to1", "vl"), text("f", "few")],
        [text("m", "many")],
      ]),
      [[]],
    ],
    ["where the length of a text is compared", order("Greater than", "3"), many(["ab", "abcdef", "5", "2"])],
    [
      "where a rating begins at 0",
      botOf([
        [text("t", "How likely?"), ask("r", { variableId: "vx" }, "rating input"), text("d", "Got {{X}}")],
      ]),
      many(["0", "10", "11"]),
    ],
    [
      "where an option stores a value of its own",
      botOf([
        [
          {
            id: "c",
            type: "choice input",
            options: { variableId: "vx" },
            items: [
              { id: "i", content: "Large plan", value: "L" },
              { id: "j", content: "Small plan" },
            ],
          },
          when("d", "Equal to", "L", "to1"),
          text("o", "Other: {{X}}"),
        ],
        [text("l", "Large.")],
      ]),
      [[{ picks: [0] }], [{ picks: [1] }]],
    ],
    [
      "where a regular expression is found in an answer",
      order("Matches regex", "/order/"),
      many(["my order please", "no"]),
    ],
    [
      "where a regular expression disregards case",
      order("Matches regex", "/^hi$/i"),
      many(["HI", "hi there"]),
    ],
    [
      "where a regular expression does not match",
      order("Does not match regex", "^\\d+$"),
      many(["12", "twelve"]),
    ],
    [
      "where it links to itself and comes back",
      botOf([
        [
          text("t", "First"),
          { id: "k", type: "Typebot link", options: { typebotId: "current", groupId: "g1" } },
          { ...text("b", "Back, {{X}}"), outgoingEdgeId: "to2" },
        ],
        [ask("q"), text("s", "Thanks")],
        [
          { id: "r", type: "Typebot link", options: { typebotId: "current", groupId: "g1" } },
          text("e", "End"),
        ],
      ]),
      [says("one", "two")],
    ],
    [
      "where wrong answers go on for ever",
      botOf([[text("t", "Email?"), ask("q", { variableId: "vx" }, "email input"), text("d", "Done")]]),
      [says("a", "b", "c", "d", "e", "f", "a@example.com")],
    ],
    [
      "where no text stands right in front of an input",
      botOf([
        [
          text("t", "Look:"),
          { id: "i", type: "image", content: { url: "https://example.com/a.png" } },
          ask("q"),
        ],
      ]),
      [says("x")],
    ],
    [
      "where an edge leads to an input past its text",
      botOf([
        [text("t", "A long introduction."), ask("q"), { ...text("a", "Again?"), outgoingEdgeId: "to0:q" }],
      ]),
      [says("one", "two", "three")],
    ],
    [
      "where a jump names no group, or one that is not there",
      botOf([
        [
          { id: "j", type: "Jump", options: {} },
          text("t", "Behind."),
          { id: "k", type: "Jump", options: { groupId: "no" } },
          text("u", "Never."),
        ],
      ]),
      [[]],
    ],
    [
      "where code is a number, a variable or a sum, and 007 stays",
      botOf([
        [
          {
            id: "s",
            type: "Set variable",
            options: { variableId: "vx", expressionToEvaluate: "{{N}} + 1", isCode: true },
          },
          text("t", "{{X}}"),
          {
            id: "u",
            type: "Set variable",
            options: { variableId: "vx", expressionToEvaluate: "007", isCode: true },
          },
          text("w", "{{X}}"),
        ],
      ]),
      [[]],
    ],
    [
      "where an answer is compared with one of two in a condition of many comparisons",
      botOf([
        [
          ask("q"),
          {
            id: "c",
            type: "Condition",
            items: [
              {
                id: "i",
                content: {
                  logicalOperator: "OR",
                  comparisons: Array.from({ length: 25 }, (_, i) => ({
                    variableId: "vx",
                    comparisonOperator: "Equal to",
                    value: `word ${i}`,
                  })),
                },
                outgoingEdgeId: "to1",
              },
            ],
          },
          text("n", "None"),
        ],
        [text("y", "One of them")],
      ]),
      many(["word 0", "word 24", "word 25"]),
    ],
  ];
  it.each(cases)("%s", (_, bot, plays) => {
    for (const moves of plays) expect(difference(bot, moves, world)).toBeNull();
  });
});

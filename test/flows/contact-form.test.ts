import { describe, expect, it } from "vitest";
import { messageContent, messageText, saidIn } from "../../src/live/message-text.ts";
import { sessionIn } from "./flows.ts";

describe("a question for a detail of the contact", () => {
  it("names the contact's details that it and those directly behind it ask for, each once", () => {
    const asked = (edges: string[]) =>
      sessionIn(
        [
          ["start", "start"],
          ["name", "question", { text: "Name?", variable: "full_name" }],
          ["email", "question", { text: "Email?", answer: "email", variable: "email" }],
          ["again", "question", { text: "Once more?", answer: "email" }],
          ["phone", "question", { text: "Phone?", answer: "phone" }],
          ["order", "question", { text: "Order?", variable: "order" }],
          ["field", "set_field", { field: "name", value: "{{full_name}}" }],
          ["says", "message", { text: "Thanks." }],
        ],
        edges,
      )
        .effects("send")
        .at(-1)?.fields;
    expect(asked(["start > name", "name.answered > email", "email.answered > phone"])).toEqual([
      ...["name", "email", "phone"],
    ]);
    expect(asked(["start > name", "name.answered > field", "field > email"])).toEqual(["name", "email"]);
    // Something else is said or asked in between, or the same is asked again.
    expect(asked(["start > name", "name.answered > says", "says > email"])).toEqual(["name"]);
    expect(asked(["start > name", "name.answered > order", "order.answered > email"])).toEqual(["name"]);
    expect(asked(["start > email", "email.answered > again"])).toEqual(["email"]);
    expect(asked(["start > name", "name.answered > name"])).toEqual(["name"]);
    expect(asked(["start > name", "name.invalid > email"])).toEqual(["name"]);
    expect(asked(["start > order", "order.answered > email"])).toBeUndefined();
  });

  it("without words of its own says what it asks for with what was said last", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["first", "message", { text: "Hello." }],
        ["words", "message", { text: "Your address, please." }],
        ["ask", "question", { answer: "email", variable: "email" }],
      ],
      ["start > first", "first > words", "words > ask"],
    );
    expect(saidIn(session.effects("send")).map((said) => [messageText(said), messageContent(said)])).toEqual([
      ["Hello.", undefined],
      ["Your address, please.", { question: "email", fields: ["email"] }],
    ]);
  });
});

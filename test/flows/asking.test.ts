import { describe, expect, it } from "vitest";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { messageText } from "../../src/live/message-text.ts";
import { draftOf, type Session, type Sketch, sessionIn } from "./flows.ts";

const NONSENSE = ["?", "what", "hm", "no idea", "again", "stop it"];

function asking(question: Sketch, edges: string[] = [], more: Sketch[] = []): Session {
  return sessionIn(
    [
      ["start", "start", { variables: [{ name: "list", value: ["Red", "Blue"] }, { name: "empty" }] }],
      question,
      ...more,
    ],
    [`start > ${question[0]}`, ...edges],
  );
}

describe("a question", () => {
  it("without a text says nothing, and can be entered where it was asked before", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["long", "message", { text: "A long introduction." }],
        ["ask", "question", { variable: "name" }],
        ["short", "message", { text: "And who else?" }],
      ],
      ["start > long", "long > ask", "ask.answered > short", "short > ask"],
    );
    expect(session.said).toEqual(["A long introduction."]);
    expect(session.effects("send").at(-1)).toEqual({
      ...{ type: "send", nodeId: "ask", answer: "text", fields: ["name"] },
    });
    session.say("Ada");
    expect(session.said).toEqual(["And who else?"]);
    expect(session.state.waiting).toEqual({ for: "answer", invalid: 0 });
  });

  it("without a text and without a message in front is warned of", () => {
    const problems = (nodes: Sketch[], edges: string[]) =>
      validateFlow(draftOf(nodes, edges)).problems.filter(({ code }) => code === "asks_nothing");
    const nodes: Sketch[] = [
      ["start", "start"],
      ["m", "message", { text: "Name?" }],
      ["q", "question"],
    ];
    expect(problems(nodes, ["start > q"])).toHaveLength(1);
    expect(problems(nodes, ["start > m", "m > q"])).toEqual([]);
  });

  it("asks for ever where no number is set and nothing is connected to go on to", () => {
    const email = asking(["ask", "question", { text: "Email?", answer: "email" }]);
    for (const text of [...NONSENSE, ...NONSENSE]) {
      email.say(text);
      expect(email.said).toEqual(["Please enter a valid email address."]);
    }
    email.say("a@example.com");
    expect(email.state.reason).toBe("unconnected");
    const choice = asking(["ask", "choice", { text: "Which?", options: [{ id: "a", label: "A" }] }]);
    for (const text of NONSENSE) choice.say(text);
    expect(choice.state.status).toBe("waiting");
  });

  it("leaves after as many wrong answers as its author says, or after two where there is a way on", () => {
    const left = (data: object, edges: string[]) => {
      const session = asking(["ask", "question", { text: "?", answer: "email", ...data }], edges, [
        ["end", "end"],
      ]);
      return NONSENSE.findIndex((text) => session.say(text).path.some(({ type }) => type === "leave"));
    };
    expect(left({}, ["ask.invalid > end"])).toBe(2);
    expect(left({ maxRetries: 0 }, [])).toBe(0);
    expect(left({ maxRetries: 4 }, ["ask.invalid > end"])).toBe(4);
  });

  it("with a number of retries and no way on is warned of", () => {
    const open = (type: string, data: object) =>
      validateFlow(
        draftOf(
          [
            ["start", "start"],
            ["q", type, { text: "?", ...data }],
          ],
          ["start > q"],
        ),
      )
        .problems.filter(({ code }) => code === "unconnected_handle")
        .flatMap(({ candidates }) => candidates ?? []);
    expect(open("question", {})).toEqual(["answered"]);
    expect(open("question", { maxRetries: 3 })).toEqual(["answered", "invalid"]);
    expect(open("choice", { optionsFrom: "last_message" })).toEqual(["answered", "other"]);
  });
});

describe("a rating", () => {
  const nps = { text: "How likely?", answer: "rating", min: 0, max: 10, variable: "score" };

  it("can begin at 0, and says what its ends mean", () => {
    const session = asking(["rate", "question", { ...nps, minLabel: "never", maxLabel: "surely" }]);
    const [said] = session.effects("send");
    expect(said?.scale).toEqual({ min: 0, max: 10, minLabel: "never", maxLabel: "surely" });
    expect(said && messageText(said)).toBe("How likely?\n\n0: never, 10: surely");
    session.say("0");
    expect(session.state.variables.score).toBe(0);
  });

  it("alone has labels", () => {
    const { problems } = validateFlow(
      draftOf(
        [
          ["start", "start"],
          ["q", "question", { text: "?", minLabel: "no" }],
        ],
        ["start > q"],
      ),
    );
    expect(problems[0]).toMatchObject({ severity: "error", path: "nodes.q.data.minLabel" });
  });
});

describe("a choice", () => {
  const options = [
    { id: "s", label: "Small plan", value: "S" },
    { id: "l", label: "Large plan", value: "L" },
  ];

  it("stores an option's value, and shows its label alone", () => {
    const session = asking(["pick", "choice", { text: "Which?", options, variable: "plan" }]);
    expect(JSON.stringify(session.effects("send"))).not.toContain("value");
    session.say("large plan");
    expect(session.state.variables.plan).toBe("L");
    expect(session.effects("answer")[0]?.value).toBe("L");
    const several = asking([
      "pick",
      "choice",
      {
        text: "Which?",
        options: [...options, { id: "x", label: "Extras" }],
        variable: "plan",
        multiple: true,
      },
    ]);
    several.give({ type: "message", text: "", optionIds: ["s", "x"] });
    expect(several.state.variables.plan).toEqual(["S", "Extras"]);
  });

  it("takes a number for the option that it shows there, before it looks at values", () => {
    const crossed = [
      { id: "a", label: "First", value: "2" },
      { id: "b", label: "Second", value: "1" },
    ];
    const session = asking(["pick", "choice", { options: crossed, variable: "plan" }]);
    session.say("2");
    expect(session.state.variables.plan).toBe("1");
  });

  it.each(["empty", "gone"])("from the empty list %s leaves by other at once", (optionsFrom) => {
    const session = asking(
      ["pick", "choice", { text: "Which?", optionsFrom }],
      ["pick.other > sorry"],
      [["sorry", "end", { message: "There is nothing." }]],
    );
    expect(session.said).toEqual(["There is nothing."]);
  });

  it("offers an option only where its rules hold, and leaves by other where none does", () => {
    const options = ["a", "b"].map((id) => ({
      id,
      label: id.toUpperCase(),
      showIf: { rules: [{ variable: "color", operator: id === "a" ? "equals" : "contains", value: "red" }] },
    }));
    const offers = (color: string) =>
      sessionIn(
        [
          ["start", "start"],
          ["set", "set_variable", { variable: "color", value: color }],
          ["pick", "choice", { text: "Which?", options, variable: "picked" }],
          ["none", "end", { message: "Nothing." }],
        ],
        ["start > set", "set > pick", "pick.other > none"],
      );
    const both = offers("red");
    expect(both.effects("send").at(-1)?.options).toEqual([
      { id: "a", label: "A" },
      { id: "b", label: "B" },
    ]);
    const one = offers("dark red");
    expect(one.effects("send").at(-1)?.options).toEqual([{ id: "b", label: "B" }]);
    one.say("1");
    expect(one.state.variables.picked).toBe("B");
    expect(offers("blue").said).toEqual(["Nothing."]);
  });

  it("says when an option compares what nothing stores", () => {
    const showIf = { rules: [{ variable: "nobody", operator: "is_set" }] };
    const { problems } = validateFlow(
      draftOf(
        [
          ["start", "start"],
          ["pick", "choice", { options: [{ id: "a", label: "A", showIf }] }],
        ],
        ["start > pick"],
      ),
    );
    expect(problems).toContainEqual(
      expect.objectContaining({
        code: "unknown_variable",
        path: "nodes.pick.data.options.0.showIf.rules.0.variable",
      }),
    );
  });

  it("from an empty list waits for a word where it came round in a circle", () => {
    const session = asking(
      ["pick", "choice", { text: "Which?", optionsFrom: "empty" }],
      ["pick.other > m", "m > pick"],
      [["m", "message", { text: "Nothing there." }]],
    );
    expect(session.said).toEqual(["Nothing there.", "Which?"]);
    expect(session.state.status).toBe("waiting");
    session.say("well");
    expect(session.said).toEqual(["Nothing there.", "Nothing there.", "Which?"]);
  });
});

describe("values", () => {
  const settled = (data: Record<string, unknown>) =>
    asking(["set", "set_variable", data], ["set > ask"], [["ask", "question", { text: "?" }]]).state
      .variables;

  it("are appended to a list that was emptied by an empty text", () => {
    const session = sessionIn(
      [
        ["start", "start", { variables: [{ name: "l", value: ["old"] }] }],
        ["clear", "set_variable", { variable: "l", value: "" }],
        ["add", "set_variable", { variable: "l", operation: "append", value: "new" }],
        ["ask", "question", { text: "?" }],
      ],
      ["start > clear", "clear > add", "add > ask"],
    );
    expect(session.state.variables.l).toEqual(["new"]);
  });

  it("of a variable alone are taken as they are: a list stays one", () => {
    expect(settled({ variable: "k", value: "{{list}}" }).k).toEqual(["Red", "Blue"]);
    expect(settled({ variable: "k", value: " {{list}} " }).k).toEqual(["Red", "Blue"]);
    expect(settled({ variable: "k", value: "Colours: {{list}}" }).k).toBe("Colours: Red, Blue");
    expect(settled({ variable: "list", operation: "append", value: "{{list}}" }).list).toEqual([
      ...["Red", "Blue"],
      ...["Red", "Blue"],
    ]);
    expect(settled({ variable: "k", value: "{{empty}}" }).k).toBe("");
  });

  it("add up as people do", () => {
    expect(settled({ variable: "n", operation: "increment", value: 0.1 }).n).toBe(0.1);
    const twice = sessionIn(
      [
        ["start", "start", { variables: [{ name: "n", value: 0.1 }] }],
        ["add", "set_variable", { variable: "n", operation: "increment", value: "0.2" }],
        ["ask", "question", { text: "?" }],
      ],
      ["start > add", "add > ask"],
    );
    expect(twice.state.variables.n).toBe(0.3);
  });

  it("of an answer to a request: the status, all of it, every item of a list, keys with dots", () => {
    const save = [
      ["$status", "status"],
      ["$", "whole"],
      ["items.*.name", "names"],
      ["items.length", "count"],
      ["items.*.tags", "tags"],
      ["a\\.b.c", "dotted"],
      ["a.b", "missing"],
    ].map(([path, variable]) => ({ path, variable }));
    const session = asking(
      ["call", "http_request", { url: "https://api.example.com", save }],
      ["call.success > ask"],
      [["ask", "question", { text: "?" }]],
    );
    const body = {
      items: [{ name: "Lamp", tags: ["x", "y"] }, { tags: ["z"] }, { name: "Desk" }],
      "a.b": { c: 1 },
    };
    session.give({ type: "result", call: 1, result: { kind: "http", status: 201, body } });
    expect(session.state.variables).toMatchObject({
      status: 201,
      whole: JSON.stringify(body),
      names: ["Lamp", "Desk"],
      count: 3,
      tags: ["x", "y", "z"],
      dotted: 1,
    });
    expect(session.state.variables).not.toHaveProperty("missing");
  });

  it("are a whole body where a placeholder is all of it and holds JSON, and text anywhere else", () => {
    const sent = (body: string, held: string) => {
      const session = sessionIn(
        [
          ["start", "start", { variables: [{ name: "full", value: held }] }],
          ["call", "http_request", { url: "https://api.example.com", method: "POST", body }],
        ],
        ["start > call"],
      );
      return session.effects("httpRequest")[0]?.body;
    };
    expect(sent("{{full}}", '{"a":1}')).toBe('{"a":1}');
    expect(sent(" {{full}}\n", '[{"a":1}]')).toBe('[{"a":1}]');
    expect(sent("{{full}}", '{"a":')).toBe('"{\\"a\\":"');
    expect(sent("{{full}}", "7")).toBe('"7"');
    expect(sent('{"x":{{full}}}', '{"a":1}')).toBe('{"x":"{\\"a\\":1}"}');
  });
});

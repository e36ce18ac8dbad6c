import { describe, expect, it } from "vitest";
import { flowStateSchema } from "../../src/flows/run/state.ts";
import { flowOf, NOW, Session, sessionIn } from "./flows.ts";

const ends = (session: Session) => [session.state.status, session.state.reason];

describe("a session", () => {
  it("says, asks, remembers and ends", () => {
    const session = sessionIn(
      [
        ["start", "start", { variables: [{ name: "shop", value: "Acme" }] }],
        ["hello", "message", { text: "Welcome to {{shop}}, {{contact.name}}!" }],
        ["ask", "question", { text: "Your email?", answer: "email", variable: "email", timeoutSeconds: 60 }],
        ["bye", "end", { message: "We write to {{email}}." }],
      ],
      ["start > hello", "hello > ask", "ask.answered > bye"],
      { variables: { "contact.name": "Ada" } },
    );
    expect(session.said).toEqual(["Welcome to Acme, Ada!", "Your email?"]);
    expect(session.effects("wait")).toEqual([{ type: "wait", nodeId: "ask", until: NOW + 60_000 }]);
    expect(session.state).toMatchObject({ status: "waiting", nodeId: "ask", wakeAt: NOW + 60_000, steps: 3 });
    session.say("nonsense");
    expect(session.said).toEqual(["Please enter a valid email address."]);
    session.say(" ada@example.com ");
    expect(session.said).toEqual(["We write to ada@example.com."]);
    expect(session.effects("answer")).toEqual([
      { type: "answer", nodeId: "ask", variable: "email", value: "ada@example.com" },
    ]);
    expect(ends(session)).toEqual(["completed", "end"]);
    expect(session.last.path).toEqual([
      { type: "leave", flowId: "main", nodeId: "ask", handle: "answered", to: "bye" },
      { type: "enter", flowId: "main", nodeId: "bye" },
    ]);
  });

  it("that has ended, or waits for something else, does nothing", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["q", "question", { text: "?", timeoutSeconds: 60 }],
        ["end", "end"],
      ],
      ["start > q", "q.answered > end"],
    );
    const before = session.state;
    expect(session.give({ type: "start" }).effects).toEqual([]);
    expect(session.wait(59).effects).toEqual([]);
    expect(
      session.give({ type: "result", call: 1, result: { kind: "http", status: 200, body: null } }).effects,
    ).toEqual([]);
    expect(session.state).toEqual(before);
    session.say("yes");
    const ended = session.state;
    expect(session.say("more").effects).toEqual([]);
    expect(session.wait(100).path).toEqual([]);
    expect(session.state).toEqual(ended);
  });

  it("ends where nothing is connected, and is abandoned where the visitor was silent", () => {
    const ask = (edges: string[]) =>
      sessionIn(
        [
          ["start", "start"],
          ["q", "question", { text: "?", maxRetries: 0, timeoutSeconds: 60 }],
          ["late", "end", { message: "Still there?" }],
        ],
        ["start > q", ...edges],
      );
    const answered = ask([]);
    answered.say("yes");
    expect(ends(answered)).toEqual(["completed", "unconnected"]);
    const silent = ask([]);
    silent.wait(60);
    expect(ends(silent)).toEqual(["abandoned", "silence"]);
    const led = ask(["q.timeout > late"]);
    led.wait(60);
    expect(led.said).toEqual(["Still there?"]);
    const wrong = ask([]);
    wrong.say("   ");
    expect(wrong.last.path[0]).toMatchObject({ handle: "invalid", to: null });
  });
});

describe("choices", () => {
  const menu = (data: object, edges: string[]) =>
    sessionIn(
      [
        ["start", "start"],
        ["menu", "choice", { text: "Which?", variable: "chosen", ...data }],
        ["a", "end", { message: "A: {{chosen}}" }],
        ["b", "end", { message: "B: {{chosen}}" }],
        ["rest", "end", { message: "Other: {{chosen}}" }],
      ],
      ["start > menu", ...edges],
      { variables: { list: ["Red", "Blue", "Red", " "] } },
    );
  const options = [
    { id: "a", label: "Sales, please" },
    { id: "b", label: "Support" },
  ];
  const edges = ["menu.a > a", "menu.b > b", "menu.other > rest"];

  it.each([
    ["sales, PLEASE", "A: Sales, please"],
    ["2", "B: Support"],
    ["b", "B: Support"],
    ["a refund", "Other: a refund"],
  ])("take %s", (text, said) => {
    const session = menu({ options }, edges);
    expect(session.effects("send")[0]).toMatchObject({ options, multiple: false });
    session.say(text);
    expect(session.said).toEqual([said]);
  });

  it("take a picked option, ask again, and give up by other", () => {
    const picked = menu({ options }, edges);
    picked.give({ type: "message", text: "Support", optionIds: ["b"] });
    expect(picked.said).toEqual(["B: Support"]);
    const session = menu({ options, maxRetries: 1, retryText: "Again?" }, ["menu.a > a"]);
    session.say("what");
    expect(session.said).toEqual(["Again?"]);
    session.say("what");
    expect(ends(session)).toEqual(["completed", "unconnected"]);
    expect(session.last.path[0]).toMatchObject({ handle: "other", to: null });
  });

  it("take several, and options from a list", () => {
    const several = menu({ options, multiple: true }, ["menu.answered > a"]);
    several.say("Support; 1");
    expect(several.said).toEqual(["A: Support, Sales, please"]);
    expect(several.state.variables.chosen).toEqual(["Support", "Sales, please"]);
    const listed = menu({ optionsFrom: "list" }, ["menu.answered > b"]);
    expect(listed.effects("send")[0]?.options).toEqual([
      { id: "1", label: "Red" },
      { id: "2", label: "Blue" },
    ]);
    listed.say("2");
    expect(listed.said).toEqual(["B: Blue"]);
  });
});

describe("changes", () => {
  it("are effects, filled in, in order", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["f", "set_field", { field: "size", value: "XL" }],
        ["n", "set_field", { field: "name", value: "Ada" }],
        ["t", "add_tag", { tag: "vip" }],
        ["r", "remove_tag", { tag: "new" }],
        ["k", "create_ticket", { subject: "Size {{field.size}}", priority: "high" }],
        ["l", "create_lead", { email: "ada@example.com" }],
        [
          "h",
          "handoff",
          { message: "One moment, {{contact.name}}.", note: "{{field.size}}", assignee: "mb_1" },
        ],
      ],
      ["start > f", "f > n", "n > t", "t > r", "r > k", "k > l", "l > h"],
    );
    expect(session.last.effects).toEqual([
      { type: "setField", nodeId: "f", field: "size", value: "XL" },
      { type: "setField", nodeId: "n", field: "name", value: "Ada" },
      { type: "addTag", nodeId: "t", tag: "vip" },
      { type: "removeTag", nodeId: "r", tag: "new" },
      { type: "createTicket", nodeId: "k", subject: "Size XL", text: "", priority: "high" },
      { type: "createLead", nodeId: "l", name: "Ada", email: "ada@example.com", phone: "", details: [] },
      { type: "send", nodeId: "h", text: "One moment, Ada." },
      { type: "handoff", nodeId: "h", assignee: "mb_1", note: "XL" },
      { type: "end", nodeId: "h", outcome: "handed_off", reason: "handoff" },
    ]);
  });

  it("of variables: set, append, increment, now and random", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["a", "set_variable", { variable: "a", value: "{{contact.name}}!" }],
        ["b", "set_variable", { variable: "b", operation: "append", value: "{{a}}" }],
        ["c", "set_variable", { variable: "b", operation: "append", value: 2 }],
        ["d", "set_variable", { variable: "n", operation: "increment" }],
        ["e", "set_variable", { variable: "n", operation: "increment", value: "2.5" }],
        ["f", "set_variable", { variable: "t", operation: "now" }],
        ["g", "set_variable", { variable: "r", operation: "random", min: 5, max: 6 }],
      ],
      ["start > a", "a > b", "b > c", "c > d", "d > e", "e > f", "f > g"],
      { variables: { "contact.name": "Ada" } },
    );
    const { r, ...rest } = session.state.variables;
    expect(rest).toEqual({
      "contact.name": "Ada",
      a: "Ada!",
      b: ["Ada!", "2"],
      n: 3.5,
      t: "2026-01-31T12:00:00.000Z",
    });
    expect([5, 6]).toContain(r);
  });
});

describe("waiting for a time", () => {
  it("goes on when the time has come, and keeps what the visitor says meanwhile", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["d", "delay", { seconds: 90 }],
        ["ai", "ai_answer"],
        ["end", "end"],
      ],
      ["start > d", "d > ai", "ai.answered > end"],
    );
    session.say("What does it cost?");
    expect(session.state).toMatchObject({ nodeId: "d", unread: "What does it cost?", wakeAt: NOW + 90_000 });
    session.wait(90);
    expect(session.effects("aiAnswer")).toMatchObject([{ question: "What does it cost?", call: 1 }]);
  });
});

describe("the state", () => {
  it("survives being stored, and the same turn comes out again", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["r", "set_variable", { variable: "r", operation: "random" }],
        ["q", "question", { text: "{{r}}?" }],
      ],
      ["start > r", "r > q", "q.answered > r"],
    );
    const stored = flowStateSchema.parse(JSON.parse(JSON.stringify(session.state)));
    expect(stored).toEqual(session.state);
    const numbers = [session.state.variables.r];
    for (let i = 0; i < 4; i++) {
      session.say("next");
      numbers.push(session.state.variables.r);
    }
    session.state = stored;
    const again = [session.state.variables.r];
    for (let i = 0; i < 4; i++) {
      session.say("next");
      again.push(session.state.variables.r);
    }
    expect(again).toEqual(numbers);
    expect(new Set(numbers).size).toBeGreaterThan(1);
  });
});

describe("flows that go to flows", () => {
  const asks = (goto: string) =>
    flowOf(
      [
        ["start", "start"],
        ["q", "question", { text: `To ${goto}?` }],
        ["g", "goto", { flowId: goto }],
      ],
      ["start > q", "q.answered > g"],
    );

  it("can send visitors to and fro for ever, as long as somebody answers", () => {
    const session = new Session({ a: asks("b"), b: asks("a") });
    for (let i = 0; i < 40; i++) session.say("yes");
    expect(session.state).toMatchObject({ status: "waiting", trail: [{ flowId: "a", versionId: "a-1" }] });
    session.say("yes");
    expect(session.state.trail.map(({ flowId }) => flowId)).toEqual(["a", "b"]);
  });

  it("stop at a depth of ten, at a missing flow, and when nobody is asked in between", () => {
    const chain = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`f${i}`, asks(`f${i + 1}`)]));
    const deep = new Session(chain);
    for (let i = 0; i < 12; i++) deep.say("yes");
    expect(ends(deep)).toEqual(["failed", "too_deep"]);
    expect(deep.state.trail).toHaveLength(10);
    const missing = new Session({ a: asks("gone") });
    missing.say("yes");
    expect(ends(missing)).toEqual(["failed", "missing_flow"]);
    const goes = (to: string) =>
      flowOf(
        [
          ["start", "start"],
          ["g", "goto", { flowId: to }],
        ],
        ["start > g"],
      );
    expect(ends(new Session({ a: goes("b"), b: goes("a") }))).toEqual(["failed", "too_many_steps"]);
  });

  it("share their variables", () => {
    const first = flowOf(
      [
        ["start", "start"],
        ["s", "set_variable", { variable: "v", value: "kept" }],
        ["g", "goto", { flowId: "b" }],
      ],
      ["start > s", "s > g"],
    );
    const second = flowOf(
      [
        ["start", "start", { variables: [{ name: "v", value: "default" }] }],
        ["m", "end", { message: "{{v}}" }],
      ],
      ["start > m"],
    );
    expect(new Session({ a: first, b: second }).said).toEqual(["kept"]);
    expect(new Session({ b: second }).said).toEqual(["default"]);
  });
});

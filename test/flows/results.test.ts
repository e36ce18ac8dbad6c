import { describe, expect, it } from "vitest";
import type { EffectResult } from "../../src/flows/run/state.ts";
import { NOW, type Session, sessionIn } from "./flows.ts";

/** Nodes that ask the engine for something: the effect, and what its result does. */

const answer = (session: Session, result: EffectResult, call = session.state.calls) =>
  session.give({ type: "result", call, result });

const ends = ["ok", "no", "help"].map((id): [string, string, object] => [
  id,
  "end",
  { message: `${id}: {{got}}` },
]);
const named = (data: object): [string, string, Record<string, unknown>][] =>
  ends.map(([id, type, own]) => [id, type, { ...own, ...data }]);

describe("http_request", () => {
  const request = (data: object, variables: Record<string, string> = {}) =>
    sessionIn(
      [
        [
          "start",
          "start",
          {
            variables: [
              { name: "got", value: "" },
              { name: "q", value: "" },
            ],
          },
        ],
        [
          "h",
          "http_request",
          {
            url: "https://api.example.com/{{q}}",
            save: [{ path: "data.items.0.name", variable: "got" }],
            ...data,
          },
        ],
        ...named({}),
      ],
      ["start > h", "h.success > ok", "h.error > no"],
      { variables },
    );

  it("asks for a request, waits, and saves what it is told to", () => {
    const session = request(
      { headers: [{ name: "X-Who", value: "{{q}}" }] },
      { q: "a b/../?x=1&y\r\nEvil: 1" },
    );
    expect(session.effects("httpRequest")).toEqual([
      {
        type: "httpRequest",
        nodeId: "h",
        call: 1,
        method: "GET",
        url: "https://api.example.com/a%20b%2F..%2F%3Fx%3D1%26y%0D%0AEvil%3A%201",
        headers: [{ name: "X-Who", value: "a b/../?x=1&y  Evil: 1" }],
        body: null,
        timeoutSeconds: 10,
      },
    ]);
    answer(session, { kind: "http", status: 200, body: { data: { items: [{ name: "Lamp" }] } } });
    expect(session.said).toEqual(["ok: Lamp"]);
  });

  it.each<[EffectResult, string]>([
    [{ kind: "http", status: 404, body: "gone" }, "no: "],
    [{ kind: "http", error: "timeout" }, "no: "],
    [{ kind: "http", status: 204, body: null }, "ok: "],
    [{ kind: "http", status: 200, body: { data: { items: { 0: { name: 7 } } } } }, "ok: 7"],
    [{ kind: "http", status: 200, body: { data: { items: "x".repeat(9) } } }, "ok: "],
  ])("%j", (result, said) => {
    const session = request({});
    answer(session, result);
    expect(session.said).toEqual([said]);
  });

  it("takes only the result that it waits for", () => {
    const session = request({});
    const before = session.state;
    answer(session, { kind: "http", status: 200, body: null }, 2);
    answer(session, { kind: "ai", answer: "x", confidence: 1, handoff: false });
    expect(session.state).toEqual(before);
  });

  it("keeps a visitor's words inside the JSON that the author wrote", () => {
    const evil = '"}, "admin": true, "x": {"y": "\\';
    const session = request(
      { method: "POST", body: '{"text": "Hi {{q}}", "raw": {{q}}, "n": {{n}}, "none": {{contact.email}}}' },
      { q: evil, n: "1" },
    );
    const [effect] = session.effects("httpRequest");
    expect(JSON.parse(effect?.body ?? "")).toEqual({ text: `Hi ${evil}`, raw: evil, n: "1", none: null });
    expect(effect?.headers).toEqual([{ name: "Content-Type", value: "application/json" }]);
    const form = request({ method: "POST", bodyType: "form", body: "a={{q}}&b=1" }, { q: "1&b=2" });
    expect(form.effects("httpRequest")[0]?.body).toBe("a=1%26b%3D2&b=1");
  });

  it("leaves by error when what was filled in makes it too long", () => {
    expect(request({}, { q: "x".repeat(2000) }).said).toEqual([]);
    expect(request({}, { q: "ä".repeat(500) }).said).toEqual(["no: "]);
    const body = {
      method: "POST",
      url: "https://api.example.com",
      body: "{{q}}".repeat(20),
      bodyType: "json",
    };
    expect(request(body, { q: "x".repeat(2000) }).said).toEqual(["no: "]);
  });
});

describe("ai_answer", () => {
  const asking = (data: object, text?: string) =>
    sessionIn(
      [
        ["start", "start", { variables: [{ name: "got", value: "" }] }],
        ["ai", "ai_answer", { variable: "got", ...data }],
        ...named({}),
      ],
      ["start > ai", "ai.answered > ok", "ai.no_answer > no", "ai.handoff > help"],
      { text, variables: {} },
    );
  const good = (text: string): EffectResult => ({
    kind: "ai",
    answer: text,
    confidence: 0.9,
    handoff: false,
  });

  it("answers what the visitor opened with, or waits for a question", () => {
    const opened = asking({ instructions: "Be brief" }, "Where are you?");
    expect(opened.effects("aiAnswer")).toMatchObject([
      { call: 1, question: "Where are you?", instructions: "Be brief", minConfidence: 0.5 },
    ]);
    answer(opened, good("In Berlin."));
    expect(opened.said).toEqual(["In Berlin.", "ok: In Berlin."]);
    const silent = asking({});
    expect(silent.last.effects).toEqual([]);
    silent.say("When?");
    expect(silent.effects("aiAnswer")).toMatchObject([{ question: "When?" }]);
  });

  it.each<[EffectResult, string]>([
    [{ kind: "ai", answer: null, confidence: 0, handoff: false }, "no: "],
    [{ kind: "ai", answer: "Perhaps", confidence: 0.49, handoff: false }, "no: "],
    [{ kind: "ai", answer: null, confidence: 1, handoff: true }, "help: "],
  ])("%j", (result, said) => {
    const session = asking({}, "?");
    answer(session, result);
    expect(session.said).toEqual([said]);
  });

  it("goes on for its turns, takes what was said meanwhile, and leaves after silence", () => {
    const session = asking({ maxTurns: 3, timeoutSeconds: 60 }, "One?");
    session.say("Two?");
    expect(session.last.effects).toEqual([]);
    answer(session, good("1"));
    expect(session.effects("aiAnswer")).toMatchObject([{ call: 2, question: "Two?" }]);
    answer(session, good("late"), 1);
    expect(session.said).toEqual([]);
    answer(session, good("2"));
    expect(session.state).toMatchObject({ waiting: { for: "message", turns: 2 }, wakeAt: NOW + 60_000 });
    session.wait(60);
    expect(session.said).toEqual(["ok: 2"]);
    const gone = sessionIn(
      [
        ["start", "start"],
        ["ai", "ai_answer", { timeoutSeconds: 60 }],
      ],
      ["start > ai"],
    );
    gone.wait(60);
    expect(gone.state).toMatchObject({ status: "abandoned", reason: "silence" });
  });

  it("can be asked a question of the author's own", () => {
    const session = sessionIn(
      [
        ["start", "start"],
        ["ai", "ai_answer", { question: "Price of {{contact.name}}?" }],
      ],
      ["start > ai"],
      { text: "Hello", variables: { "contact.name": "Lamp" } },
    );
    expect(session.effects("aiAnswer")).toMatchObject([{ question: "Price of Lamp?" }]);
  });
});

describe("search_products", () => {
  const items = [
    { id: "pr_1", name: "Lamp" },
    { id: "pr_2", name: "Desk" },
    { id: "pr_3", name: "Chair" },
  ];
  const searching = (data: object) =>
    sessionIn(
      [
        ["start", "start", { variables: [{ name: "got" }] }],
        ["s", "search_products", { query: "{{last_message}}", variable: "got", limit: 2, ...data }],
        ...named({}),
      ],
      ["start > s", "s.found > ok", "s.none > no"],
      { text: "a lamp" },
    );

  it("shows what was found and keeps the names", () => {
    const session = searching({});
    expect(session.effects("searchProducts")).toEqual([
      { type: "searchProducts", nodeId: "s", call: 1, query: "a lamp", limit: 2 },
    ]);
    answer(session, { kind: "products", items });
    expect(session.effects("send")).toMatchObject([
      { products: items.slice(0, 2) },
      { text: "ok: Lamp, Desk" },
    ]);
  });

  it("keeps quiet when told so, and leaves by none", () => {
    const quiet = searching({ show: false });
    answer(quiet, { kind: "products", items });
    expect(quiet.effects("send")).toHaveLength(1);
    const none = searching({});
    answer(none, { kind: "products", items: [] });
    expect(none.said).toEqual(["no: "]);
  });
});

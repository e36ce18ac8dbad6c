import { describe, expect, it } from "vitest";
import type { Draft } from "../../src/flows/graph/document.ts";
import { type KnownNames, validateFlow } from "../../src/flows/graph/validate.ts";
import { draftOf, type Sketch } from "./flows.ts";

const GOOD_NODES: Sketch[] = [
  ["start", "start"],
  ["ask", "question", { text: "Your email?", answer: "email", variable: "email", timeoutSeconds: 600 }],
  ["bye", "end", { message: "Thanks, {{email}}!" }],
];
const GOOD_EDGES = ["start > ask", "ask.answered > bye", "ask.timeout > bye"];

/** The good flow with more nodes and edges. */
const plus = (nodes: Sketch[], edges: string[] = []) =>
  draftOf([...GOOD_NODES, ...nodes], [...GOOD_EDGES, ...edges]);

function found(draft: Draft, known: KnownNames = {}) {
  return validateFlow(draft, known).problems.map(({ severity, code, path }) => `${severity} ${code} ${path}`);
}

describe("a good flow", () => {
  it("has no problems, and is what the interpreter takes", () => {
    const result = validateFlow(plus([]));
    expect(result).toMatchObject({ problems: [], errors: 0, warnings: 0 });
    expect(result.flow?.nodes[1]).toMatchObject({ data: { answer: "email", timeoutSeconds: 600 } });
  });
});

describe("errors", () => {
  it.each<[string, Draft, string]>([
    ["no start", draftOf([["a", "end"]]), "error no_start "],
    ["two starts", plus([["again", "start"]], ["again > bye"]), "error several_starts nodes.again"],
    [
      "an edge into the start",
      plus([["m", "message", { text: "x" }]], ["m > start"]),
      "error start_has_incoming edges.3.target",
    ],
    ["an id twice", plus([["bye", "end"]]), "error duplicate_id nodes.bye"],
    ["an unknown type", plus([["x", "mesage", { text: "x" }]]), "error unknown_type nodes.x.type"],
    ["a missing field", plus([["x", "add_tag"]]), "error invalid_data nodes.x.data.tag"],
    ["an unknown field", plus([["x", "message", { text: "x", txt: "y" }]]), "error unknown_key nodes.x.data"],
    ["an id with spaces", plus([["a b", "end"]]), "error invalid_data nodes.a b.id"],
    [
      "a target that is not there",
      plus([["m", "message", { text: "x" }]], ["m > by"]),
      "error missing_node edges.3.target",
    ],
    ["a source that is not there", plus([], ["nobody > bye"]), "error missing_node edges.3.source"],
    [
      "a goto to nowhere",
      plus([["g", "goto", { nodeId: "byee" }]]),
      "error missing_node nodes.g.data.nodeId",
    ],
    [
      "a handle that is not there",
      plus([], ["ask.answerd > bye"]),
      "error unknown_handle edges.3.sourceHandle",
    ],
    [
      "a handle left out where there are several",
      plus([], ["ask > bye"]),
      "error unknown_handle edges.3.sourceHandle",
    ],
    ["a way out of an end", plus([], ["bye > ask"]), "error unknown_handle edges.3.sourceHandle"],
    ["two edges on a handle", plus([["z", "end"]], ["ask.answered > z"]), "error handle_taken edges.3"],
    [
      "an unknown variable",
      plus([["m", "message", { text: "{{ emial }}" }]]),
      "error unknown_variable nodes.m.data.text",
    ],
    [
      "an unknown variable in a rule",
      plus([["c", "condition", { cases: [{ id: "a", rules: [{ variable: "size", operator: "is_set" }] }] }]]),
      "error unknown_variable nodes.c.data.cases.0.rules.0.variable",
    ],
    [
      "an unsafe URL",
      plus([["h", "http_request", { url: "https://10.0.0.1/x" }]]),
      "error unsafe_url nodes.h.data.url",
    ],
    [
      "a URL with an open host",
      plus([["h", "http_request", { url: "https://{{email}}.example.com/" }]]),
      "error unsafe_url nodes.h.data.url",
    ],
    [
      "a bad pattern",
      plus([["q", "question", { text: "x", pattern: "(a)\\1" }]]),
      "error invalid_pattern nodes.q.data.pattern",
    ],
    [
      "a bad pattern in a rule",
      plus([
        [
          "c",
          "condition",
          { cases: [{ id: "a", rules: [{ variable: "email", operator: "matches", value: "(" }] }] },
        ],
      ]),
      "error invalid_pattern nodes.c.data.cases.0.rules.0.value",
    ],
    [
      "an option id twice",
      plus([
        [
          "c",
          "choice",
          {
            text: "x",
            options: [
              { id: "a", label: "A" },
              { id: "a", label: "B" },
            ],
          },
        ],
      ]),
      "error duplicate_id nodes.c.data.options.1.id",
    ],
    [
      "an option named like a handle",
      plus([["c", "choice", { text: "x", options: [{ id: "other", label: "A" }] }]]),
      "error duplicate_id nodes.c.data.options.0.id",
    ],
    [
      "neither options nor a list",
      plus([["c", "choice", { text: "x" }]]),
      "error invalid_data nodes.c.data.options",
    ],
    [
      "a body with GET",
      plus([["h", "http_request", { url: "https://example.com", body: "x" }]]),
      "error invalid_data nodes.h.data.body",
    ],
    [
      "a header of the connection",
      plus([["h", "http_request", { url: "https://example.com", headers: [{ name: "Host", value: "x" }] }]]),
      "error invalid_data nodes.h.data.headers.0.name",
    ],
    [
      "a circle without waiting",
      plus(
        [
          ["a", "message", { text: "x" }],
          ["b", "message", { text: "y" }],
        ],
        ["a > b", "b > a"],
      ),
      "error cycle_without_wait nodes.a",
    ],
    [
      "a circle through a goto",
      plus(
        [
          ["a", "message", { text: "x" }],
          ["b", "goto", { nodeId: "a" }],
        ],
        ["a > b"],
      ),
      "error cycle_without_wait nodes.a",
    ],
  ])("%s", (_, draft, problem) => {
    expect(found(draft)).toContain(problem);
  });

  it("name the nearest valid names, and what would be right", () => {
    const { problems } = validateFlow(
      plus(
        [
          ["x", "mesage"],
          ["y", "message", { text: "{{emial}}", txt: 1 }],
        ],
        ["ask.answerd > bye", "start > by"],
      ),
    );
    const byCode = Object.fromEntries(problems.map((problem) => [problem.code, problem]));
    expect(byCode.unknown_type).toMatchObject({
      candidates: ["message"],
      hint: expect.stringContaining("search_products"),
    });
    expect(byCode.unknown_key).toMatchObject({
      candidates: ["text"],
      hint: expect.stringContaining("media"),
    });
    expect(byCode.unknown_handle?.candidates).toEqual(["answered", "invalid", "timeout"]);
    expect(byCode.missing_node?.candidates).toContain("bye");
    expect(problems[0]?.severity).toBe("error");
  });

  it("are looked for in tags, fields and flows when these are known", () => {
    const draft = plus([
      ["t", "add_tag", { tag: "VIPs" }],
      ["f", "set_field", { field: "siz", value: "{{field.siz}}" }],
      ["own", "set_field", { field: "email", value: "{{contact.email}}" }],
      ["g", "goto", { flowId: "fl_b" }],
      ["h", "goto", { flowId: "fl_draft" }],
    ]);
    expect(found(draft).filter((line) => line.startsWith("error"))).toEqual([]);
    const known: KnownNames = {
      tags: ["VIP"],
      fields: ["size"],
      flows: [
        { id: "fl_a", published: true },
        { id: "fl_draft", published: false },
      ],
    };
    expect(found(draft, known)).toEqual(
      expect.arrayContaining([
        "error unknown_tag nodes.t.data.tag",
        "error unknown_field nodes.f.data.field",
        "error unknown_variable nodes.f.data.value",
        "error unknown_flow nodes.g.data.flowId",
        "warning flow_not_published nodes.h.data.flowId",
      ]),
    );
    expect(
      validateFlow(draft, known).problems.find(({ code }) => code === "unknown_tag")?.candidates,
    ).toEqual(["VIP"]);
    const right: KnownNames = {
      tags: ["VIPs"],
      fields: ["siz"],
      flows: [
        { id: "fl_b", published: true },
        { id: "fl_draft", published: true },
      ],
    };
    expect(found(draft, right).filter((line) => /_(tag|field|flow|variable|published) /.test(line))).toEqual(
      [],
    );
  });

  it("know that going to the own flow is going round", () => {
    const draft = draftOf(
      [
        ["start", "start"],
        ["m", "message", { text: "x" }],
        ["g", "goto", { flowId: "fl_me" }],
      ],
      ["start > m", "m > g"],
    );
    expect(found(draft, { flowId: "fl_me" })).toContain("error cycle_without_wait nodes.start");
    expect(found(draft, { flowId: "fl_other" })).toEqual([]);
  });

  it("stop a way of more than fifty steps without waiting, and no shorter one", () => {
    const chain = (length: number) =>
      draftOf(
        [
          ["start", "start"],
          ...Array.from({ length }, (_, i): Sketch => [`m${i}`, "message", { text: "x" }]),
        ],
        ["start > m0", ...Array.from({ length: length - 1 }, (_, i) => `m${i} > m${i + 1}`)],
      );
    expect(found(chain(50)).some((line) => line.startsWith("error too_many_steps"))).toBe(true);
    expect(found(chain(49)).some((line) => line.startsWith("error"))).toBe(false);
  });

  it("limit variables and bytes", () => {
    const many = Array.from(
      { length: 101 },
      (_, i): Sketch => [`v${i}`, "set_variable", { variable: `v${i}`, value: 1 }],
    );
    expect(found(plus(many))).toContain("error too_many_variables ");
    const large = Array.from(
      { length: 130 },
      (_, i): Sketch => [`m${i}`, "message", { text: "x".repeat(4000) }],
    );
    expect(found(plus(large))).toContain("error too_large ");
  });
});

describe("warnings", () => {
  it.each<[string, Draft, string]>([
    ["a node that nothing leads to", plus([["m", "end"]]), "warning unreachable nodes.m"],
    [
      "a handle that leads nowhere",
      plus([["m", "message", { text: "x" }]]),
      "warning unconnected_handle nodes.m",
    ],
    ["a question without timeout", plus([["q", "question", { text: "x" }]]), "warning no_timeout nodes.q"],
    [
      "a choice without timeout",
      plus([["q", "choice", { text: "x", optionsFrom: "email" }]]),
      "warning no_timeout nodes.q",
    ],
    [
      "a placeholder that computes",
      plus([["m", "message", { text: "{{1 + 1}}" }]]),
      "warning invalid_placeholder nodes.m.data.text",
    ],
    [
      "a circle that nobody gets out of",
      draftOf(
        [
          ["start", "start"],
          ["d", "delay", { seconds: 9 }],
          ["m", "message", { text: "x" }],
        ],
        ["start > d", "d > m", "m > d"],
      ),
      "warning never_ends nodes.start",
    ],
  ])("%s", (_, draft, problem) => {
    expect(found(draft)).toContain(problem);
    expect(validateFlow(draft).errors).toBe(0);
  });

  it("leave a menu that goes round through its question alone", () => {
    const menu = draftOf(
      [
        ["start", "start"],
        [
          "menu",
          "choice",
          {
            text: "?",
            options: [
              { id: "a", label: "A" },
              { id: "z", label: "Bye" },
            ],
            timeoutSeconds: 60,
          },
        ],
        ["a", "message", { text: "A!" }],
        ["end", "end"],
      ],
      ["start > menu", "menu.a > a", "a > menu", "menu.z > end", "menu.timeout > end"],
    );
    expect(found(menu)).toEqual([]);
  });
});

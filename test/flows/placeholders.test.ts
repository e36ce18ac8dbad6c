import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Variables } from "../../src/flows/graph/placeholders.ts";
import { validateFlow } from "../../src/flows/graph/validate.ts";
import { property } from "../property.ts";
import { draftOf, sessionIn } from "./flows.ts";

/** What visitors try to break out with, and what they say otherwise. */
const hostile = fc.oneof(
  fc.constantFrom(
    ...[
      ".",
      "..",
      "...",
      "%2e",
      "%2e%2e",
      "%252e",
      "../..",
      "..\\\\..",
      "\\",
      "/",
      "//",
      "//evil.example/",
      "",
    ],
    ...[
      "?",
      "?admin=1",
      "&admin=1",
      "#",
      "#x",
      ";",
      "..;",
      "@evil.example",
      ":8080",
      "evil.example",
      " ",
      "\t",
    ],
    ...[
      "\r\nX-Admin: 1",
      "\n",
      "\0",
      "\u2028",
      "\u0085",
      '"',
      '","admin":true,"x":"',
      "\\\\",
      '\\"',
      "}",
      "null",
    ],
    ...[
      "{{secret}}",
      "a",
      "id",
      "__proto__",
      "．．",
      "。。",
      "\ud800",
      "ä",
      "👍",
      "javascript:",
      "https://evil.example",
    ],
  ),
  fc.string({ unit: "binary", maxLength: 8 }),
  fc.string({ unit: fc.constantFrom(".", "/", "\\", "%", "2", "e", "?", "#", "&", "="), maxLength: 6 }),
);
const values = fc.record({ one: hostile, two: hostile });
const SECRET = "s3cret";

/** The request that a flow would make; null where it makes none. */
function requestOf(data: Record<string, unknown>, given: { one: string; two: string }) {
  const variables: Variables = { ...given, secret: SECRET };
  const session = sessionIn(
    [
      ["start", "start"],
      ["call", "http_request", data],
      ["no", "end"],
    ],
    ["start > call", "call.error > no"],
    { variables },
  );
  return session.effects("httpRequest")[0] ?? null;
}

const segment = fc.constantFrom(
  "orders",
  "v1",
  "{{one}}",
  "{{two}}",
  "a{{one}}",
  "{{one}}{{two}}",
  ".{{one}}",
  "{{one}}.",
  "%2{{one}}",
  "x-{{two}}.json",
);
const parameter = fc.constantFrom(
  "a={{one}}",
  "b=x{{two}}",
  "id=7",
  "{{one}}=1",
  "c={{one}}&d={{two}}",
  "{{two}}",
);
const template = fc
  .tuple(
    fc.array(segment, { minLength: 1, maxLength: 4 }),
    fc.array(parameter, { maxLength: 3 }),
    fc.constantFrom("", "#{{one}}", "#top"),
  )
  .map(([path, query, hash]) => ({ path, query: query.join("&").split("&").filter(Boolean), hash }));

const fillIn = (text: string, { one, two }: { one: string; two: string }) =>
  text.replaceAll(/\{\{(one|two)\}\}/g, (_, name: string) => (name === "one" ? one : two).toWellFormed());
/** Percent-decoded where it can be. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

describe("what a visitor says in a URL", () => {
  it("fills its place and moves no other: host, steps of the path and names of the query stay", async () => {
    const made = { requests: 0, refused: 0 };
    await property(
      [template, values],
      ({ path, query, hash }, given) => {
        const url = `https://api.example.com:8443/${path.join("/")}${query.length > 0 ? `?${query.join("&")}` : ""}${hash}`;
        const request = requestOf({ url }, given);
        if (request === null) {
          made.refused += 1;
          return;
        }
        made.requests += 1;
        const sent = new URL(request.url);
        expect(sent.origin).toBe("https://api.example.com:8443");
        expect(sent.username + sent.password).toBe("");
        const steps = sent.pathname.split("/").slice(1);
        expect(steps.map(decoded)).toEqual(path.map((part) => fillIn(part, given)));
        for (const step of steps)
          expect([".", "..", ...(steps.length > 1 ? [""] : [])]).not.toContain(decoded(step));
        const names = [...sent.searchParams.keys()];
        const fixed = query.map((pair) => pair.split("=")[0] ?? "").filter((name) => !name.includes("{{"));
        for (const name of fixed) {
          expect(names.filter((each) => each === name)).toHaveLength(
            fixed.filter((each) => each === name).length,
          );
        }
        expect(names).toHaveLength(query.length);
        expect(request.url).not.toContain(SECRET);
      },
      { runs: 3000 },
    );
    expect(made.requests).toBeGreaterThan(500);
    expect(made.refused).toBeGreaterThan(100);
  });

  it.each([".", "..", "", "%2e%2e"])("is not sent as the step %j where that would climb", (one) => {
    const request = requestOf({ url: "https://api.example.com/v1/orders/{{one}}/status" }, { one, two: "" });
    expect(request?.url ?? null).toBe(
      one === "%2e%2e" ? "https://api.example.com/v1/orders/%252e%252e/status" : null,
    );
  });

  it.each([
    "https://{{one}}.example.com/",
    "https://api.example.com{{one}}/x",
    "https://api.example.com:{{one}}/",
    "https://{{one}}@api.example.com/",
    "https:///{{one}}.com/",
    "https:////{{one}}.com/",
    "https:\\\\{{one}}.com/",
    "https:{{one}}.com",
    "https:/{{one}}/",
    "https://\t{{one}}.com/",
    "{{one}}",
    "{{one}}://api.example.com/",
    "//{{one}}/",
  ])("is no part of the address itself: %s is refused when it is written", (url) => {
    const { problems } = validateFlow(
      draftOf([
        ["start", "start", { variables: [{ name: "one" }] }],
        ["call", "http_request", { url }],
      ]),
    );
    expect(problems.map(({ code, path }) => `${code} ${path}`)).toContain("unsafe_url nodes.call.data.url");
  });

  it("is shown in no link that it would bend", () => {
    const links = (one: string) => {
      const data = { text: "See", links: [{ label: "Order", url: "https://shop.example/orders/{{one}}" }] };
      const session = sessionIn(
        [
          ["start", "start"],
          ["m", "message", data],
        ],
        ["start > m"],
        { variables: { one } },
      );
      return session.effects("send")[0]?.links;
    };
    expect(links("4711")).toEqual([{ label: "Order", url: "https://shop.example/orders/4711" }]);
    expect(links("..")).toBeUndefined();
  });
});

describe("what a visitor says in a request's body and headers", () => {
  const leaf = fc.constantFrom(
    '"{{one}}"',
    "{{one}}",
    '"x{{two}}y"',
    '"C:\\\\{{one}}"',
    '"\\\\\\"{{two}}"',
    "1",
    "null",
    '["{{one}}",{{two}}]',
  );
  const json = fc
    .uniqueArray(fc.tuple(fc.constantFrom("a", "b", "c d", "admin"), leaf), {
      minLength: 1,
      maxLength: 4,
      selector: ([key]) => key,
    })
    .map((pairs) => `{${pairs.map(([key, value]) => `"${key}": ${value}`).join(", ")}}`);

  it("stays inside the JSON value that its author gave it", async () => {
    await property(
      [json, values],
      (body, given) => {
        const sent = JSON.parse(
          requestOf({ url: "https://api.example.com", method: "POST", body }, given)?.body ?? "",
        );
        // The same with harmless values: what differs is the text of the values, never a key or a kind.
        const plain = JSON.parse(
          requestOf({ url: "https://api.example.com", method: "POST", body }, { one: "x", two: "yy" })
            ?.body ?? "",
        );
        expect(shapeOf(sent)).toEqual(shapeOf(plain));
      },
      { runs: 1500 },
    );
  });

  it("breaks out of no string, also behind a backslash of the author's", () => {
    for (const one of ['","admin":true,"x":"', "\\", '\\"']) {
      for (const [body, expected] of [
        ['{"a": "{{one}}"}', one],
        ['{"a": "\\\\{{one}}"}', `\\${one}`],
        ['{"a": "\\{{one}}"}', `\\${one}`],
      ] as const) {
        const request = requestOf({ url: "https://api.example.com", method: "POST", body }, { one, two: "" });
        expect(JSON.parse(request?.body ?? "")).toEqual({ a: expected });
      }
    }
  });

  it("adds no field to a form, and no header or line to a header", async () => {
    await property(
      [values],
      (given) => {
        const form = requestOf(
          { url: "https://api.example.com", method: "POST", bodyType: "form", body: "a={{one}}&b={{two}}" },
          given,
        );
        expect([...new URLSearchParams(form?.body ?? "")]).toEqual([
          ["a", given.one.toWellFormed()],
          ["b", given.two.toWellFormed()],
        ]);
        const headers = [{ name: "X-Order", value: "no {{one}}" }];
        const sent = requestOf({ url: "https://api.example.com", headers }, given)?.headers ?? [];
        expect(sent.map(({ name }) => name)).toEqual(["X-Order"]);
        expect(sent[0]?.value).toMatch(/^no[\t\x20-\x7e\xa0-\xff]*$/);
        expect(
          new Headers(sent.map(({ name, value }): [string, string] => [name, value])).get("x-order"),
        ).toBeTruthy();
      },
      { runs: 300 },
    );
  });
});

/** Keys and kinds of a JSON value. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shapeOf(part)]));
}

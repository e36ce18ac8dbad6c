import { afterEach, describe, expect, it, vi } from "vitest";
import { logUnexpected } from "../../src/http/log.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What one error becomes in the log. */
function logged(error: unknown): Record<string, unknown> {
  const write = vi.spyOn(console, "error").mockImplementation(() => {});
  logUnexpected("request-1", "tools/call x", error);
  return JSON.parse(String(write.mock.lastCall?.[0]));
}

describe("the log of an unexpected error", () => {
  it("is one line with the request id, where it was and the stack", () => {
    expect(logged(new TypeError("Not a function"))).toMatchObject({
      level: "error",
      requestId: "request-1",
      at: "tools/call x",
      name: "TypeError",
      message: "Not a function",
      frames: expect.arrayContaining([expect.stringContaining("log.test")]),
    });
  });

  it("has neither the parameters of a query nor the text that a parser failed on", () => {
    const query = Object.assign(
      new Error("Failed query: insert into t values (?)\nparams: my card is 4111"),
      {
        query: "insert into t values (?)",
        cause: new Error("D1_ERROR: UNIQUE constraint failed"),
      },
    );
    const text = JSON.stringify(logged(query));
    expect(text).not.toContain("4111");
    expect(text).toContain("insert into t values (?)");
    expect(text).toContain("UNIQUE constraint failed");
    try {
      JSON.parse("my card is 4111");
    } catch (error) {
      expect(JSON.stringify(logged(error))).not.toContain("4111");
    }
    expect(logged("thrown text with 4111")).toMatchObject({ name: "string", message: "" });
  });
});

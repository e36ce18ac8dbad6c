import { expect, it } from "vitest";
import { errorAnswer, failureAnswer } from "../../src/http/errors.ts";
import { Failure } from "../../src/tenant/failure.ts";

const shown = async (response: Response) => (await response.json<{ error: { message: string } }>()).error;

it("says what to do where the databases were never made, and nothing of any other error", async () => {
  const cause = new Error("D1_ERROR: no such table: workspaces: SQLITE_ERROR");
  const bare = await shown(errorAnswer(new Error("Failed query: select …", { cause }), "r", "GET /x"));
  expect(bare.message).toContain("npm start");
  expect(bare.message).not.toContain("workspaces");
  const other = await shown(errorAnswer(new Error("secret"), "r", "GET /x"));
  expect(other.message).toBe("Internal error. Quote the request id r to the operator.");
});

it("makes visible what a failure repeats of a request", async () => {
  const { message } = await shown(failureAnswer(new Failure("not_found", "No tag \u202e\u200bx."), "r"));
  expect(message).toBe("No tag x.");
});

import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import worker from "../../src/index.ts";
import { earlyInAMinute } from "../clock.ts";
import { operate, refusal } from "./operate.ts";

async function knock(headers: Record<string, string>, settings: Partial<Env> = {}) {
  const ctx = createExecutionContext();
  const request = new Request(`${env.PUBLIC_URL}/api/operator/v1/plans`, { headers });
  const response = await worker.fetch(request, { ...env, ...settings }, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

describe("the operator's door", () => {
  it("lets the holder of the key in", async () => {
    const response = await knock({ authorization: "Bearer test-operator-key" });
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it.each([
    ["no key", {}],
    ["a wrong key", { authorization: "Bearer test-operator-kez" }],
    ["the start of the key", { authorization: "Bearer test-operator" }],
    ["an empty key", { authorization: "Bearer " }],
    ["the key under another scheme", { authorization: "Basic test-operator-key" }],
  ])("refuses %s", async (_, headers) => {
    const response = await knock({ ...headers, "cf-connecting-ip": "192.0.2.1" });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain("Bearer");
    expect(await response.json()).toMatchObject({ error: { code: "unauthenticated" } });
  });

  it("refuses everybody where no key is set", async () => {
    for (const authorization of ["Bearer ", "Bearer undefined", "Bearer test-operator-key"]) {
      const response = await knock({ authorization }, { OPERATOR_KEY: "" });
      expect(response.status).toBe(403);
    }
  });

  it("takes a key with blanks in it, and none that is blank", async () => {
    for (const key of ["a key of four words", "  a key between blanks\t"]) {
      const right = await knock({ authorization: `Bearer ${key.trim()}` }, { OPERATOR_KEY: key });
      expect(right.status, key).toBe(200);
      const cut = await knock({ authorization: `Bearer ${key.trim().split(" ")[0]}` }, { OPERATOR_KEY: key });
      expect(cut.status, key).toBe(401);
    }
    for (const authorization of ["Bearer", "Bearer  ", ""]) {
      expect((await knock({ authorization }, { OPERATOR_KEY: "  " })).status).toBe(403);
    }
  });

  it("limits wrong keys by address, and never the right one", async () => {
    const address = { "cf-connecting-ip": "192.0.2.7" };
    const statuses = new Set<number>();
    await earlyInAMinute();
    for (let i = 0; i < 70; i++)
      statuses.add((await knock({ ...address, authorization: "Bearer no" })).status);
    expect([...statuses]).toEqual([401, 429]);
    expect((await knock({ ...address, authorization: "Bearer test-operator-key" })).status).toBe(200);
    expect((await knock({ "cf-connecting-ip": "192.0.2.8", authorization: "Bearer no" })).status).toBe(401);
  });

  it("answers what it does not know, and what it cannot read, with an error in JSON", async () => {
    expect(await refusal("GET", "/nothing")).toMatchObject({ status: 404, code: "not_found" });
    expect(await refusal("POST", "/workspaces", "{")).toMatchObject({ status: 400, code: "invalid_input" });
    expect(await refusal("POST", "/workspaces", "null")).toMatchObject({
      status: 400,
      code: "invalid_input",
    });
    const large = JSON.stringify({ name: "x".repeat(300_000) });
    expect(await refusal("POST", "/workspaces", large)).toMatchObject({ status: 413 });
    expect(await refusal("POST", "/workspaces", { name: "A", colour: "red" })).toMatchObject({
      status: 400,
      message: expect.stringContaining("colour"),
    });
  });

  it("shows times as ISO 8601", async () => {
    const made = await operate("POST", "/workspaces", { name: "Times" });
    expect(made.createdAt).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/);
    expect(made.suspendedAt).toBeNull();
  });
});

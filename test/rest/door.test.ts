import { env } from "cloudflare:workers";
import { CfWorkerJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/cfworker";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { bearer, modernClient, newKey, newWorkspace, ORIGIN, serve } from "../mcp/visit.ts";
import { connect as connectGrant, makeWorld as makeOAuthWorld } from "../oauth/oauth-world.ts";

type Json = Record<string, unknown>;

const refusal = z.object({
  error: z.looseObject({ code: z.string(), message: z.string().min(1), requestId: z.string().min(1) }),
});
const document = z.object({
  paths: z.record(z.string(), z.object({ post: z.looseObject({ responses: z.looseObject({}) }) })),
});

/** Calls a tool as a program would: fetch, JSON in, JSON out. */
async function use(token: string, name: string, args?: unknown, headers: Record<string, string> = {}) {
  const response = await serve(`${ORIGIN}/api/v1/tools/${name}`, {
    method: "POST",
    headers: {
      ...bearer(token),
      ...(args === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(args === undefined ? {} : { body: typeof args === "string" ? args : JSON.stringify(args) }),
  });
  const body: Json = await response.json();
  return { status: response.status, headers: response.headers, body };
}

/** The error of an answer that must be one, with its status. */
async function refused(...call: Parameters<typeof use>) {
  const { status, body, headers } = await use(...call);
  const { error } = refusal.parse(body);
  expect(headers.get("x-request-id")).toBe(error.requestId);
  return { status, ...error };
}

const key = async (plan?: string) => newKey((await newWorkspace(plan)).id);

describe("a tool over plain HTTP", () => {
  it("answers what the same call answers over MCP, in the form that the document says", async () => {
    const token = await key();
    const client = await modernClient(token);
    const paths = document.parse(await (await serve(`${ORIGIN}/api/v1/openapi.json`)).json()).paths;
    const made = await use(token, "create_contact", { name: "Ada", email: "ada@example.com" });
    expect(made.status).toBe(200);
    const calls: [string, Json][] = [
      ["get_contact", { contactId: "email:ada@example.com" }],
      ["list_contacts", { query: "ada", limit: 5 }],
      ["list_tags", {}],
      ["list_channels", {}],
      ["get_workspace", {}],
    ];
    for (const [name, args] of calls) {
      const { status, body } = await use(token, name, args);
      expect(status, name).toBe(200);
      const answer = await client.callTool({ name, arguments: args });
      expect(body, name).toEqual(answer.structuredContent);
      const said = z
        .object({ "200": z.object({ content: z.object({ "application/json": z.looseObject({}) }) }) })
        .parse(paths[`/api/v1/tools/${name}`]?.post.responses);
      const { schema } = z
        .object({ schema: z.record(z.string(), z.json()) })
        .parse(said["200"].content["application/json"]);
      expect(new CfWorkerJsonSchemaValidator().getValidator(schema)(body)).toMatchObject({ valid: true });
    }
  });

  it("takes no body, an empty one and a slash at the end", async () => {
    const token = await key();
    expect((await use(token, "get_workspace")).status).toBe(200);
    expect((await use(token, "get_workspace", "", { "content-type": "text/plain" })).status).toBe(200);
    expect((await use(token, "get_workspace/", {})).status).toBe(200);
  });

  it("says failures by status, code and what to do", async () => {
    const token = await key();
    expect(await refused(token, "get_contact", { contactId: "ct_none" })).toMatchObject({
      status: 404,
      code: "not_found",
    });
    expect(await refused(token, "create_contact", { nmae: "A" })).toMatchObject({
      status: 400,
      code: "invalid_input",
      candidates: ["name"],
      hint: expect.stringContaining("externalId"),
    });
    await use(token, "create_contact", { email: "twice@example.com" });
    expect(await refused(token, "create_contact", { email: "twice@example.com" })).toMatchObject({
      status: 409,
      code: "duplicate",
    });
    expect(await refused(token, "list_contact", {})).toMatchObject({
      status: 404,
      code: "not_found",
      candidates: expect.arrayContaining(["list_contacts"]),
    });
    expect((await refused(token, "%2e%2e", {})).status).toBe(404);
  });

  it("refuses what is no JSON object, is not declared as JSON, or is too large", async () => {
    const token = await key();
    for (const body of ["[]", "null", '"a"', "1", "{"]) {
      expect(await refused(token, "get_workspace", body), body).toMatchObject({
        status: 400,
        code: "invalid_input",
      });
    }
    const asText = { "content-type": "text/plain" };
    expect((await refused(token, "get_workspace", "{}", asText)).status).toBe(415);
    const large = JSON.stringify({ name: "x".repeat(4 * 1024 * 1024) });
    expect((await refused(token, "create_contact", large)).status).toBe(413);
  });

  it("refuses unknown arguments of every tool in the catalogue", async () => {
    const token = await key();
    for (const { name } of catalogue.tools) {
      expect(await refused(token, name, { noSuchArgument: 1 }), name).toMatchObject({
        status: 400,
        code: "invalid_input",
        message: expect.stringContaining("noSuchArgument"),
      });
    }
  });

  it("takes POST alone, and tells browsers of our own origins so", async () => {
    const token = await key();
    const get = await serve(`${ORIGIN}/api/v1/tools/get_workspace`, { headers: bearer(token) });
    expect(get.status).toBe(405);
    expect(get.headers.get("allow")).toContain("POST");
    const preflight = await serve(`${ORIGIN}/api/v1/tools/get_workspace`, {
      method: "OPTIONS",
      headers: { origin: ORIGIN, "access-control-request-method": "POST" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-headers")?.toLowerCase()).toContain("idempotency-key");
    const own = await use(token, "get_workspace", {}, { origin: ORIGIN });
    expect(own.headers.get("access-control-allow-origin")).toBe(ORIGIN);
    expect(await refused(token, "get_workspace", {}, { origin: "https://evil.example" })).toMatchObject({
      status: 403,
    });
    expect(
      (await serve("http://evil.example:8787/api/v1/tools/get_workspace", { method: "POST" })).status,
    ).toBe(403);
  });
});

describe("who may call", () => {
  it("is asked for a credential, with the challenge of /mcp", async () => {
    const response = await serve(`${ORIGIN}/api/v1/tools/get_workspace`, {
      method: "POST",
      body: "not json",
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toContain(
      `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp"`,
    );
    expect(refusal.parse(await response.json()).error.code).toBe("unauthenticated");
    const wrong = await use("parley_nope_nope", "get_workspace", {});
    expect(wrong.status).toBe(401);
    expect(wrong.headers.get("www-authenticate")).toContain('error="invalid_token"');
  });

  it("shows itself by x-api-key too, and by address where that is allowed", async () => {
    const { id } = await newWorkspace();
    const call = (query: string, headers: Record<string, string>) =>
      serve(`${ORIGIN}/api/v1/tools/get_workspace${query}`, { method: "POST", headers });
    expect((await call("", { "x-api-key": await newKey(id) })).status).toBe(200);
    expect((await call(`?token=${await newKey(id, { allowUrl: true })}`, {})).status).toBe(200);
    expect((await call(`?token=${await newKey(id)}`, {})).status).toBe(401);
  });

  it("needs the tool's scope, and reads only with a read-only key", async () => {
    const { id } = await newWorkspace();
    const reader = await newKey(id, { scopes: ["contacts:read"] });
    expect(await refused(reader, "create_contact", { name: "A" })).toMatchObject({
      status: 403,
      code: "missing_scope",
      candidates: ["contacts:write"],
    });
    const readOnly = await newKey(id, { readOnly: true });
    expect(await refused(readOnly, "create_contact", { name: "A" })).toMatchObject({ status: 404 });
    expect((await use(readOnly, "list_contacts", {})).status).toBe(200);
  });

  it("is an OAuth client of /mcp, which is challenged for the scope that it lacks", async () => {
    const { access_token } = await connectGrant(await makeOAuthWorld());
    expect((await use(access_token, "list_contacts", {})).status).toBe(200);
    const merge = await use(access_token, "merge_contacts", { contactId: "ct_1", duplicateId: "ct_2" });
    expect(merge.status).toBe(403);
    expect(refusal.parse(merge.body).error).toMatchObject({
      code: "missing_scope",
      candidates: ["contacts:delete"],
    });
    expect(merge.headers.get("www-authenticate")).toContain('error="insufficient_scope"');
  });

  it("does nothing where the workspace is switched off or suspended", async () => {
    const { id } = await newWorkspace();
    const token = await newKey(id);
    const gate = gateOf(env, id);
    const states: [Parameters<typeof gate.updateWorkspace>[0], string][] = [
      [{ mcpEnabled: false }, "switched off"],
      [{ mcpEnabled: true, suspendedAt: Date.now() }, "suspended"],
    ];
    for (const [state, reason] of states) {
      await gate.updateWorkspace(state);
      const answer = await refused(token, "create_contact", { name: "Ada" });
      expect(answer).toMatchObject({ status: 403, code: "not_allowed" });
      expect(answer.message).toContain(reason);
    }
    await gate.updateWorkspace({ suspendedAt: null });
    expect((await use(token, "list_contacts", {})).body).toMatchObject({ items: [] });
  });

  it("is no cookie", async () => {
    const cookie = `token=${await key()}; Authorization=Bearer`;
    const response = await serve(`${ORIGIN}/api/v1/tools/get_workspace`, {
      method: "POST",
      headers: { cookie },
    });
    expect(response.status).toBe(401);
    expect(response.headers.get("set-cookie")).toBeNull();
  });

  it("sees its own workspace alone", async () => {
    const [one, other] = [await key(), await key()];
    const made = await use(one, "create_contact", { name: "Ada" });
    const contactId = z.looseObject({ id: z.string() }).parse(made.body).id;
    expect((await use(one, "get_contact", { contactId })).status).toBe(200);
    expect((await refused(other, "get_contact", { contactId })).status).toBe(404);
  });
});

describe("what a call costs", () => {
  it("is counted and limited as over MCP", async () => {
    const token = await key("trial");
    const left = async (...call: Parameters<typeof use>) => (await use(...call)).headers.get("ratelimit");
    expect(await left(token, "get_workspace", {})).toMatch(/"day";r=99;/);
    expect(await left(token, "get_workspace", { wrong: 1 })).toMatch(/"day";r=99;/);
    expect(await left(token, "made_up", {})).toMatch(/"day";r=99;/);
    expect(await left(token, "create_contact", [])).toMatch(/"day";r=99;/);
    let over = await use(token, "get_workspace", {});
    // Twice the limit and one more: also when a new minute begins meanwhile.
    for (let i = 0; i < 21 && over.status === 200; i++) over = await use(token, "get_workspace", {});
    expect(over.status).toBe(429);
    expect(Number(over.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(refusal.parse(over.body).error.code).toBe("rate_limited");
  });

  it("is in the call log", async () => {
    const { id, shard } = await newWorkspace();
    const token = await newKey(id);
    await use(token, "get_workspace", {});
    await use(token, "get_contact", { contactId: "ct_none" });
    await use(token, "create_contact", []);
    const database = shard === "TENANT_1" ? env.TENANT_1 : env.TENANT_2;
    await expect
      .poll(async () => {
        const { results } = await database
          .prepare(
            `SELECT entry.value ->> 'name' AS name, entry.value ->> 'outcome' AS outcome
             FROM calls, json_each(entries) AS entry WHERE workspace_id = ? ORDER BY entry.value ->> 'id'`,
          )
          .bind(id)
          .all();
        return results;
      })
      .toEqual([
        { name: "get_workspace", outcome: "ok" },
        { name: "get_contact", outcome: "not_found" },
        { name: "create_contact", outcome: "invalid_input" },
      ]);
  });
});

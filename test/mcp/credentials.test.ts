import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { earlyInAMinute } from "../clock.ts";
import { connect, makeWorld } from "../oauth/oauth-world.ts";
import {
  answerOf,
  bearer,
  newKey,
  newWorkspace,
  ORIGIN,
  post,
  rpc,
  serve,
  sessionClient,
  toolCall,
} from "./visit.ts";

const list = () => rpc("tools/list");

describe("credentials", () => {
  it("are taken from Authorization, x-api-key and, where allowed, the address", async () => {
    const { id } = await newWorkspace();
    const key = await newKey(id);
    const urlKey = await newKey(id, { allowUrl: true });
    expect((await post("/mcp", list(), bearer(key))).status).toBe(200);
    expect((await post("/mcp", list(), { "x-api-key": key })).status).toBe(200);
    expect((await post(`/mcp?token=${urlKey}`, list())).status).toBe(200);
    expect((await post(`/mcp?token=${key}`, list())).status).toBe(401);
  });

  it("go past a credential of another kind in Authorization, which proxies put there", async () => {
    const { id } = await newWorkspace();
    const key = await newKey(id, { allowUrl: true });
    for (const authorization of ["Basic dXNlcjpwYXNz", "Bearer", "Bearer a b", "Negotiate x"]) {
      expect((await post("/mcp", list(), { authorization, "x-api-key": key })).status, authorization).toBe(
        200,
      );
      expect((await post(`/mcp?token=${key}`, list(), { authorization })).status, authorization).toBe(200);
      expect((await post("/mcp", list(), { authorization })).status, authorization).toBe(401);
    }
  });

  it("that do not hold are told from each other, with the next step", async () => {
    const { id } = await newWorkspace();
    const key = await newKey(id);
    const revoked = await newKey(id);
    await gateOf(env, id).revokeToken((await gateOf(env, id).listTokens())[0]?.id ?? "");
    const said = async (path: string, headers: Record<string, string>) => {
      const rest = await post(path.replace("/mcp", "/api/v1/tools/list_tags"), {}, headers);
      const { error } = await rest.json<{ error: { message: string } }>();
      const message = (await answerOf(await post(path, list(), headers))).error?.message;
      expect(error.message).toBe(message);
      return message;
    };
    expect(await said("/mcp", {})).toMatch(/no credential came .* Sign in by OAuth, or send a token/);
    for (const unknown of [revoked, `${key.slice(0, -3)}zzz`, "parley_short", "a:b:c"]) {
      expect(await said("/mcp", bearer(unknown)), unknown).toMatch(
        /not known here, has expired or was revoked/,
      );
    }
    expect(await said(`/mcp?token=${key}`, {})).toMatch(/may not stand in an address.*--allow-url/);
    expect(await said("/mcp?token=a:b:c", {})).toMatch(/may not stand in an address/);
    expect(await said(`/mcp?token=${revoked}`, {})).toMatch(/not known here/);
    expect(await said("/mcp", { authorization: key })).toMatch(/the word Bearer is missing/);
    expect(await said("/mcp", { authorization: "Bearer" })).toMatch(/no token stands behind Bearer/);
    expect(await said("/mcp", { authorization: "Basic eDp5" })).toMatch(/is no Bearer token/);
  });

  it("challenges with the metadata of the very address", async () => {
    const paths = ["/mcp", "/mcp/", "/api/mcp", "/api/v1/mcp", "/mcp-readonly", "/mcp-readonly/"];
    for (const resource of paths) {
      const path = resource;
      const response = await post(path, list());
      expect(response.status, path).toBe(401);
      const challenge = response.headers.get("www-authenticate") ?? "";
      expect(challenge).toContain(
        `resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource${resource}"`,
      );
      const document = await (await serve(`${ORIGIN}/.well-known/oauth-protected-resource${resource}`)).json<{
        resource: string;
        authorization_servers: string[];
      }>();
      expect(document.resource).toBe(`${ORIGIN}${resource}`);
      expect(document.authorization_servers).toEqual([ORIGIN]);
    }
    const stream = await serve(`${ORIGIN}/sse`, { headers: { accept: "text/event-stream" } });
    expect(stream.status).toBe(401);
    expect(stream.headers.get("www-authenticate")).toContain("/.well-known/oauth-protected-resource/sse");
    const nested = await serve(`${ORIGIN}/mcp/sse`, { headers: { accept: "text/event-stream" } });
    expect(nested.headers.get("www-authenticate")).toContain("/.well-known/oauth-protected-resource/mcp/sse");
  });

  it("answers an alias's metadata address with the alias, which its client was given", async () => {
    for (const path of ["", "/", "/mcp/", "/api/mcp", "/api/v1/mcp", "/mcp/sse"]) {
      const response = await serve(`${ORIGIN}/.well-known/oauth-protected-resource${path}`);
      expect(response.status, path).toBe(200);
      const named = path === "" || path === "/" ? "/mcp" : path;
      expect((await response.json<{ resource: string }>()).resource, path).toBe(`${ORIGIN}${named}`);
    }
    expect((await serve(`${ORIGIN}/.well-known/oauth-protected-resource/other`)).status).toBe(404);
  });

  it("says invalid_token for what does not hold, and asks no gate about malformed ones", async () => {
    const { id } = await newWorkspace();
    const key = await newKey(id);
    const other = `${key.slice(0, -1)}${key.endsWith("0") ? "1" : "0"}`;
    for (const token of [other, "parley_short", "a:b:c", "x".repeat(5000), "parley_", key.slice(0, -1)]) {
      const response = await post("/mcp", list(), bearer(token));
      expect(response.status).toBe(401);
      expect(response.headers.get("www-authenticate")).toContain('error="invalid_token"');
    }
    expect((await post("/mcp", list(), { authorization: "Basic YTpi" })).status).toBe(401);
  });

  it("bite at once when revoked, also in a warm session", async () => {
    const { id } = await newWorkspace();
    const key = await newKey(id);
    const { client } = await sessionClient(key);
    await client.listTools();
    const [token] = await gateOf(env, id).listTokens();
    await gateOf(env, id).revokeToken(token?.id ?? "");
    await expect(client.listTools()).rejects.toThrow(/401|Unauthorized/i);
  });

  it("counts failures by address and answers 429 with Retry-After", async () => {
    const headers = { ...bearer("wrong"), "cf-connecting-ip": "203.0.113.77" };
    const statuses: number[] = [];
    await earlyInAMinute();
    for (let i = 0; i < 65; i++) statuses.push((await post("/mcp", list(), headers)).status);
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
    const last = await post("/mcp", list(), headers);
    expect(Number(last.headers.get("retry-after"))).toBeGreaterThan(0);
    // Someone with a credential that holds is not locked out, and neither is another address.
    const key = await newKey((await newWorkspace()).id);
    expect((await post("/mcp", list(), { ...headers, ...bearer(key) })).status).toBe(200);
    expect((await post("/mcp", list(), bearer("wrong"))).status).toBe(401);
  });
});

describe("an OAuth grant", () => {
  it("is admitted at its own resource only, and never in an address", async () => {
    const world = await makeWorld();
    const { access_token } = await connect(world);
    const headers = bearer(access_token);
    expect((await post("/mcp", list(), headers)).status).toBe(200);
    expect((await post("/mcp-readonly", list(), headers)).status).toBe(401);
    expect((await post(`/mcp?token=${access_token}`, list())).status).toBe(401);
  });

  it("gets 403 insufficient_scope before any lane runs", async () => {
    const world = await makeWorld();
    const { access_token } = await connect(world);
    const response = await post(
      "/mcp",
      toolCall("merge_contacts", { contactId: "ct_1", duplicateId: "ct_2" }),
      bearer(access_token),
    );
    expect(response.status).toBe(403);
    const challenge = response.headers.get("www-authenticate") ?? "";
    expect(challenge).toContain('error="insufficient_scope"');
    expect(challenge).toContain('scope="contacts:delete"');
    expect(challenge).toContain(`resource_metadata="${ORIGIN}/.well-known/oauth-protected-resource/mcp"`);
    expect((await answerOf(response)).error?.message).toBe("insufficient_scope");
  });
});

describe("an API key without the scope", () => {
  it("gets a tool error that names it, and the tool is not listed", async () => {
    const { id } = await newWorkspace();
    const key = await newKey(id, { scopes: ["contacts:read"] });
    const listed = await answerOf(await post("/mcp", list(), bearer(key)));
    expect(JSON.stringify(listed.result)).not.toContain("create_contact");
    const answer = await answerOf(await post("/mcp", toolCall("create_contact", { name: "A" }), bearer(key)));
    expect(answer.result?.isError).toBe(true);
    expect(answer.result?.structuredContent).toBeUndefined();
    expect(JSON.stringify(answer.result)).toContain("missing_scope");
    expect(JSON.stringify(answer.result)).toContain("contacts:write");
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ALL_SCOPES, CAREFUL_SCOPES, READ_SCOPES, ROLE_SCOPES } from "../../src/control/scopes.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { RESOURCE_PATHS } from "../../src/http/addresses.ts";
import { authorizationServer, type GrantProps } from "../../src/oauth/authorization-server.ts";
import { GROUPS } from "../../src/oauth/consent.tsx";
import {
  admitGrant,
  authorizeUrl,
  Browser,
  codeOf,
  connect,
  formsOf,
  makeWorld,
  ORIGIN,
  REDIRECT,
  serve,
  tokenRequest,
  VERIFIER,
} from "./oauth-world.ts";

function validate(path: string, token: string) {
  return authorizationServer(env).validateToken<GrantProps>(`${ORIGIN}${path}`, token, env);
}

async function propsOf(path: string, token: string): Promise<GrantProps> {
  const validated = await validate(path, token);
  if (!validated) throw new Error("the token is not valid");
  return validated.props;
}

describe("discovery", () => {
  it("describes the authorization server", async () => {
    const answer = await serve(new Request(`${ORIGIN}/.well-known/oauth-authorization-server`));
    expect(await answer.json()).toMatchObject({
      issuer: ORIGIN,
      authorization_endpoint: `${ORIGIN}/authorize`,
      token_endpoint: `${ORIGIN}/oauth/token`,
      registration_endpoint: `${ORIGIN}/oauth/register`,
      revocation_endpoint: `${ORIGIN}/oauth/token`,
      protected_resources: RESOURCE_PATHS.map((path) => `${ORIGIN}${path}`),
      scopes_supported: ALL_SCOPES,
      code_challenge_methods_supported: ["S256"],
      client_id_metadata_document_supported: true,
      authorization_response_iss_parameter_supported: true,
    });
  });

  it("leads to the one public origin from a loopback address's other names", async () => {
    const answer = await serve(new Request("http://127.0.0.1:8787/sign-in?return_to=/x"));
    expect(answer.headers.get("location")).toBe(`${ORIGIN}/sign-in?return_to=/x`);
  });

  it("leaves other paths to others, and other methods alone", async () => {
    expect((await serve(new Request(`${ORIGIN}/elsewhere`))).status).toBe(404);
    expect((await serve(new Request(`${ORIGIN}/sign-in/somewhere/else/still`))).status).toBe(404);
    expect((await serve(new Request(`${ORIGIN}/authorize`, { method: "DELETE" }))).status).toBe(405);
  });
});

describe("the whole flow", () => {
  it("signs in, asks, and gives tokens for one address", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    const url = await authorizeUrl(world.clientId);

    const first = await browser.open(url);
    expect(new URL(browser.url).pathname).toBe("/sign-in");
    const [signIn] = await formsOf(await first.text());
    signIn?.fields.set("email", world.user.email.toUpperCase());
    signIn?.fields.set("password", "correct horse battery");
    const consent = await browser.post(signIn?.action ?? "", signIn?.fields ?? {});
    expect(new URL(browser.url).pathname).toBe("/authorize");
    const html = await consent.text();
    expect(html).toContain("Test Client");
    expect(html).toContain("127.0.0.1");
    expect(html).toContain(world.workspace.name);
    expect(html).toContain("an app on your own computer");

    const [form] = await formsOf(html);
    form?.fields.set("decision", "allow");
    const answer = await browser.post(form?.action ?? "", form?.fields ?? {});
    expect(answer.status).toBe(302);
    const location = new URL(answer.headers.get("location") ?? "");
    expect(`${location.origin}${location.pathname}`).toBe(REDIRECT);
    expect(location.searchParams.get("state")).toBe("opaque state");
    expect(location.searchParams.get("iss")).toBe(ORIGIN);

    const redeemed = await tokenRequest({
      grant_type: "authorization_code",
      code: codeOf(answer),
      client_id: world.clientId,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    });
    const tokens = await redeemed.json<{ access_token: string; scope: string; resource: string }>();
    const expected = ALL_SCOPES.filter((scope) => !CAREFUL_SCOPES.includes(scope));
    expect(tokens.scope.split(" ")).toEqual(expected);
    expect(tokens.resource).toBe(`${ORIGIN}/mcp`);

    const validated = await validate("/mcp", tokens.access_token);
    expect(validated?.userId).toBe(`${world.user.id}.${world.workspace.id}`);
    expect(Object.keys(validated?.props ?? {}).sort()).toEqual(["grantId", "userId", "workspaceId"]);
    expect(await validate("/mcp-readonly", tokens.access_token)).toBeNull();
    expect(await validate("/sse", tokens.access_token)).toBeNull();

    const grantId = validated?.props.grantId ?? "";
    const admission = await admitGrant(world.workspace.id, grantId);
    expect(admission).toMatchObject({
      admitted: true,
      principal: { kind: "grant", name: "Test Client", scopes: expected, readOnly: false, inboxes: null },
    });
  });

  it("refuses a code without its verifier, and a code used twice", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const [form] = await formsOf(await (await browser.open(await authorizeUrl(world.clientId))).text());
    form?.fields.set("decision", "allow");
    const code = codeOf(await browser.post(form?.action ?? "", form?.fields ?? {}));
    const fields = {
      grant_type: "authorization_code",
      code,
      client_id: world.clientId,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    };
    const wrong = await tokenRequest({ ...fields, code_verifier: "x".repeat(43) });
    expect(await wrong.json()).toMatchObject({ error: "invalid_grant" });
    expect((await tokenRequest(fields)).status).toBe(200);
    expect(await (await tokenRequest(fields)).json()).toMatchObject({ error: "invalid_grant" });
  });

  it("reports a request without PKCE to the client, and an unknown redirect address to the person only", async () => {
    const world = await makeWorld();
    const noPkce = new URL(await authorizeUrl(world.clientId));
    noPkce.searchParams.delete("code_challenge");
    noPkce.searchParams.delete("code_challenge_method");
    const reported = await new Browser().open(noPkce.href);
    const location = new URL(reported.headers.get("location") ?? "");
    expect(location.origin).toBe(new URL(REDIRECT).origin);
    expect(location.searchParams.get("error")).toBe("invalid_request");
    expect(location.searchParams.get("iss")).toBe(ORIGIN);

    const elsewhere = await authorizeUrl(world.clientId, { redirect_uri: "https://evil.example/callback" });
    const shown = await new Browser().open(elsewhere);
    expect(shown.status).toBe(400);
    expect(shown.headers.has("location")).toBe(false);
    expect(await shown.text()).toContain("Go back to the app");

    const foreign = await authorizeUrl(world.clientId, { resource: "https://other.example/mcp" });
    const target = new URL((await new Browser().open(foreign)).headers.get("location") ?? "");
    expect(target.searchParams.get("error")).toBe("invalid_target");
  });

  it("takes the default address for a client that names none", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const url = new URL(await authorizeUrl(world.clientId));
    url.searchParams.delete("resource");
    const [form] = await formsOf(await (await browser.open(url.href)).text());
    form?.fields.set("decision", "allow");
    const code = codeOf(await browser.post(form?.action ?? "", form?.fields ?? {}));
    const tokens = await tokenRequest({
      grant_type: "authorization_code",
      code,
      client_id: world.clientId,
      redirect_uri: REDIRECT,
      code_verifier: VERIFIER,
    });
    expect(await tokens.json()).toMatchObject({ resource: `${ORIGIN}/mcp` });
  });
});

describe("what a grant holds", () => {
  it("is read only at /mcp-readonly, whatever is posted", async () => {
    const world = await makeWorld();
    const tokens = await connect(world, {
      path: "/mcp-readonly",
      changes: (fields) => {
        fields.set("access", "write");
        fields.append("scope", "contacts:write");
        fields.append("careful", "contacts:delete");
      },
    });
    expect(tokens.scope.split(" ")).toEqual([...READ_SCOPES]);
    const { grantId } = await propsOf("/mcp-readonly", tokens.access_token);
    expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ principal: { readOnly: true } });
    expect(await validate("/mcp", tokens.access_token)).toBeNull();
  });

  it("never exceeds the member's role, at consent or later", async () => {
    const world = await makeWorld("agent");
    const tokens = await connect(world, {
      changes: (fields) => {
        fields.set("access", "choose");
        fields.delete("scope");
        fields.append("scope", "conversations:reply");
        fields.append("scope", "flows:publish");
      },
    });
    expect(tokens.scope).toBe("conversations:reply");

    const whole = await makeWorld("admin");
    const broad = await connect(whole);
    const { grantId } = await propsOf("/mcp", broad.access_token);
    await gateOf(env, whole.workspace.id).setMemberRole(whole.memberId, "analyst");
    const admission = await admitGrant(whole.workspace.id, grantId);
    expect(admission.admitted && admission.principal.scopes).toEqual(
      ALL_SCOPES.filter((scope) => ROLE_SCOPES.analyst.includes(scope)),
    );
    const refreshed = await tokenRequest({
      grant_type: "refresh_token",
      refresh_token: broad.refresh_token,
      client_id: whole.clientId,
    });
    const { scope } = await refreshed.json<{ scope: string }>();
    expect(scope.split(" ").every((one) => one.endsWith(":read"))).toBe(true);
  });

  it("ticks deletes, publishing and webhooks one by one", async () => {
    const world = await makeWorld();
    const tokens = await connect(world, { changes: (fields) => fields.append("careful", "contacts:delete") });
    const scopes = tokens.scope.split(" ");
    expect(CAREFUL_SCOPES.filter((scope) => scopes.includes(scope))).toEqual(["contacts:delete"]);
    expect(scopes).toContain("contacts:write");
  });

  it("preselects what the client asked for, but nothing that needs care", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const url = await authorizeUrl(world.clientId, {
      scope: "contacts:read contacts:delete unknown:scope offline_access",
    });
    const [form] = await formsOf(await (await browser.open(url)).text());
    expect(form?.fields.get("access")).toBe("choose");
    expect(form?.fields.getAll("scope")).toEqual(["contacts:read"]);
    expect(form?.fields.getAll("careful")).toEqual([]);
  });

  it("keeps what the client had when it comes back for one scope more", async () => {
    const world = await makeWorld();
    await connect(world, {
      changes: (fields) => {
        fields.set("access", "choose");
        fields.delete("scope");
        fields.append("scope", "contacts:read");
      },
    });
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const url = await authorizeUrl(world.clientId, { scope: "notes:write" });
    const [form] = await formsOf(await (await browser.open(url)).text());
    expect(form?.fields.getAll("scope")).toEqual(["contacts:read", "notes:write"]);
  });

  it("is limited to the picked inboxes, which must be the workspace's own", async () => {
    const world = await makeWorld();
    const [first = ""] = world.inboxIds;
    const tokens = await connect(world, {
      changes: (fields) => {
        fields.set("inboxes", "picked");
        fields.append("inbox", first);
      },
    });
    const { grantId } = await propsOf("/mcp", tokens.access_token);
    expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ principal: { inboxes: [first] } });

    const other = await makeWorld();
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const [form] = await formsOf(await (await browser.open(await authorizeUrl(world.clientId))).text());
    for (const inboxes of [[], [...other.inboxIds]]) {
      const fields = new URLSearchParams(form?.fields);
      fields.set("decision", "allow");
      fields.set("inboxes", "picked");
      for (const id of inboxes) fields.append("inbox", id);
      const again = await browser.post(form?.action ?? "", fields);
      expect(again.status).toBe(422);
      expect(await again.text()).toContain("Tick at least one inbox");
    }
  });

  it("can be ticked and unticked as a whole, but for what needs care", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    await browser.signIn(world.user.email);
    let [form] = await formsOf(await (await browser.open(await authorizeUrl(world.clientId))).text());
    for (const [decision, count] of [
      ["tick-all", ALL_SCOPES.length - CAREFUL_SCOPES.length],
      ["tick-none", 0],
    ] as const) {
      form?.fields.set("access", "choose");
      form?.fields.set("decision", decision);
      [form] = await formsOf(await (await browser.post(form?.action ?? "", form?.fields ?? {})).text());
      expect(form?.fields.get("access")).toBe("choose");
      expect(form?.fields.getAll("scope")).toHaveLength(count);
    }
    // Every scope has its place in a group.
    const nouns = GROUPS.flatMap((group) => group.nouns);
    expect(ALL_SCOPES.filter((scope) => !nouns.includes(scope.split(":")[0] ?? ""))).toEqual([]);
  });

  it("needs at least one scope", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const [form] = await formsOf(await (await browser.open(await authorizeUrl(world.clientId))).text());
    form?.fields.set("decision", "allow");
    form?.fields.set("access", "choose");
    // What only reads is ticked for whoever begins to choose.
    expect(form?.fields.getAll("scope").every((scope) => scope.endsWith(":read"))).toBe(true);
    form?.fields.delete("scope");
    const again = await browser.post(form?.action ?? "", form?.fields ?? {});
    expect(again.status).toBe(422);
    expect(await again.text()).toContain("Tick at least one thing");
  });
});

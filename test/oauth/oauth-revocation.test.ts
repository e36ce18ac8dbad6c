import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { authorizationServer, type GrantProps } from "../../src/oauth/authorization-server.ts";
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
  register,
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

describe("the end of a grant", () => {
  const refresh = (refresh_token: string, client_id: string) =>
    tokenRequest({ grant_type: "refresh_token", refresh_token, client_id });

  it("refreshes while the person is a member, and ends for good when removed", async () => {
    const world = await makeWorld();
    const tokens = await connect(world);
    const { grantId } = await propsOf("/mcp", tokens.access_token);
    const renewed = await refresh(tokens.refresh_token, world.clientId);
    expect(renewed.status).toBe(200);
    const { refresh_token, access_token } = await renewed.json<{
      refresh_token: string;
      access_token: string;
    }>();
    expect(await validate("/mcp", access_token)).not.toBeNull();

    await gateOf(env, world.workspace.id).removeMember(world.memberId);
    expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ refusal: "unauthenticated" });
    const refused = await refresh(refresh_token, world.clientId);
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({ error: "invalid_grant" });
    expect(await validate("/mcp", access_token)).toBeNull();
  });

  for (const kind of ["access_token", "refresh_token"] as const) {
    it(`is immediate when its ${kind} is revoked`, async () => {
      const world = await makeWorld();
      const tokens = await connect(world);
      const second = await (await refresh(tokens.refresh_token, world.clientId)).json<typeof tokens>();
      const { grantId } = await propsOf("/mcp", second.access_token);
      expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ admitted: true });

      const answer = await tokenRequest({ token: second[kind], client_id: world.clientId });
      expect(answer.status).toBe(200);
      expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ refusal: "unauthenticated" });
      for (const token of [tokens.access_token, second.access_token]) {
        expect(await validate("/mcp", token)).toBeNull();
      }
      expect(await (await refresh(second.refresh_token, world.clientId)).json()).toMatchObject({
        error: "invalid_grant",
      });
    });
  }

  it("does not come from a token that only looks right, or from another client", async () => {
    const world = await makeWorld();
    const tokens = await connect(world);
    const { grantId } = await propsOf("/mcp", tokens.access_token);
    const other = await register("Other Client");
    const [subject, library] = tokens.access_token.split(":");
    const attempts = [
      { token: tokens.access_token, client_id: other },
      { token: tokens.refresh_token, client_id: other },
      { token: `${subject}:${library}:${"x".repeat(32)}`, client_id: world.clientId },
      { token: "nonsense", client_id: world.clientId },
    ];
    for (const fields of attempts) expect((await tokenRequest(fields)).status).toBe(200);
    expect((await tokenRequest({ token: tokens.access_token, client_id: "nobody" })).status).toBe(401);
    expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ admitted: true });
    expect(await validate("/mcp", tokens.access_token)).not.toBeNull();
  });

  it("asks a confidential client for its secret before it revokes", async () => {
    const world = await makeWorld();
    const answer = await serve(
      new Request(`${ORIGIN}/oauth/register`, {
        method: "POST",
        headers: { "content-type": "application/json", "cf-connecting-ip": "192.0.2.9" },
        body: JSON.stringify({ client_name: "Confidential", redirect_uris: [REDIRECT] }),
      }),
    );
    const client = await answer.json<{ client_id: string; client_secret: string }>();
    const basic = (secret: string) => ({ authorization: `Basic ${btoa(`${client.client_id}:${secret}`)}` });
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const [form] = await formsOf(await (await browser.open(await authorizeUrl(client.client_id))).text());
    form?.fields.set("decision", "allow");
    const code = codeOf(await browser.post(form?.action ?? "", form?.fields ?? {}));
    const redeemed = await tokenRequest(
      { grant_type: "authorization_code", code, redirect_uri: REDIRECT, code_verifier: VERIFIER },
      basic(client.client_secret),
    );
    const tokens = await redeemed.json<{ access_token: string }>();
    const { grantId } = await propsOf("/mcp", tokens.access_token);

    expect((await tokenRequest({ token: tokens.access_token }, basic("wrong"))).status).toBe(401);
    expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ admitted: true });
    expect((await tokenRequest({ token: tokens.access_token }, basic(client.client_secret))).status).toBe(
      200,
    );
    expect(await admitGrant(world.workspace.id, grantId)).toMatchObject({ refusal: "unauthenticated" });
  });

  it("does not log another device of the same person out", async () => {
    const world = await makeWorld();
    const [one, two] = [await connect(world), await connect(world)];
    expect(await validate("/mcp", one.access_token)).not.toBeNull();
    expect(await validate("/mcp", two.access_token)).not.toBeNull();
    await tokenRequest({ token: two.refresh_token, client_id: world.clientId });
    expect(await validate("/mcp", one.access_token)).not.toBeNull();
  });
});

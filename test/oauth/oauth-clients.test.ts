import { env } from "cloudflare:workers";
import { auth as authV2 } from "@modelcontextprotocol/client";
import { auth as authV1, type OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { describe, expect, it } from "vitest";
import { authorizationServer } from "../../src/oauth/authorization-server.ts";
import { Browser, codeOf, formsOf, makeWorld, ORIGIN, REDIRECT, serve } from "./oauth-world.ts";

/** A client's memory, as the SDKs want it. */
class Memory implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT;
  readonly clientMetadata = {
    client_name: "SDK client",
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: "none",
  };
  client: OAuthClientInformationMixed | undefined;
  saved: OAuthTokens | undefined;
  sentTo = "";
  #verifier = "";

  clientInformation() {
    return this.client;
  }
  saveClientInformation(client: OAuthClientInformationMixed) {
    this.client = client;
  }
  tokens() {
    return this.saved;
  }
  saveTokens(tokens: OAuthTokens) {
    this.saved = tokens;
  }
  redirectToAuthorization(url: URL) {
    this.sentTo = url.href;
  }
  saveCodeVerifier(verifier: string) {
    this.#verifier = verifier;
  }
  codeVerifier() {
    return this.#verifier;
  }
}

const fetchFn = (url: string | URL, init?: RequestInit) => serve(new Request(url, init));

describe.each([
  ["v1", authV1],
  ["v2", authV2],
])("the OAuth client of SDK %s", (_, auth) => {
  it("discovers, registers, authorizes, redeems and refreshes", async () => {
    const world = await makeWorld();
    const memory = new Memory();
    const serverUrl = `${ORIGIN}/mcp`;
    expect(await auth(memory, { serverUrl, fetchFn })).toBe("REDIRECT");
    expect(memory.client?.client_id).toBeTypeOf("string");

    const browser = new Browser();
    await browser.signIn(world.user.email);
    const [form] = await formsOf(await (await browser.open(memory.sentTo)).text());
    form?.fields.set("decision", "allow");
    const answer = await browser.post(form?.action ?? "", form?.fields ?? {});
    const iss = new URL(answer.headers.get("location") ?? "").searchParams.get("iss") ?? "";
    // Only v2 knows `iss` (RFC 9207), and refuses an answer without the right one.
    const redeem = { serverUrl, fetchFn, authorizationCode: codeOf(answer), iss };
    expect(await auth(memory, redeem)).toBe("AUTHORIZED");
    const first = memory.saved?.access_token ?? "";
    expect(await authorizationServer(env).validateToken(serverUrl, first, env)).toMatchObject({
      userId: `${world.user.id}.${world.workspace.id}`,
    });

    // With tokens in its memory the client refreshes.
    expect(await auth(memory, { serverUrl, fetchFn })).toBe("AUTHORIZED");
    const renewed = memory.saved?.access_token ?? "";
    expect(renewed).not.toBe(first);
    expect(await authorizationServer(env).validateToken(serverUrl, renewed, env)).not.toBeNull();
  });
});

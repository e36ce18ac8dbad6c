import { env } from "cloudflare:workers";
import { auth, type OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { SSEClientTransport } from "@modelcontextprotocol/sdk/client/sse.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { describe, expect, it } from "vitest";
import {
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

const LOOPBACK = new URL(ORIGIN.replace("localhost", "127.0.0.1")).origin;

const fetchHere = (input: string | URL | Request, init?: RequestInit) => serve(new Request(input, init));

/** What a client keeps, as the official SDK asks for it. */
class Keeper implements OAuthClientProvider {
  sentTo: URL | undefined;
  #client: OAuthClientInformationMixed | undefined;
  #tokens: OAuthTokens | undefined;
  #verifier = "";
  readonly redirectUrl = REDIRECT;
  readonly clientMetadata = {
    client_name: "Official",
    redirect_uris: [REDIRECT],
    token_endpoint_auth_method: "none",
  };
  clientInformation = () => this.#client;
  saveClientInformation = (client: OAuthClientInformationMixed) => {
    this.#client = client;
  };
  tokens = () => this.#tokens;
  saveTokens = (tokens: OAuthTokens) => {
    this.#tokens = tokens;
  };
  redirectToAuthorization = (url: URL) => {
    this.sentTo = url;
  };
  saveCodeVerifier = (verifier: string) => {
    this.#verifier = verifier;
  };
  codeVerifier = () => this.#verifier;
}

/** Allows what is preselected, as the person that the SDK sent to the consent page. */
async function allow(email: string, url: URL): Promise<string> {
  const browser = new Browser();
  await browser.signIn(email);
  const [form] = await formsOf(await (await browser.open(url.href)).text());
  form?.fields.set("decision", "allow");
  return codeOf(await browser.post(form?.action ?? "", form?.fields ?? {}));
}

describe("the official client signs in", () => {
  it.each([
    ...["/mcp", "/api/mcp", "/api/v1/mcp", "/mcp-readonly", "/sse", "/mcp/sse"].flatMap((path) => [
      `${ORIGIN}${path}`,
      `${ORIGIN}${path}/`,
    ]),
    `${ORIGIN}/mcp?toolsets=contacts`,
    `${ORIGIN}/api/mcp?mode=compact`,
    `${LOOPBACK}/mcp`,
    `${LOOPBACK}/api/v1/mcp`,
    `${LOOPBACK}/sse`,
  ])("at %s", async (address) => {
    const { user } = await makeWorld();
    const keeper = new Keeper();
    const serverUrl = new URL(address);
    // As its transports do: the challenge first, then what it leads to.
    const challenged = await fetchHere(serverUrl, { method: "POST", body: "{}" });
    const named = /resource_metadata="([^"]+)"/.exec(challenged.headers.get("www-authenticate") ?? "")?.[1];
    const options = {
      serverUrl,
      fetchFn: fetchHere,
      ...(named ? { resourceMetadataUrl: new URL(named) } : {}),
    };
    expect(await auth(keeper, options)).toBe("REDIRECT");
    if (!keeper.sentTo) throw new Error("not sent to the consent page");
    const code = await allow(user.email, keeper.sentTo);
    expect(await auth(keeper, { ...options, authorizationCode: code })).toBe("AUTHORIZED");
    // And once more with the refresh token alone.
    expect(await auth(keeper, options)).toBe("AUTHORIZED");

    const client = new Client({ name: "official", version: "1" });
    const isSse = serverUrl.pathname.includes("sse");
    await client.connect(
      isSse
        ? new SSEClientTransport(serverUrl, { authProvider: keeper, fetch: fetchHere })
        : new StreamableHTTPClientTransport(serverUrl, { authProvider: keeper, fetch: fetchHere }),
    );
    expect((await client.listTools()).tools.length).toBeGreaterThan(0);
    await client.close();
  });
});

describe("the resource that a client names", () => {
  const redeem = async (fields: Record<string, string>) =>
    tokenRequest({ client_id: fields.client_id ?? "", ...fields });

  it.each(["/api/mcp", "/api/v1/mcp/", "/mcp/", "/mcp/sse", "/mcp?toolsets=contacts", ""])(
    "may be %j for /mcp, at every step",
    async (path) => {
      const world = await makeWorld();
      const named = path === "" ? "" : `${ORIGIN}${path}`;
      const browser = new Browser();
      await browser.signIn(world.user.email);
      const url = await authorizeUrl(world.clientId, { resource: named });
      const [form] = await formsOf(await (await browser.open(url)).text());
      form?.fields.set("decision", "allow");
      const code = codeOf(await browser.post(form?.action ?? "", form?.fields ?? {}));
      const common = { client_id: world.clientId, resource: named };
      const first = await redeem({
        ...common,
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT,
        code_verifier: VERIFIER,
      });
      expect(first.status, await first.clone().text()).toBe(200);
      const { refresh_token } = await first.json<{ refresh_token: string }>();
      const again = await redeem({ ...common, grant_type: "refresh_token", refresh_token });
      expect(again.status, await again.clone().text()).toBe(200);
    },
  );

  it.each(["/mcp-readonly", "/sse", "/other", "/mcp#part", "/mcp/x"])(
    "cannot become %s afterwards",
    async (path) => {
      const world = await makeWorld();
      const { refresh_token } = await connect(world);
      const other = await redeem({
        client_id: world.clientId,
        grant_type: "refresh_token",
        refresh_token,
        resource: `${ORIGIN}${path}`,
      });
      expect(other.status).toBe(400);
      expect(await other.json()).toMatchObject({ error: "invalid_target" });
    },
  );

  it("is not somebody else's by looking alike", async () => {
    const { clientId } = await makeWorld();
    for (const resource of [
      "https://evil.example/mcp",
      ORIGIN.replace("://", "://user@").concat("/mcp"),
      `${ORIGIN}.evil.example/mcp`,
      ORIGIN.replace("http:", "https:").concat("/mcp"),
    ]) {
      const answer = await new Browser().send(await authorizeUrl(clientId, { resource }));
      const location = new URL(answer.headers.get("location") ?? "about:blank");
      expect(location.searchParams.get("error"), resource).toBe("invalid_target");
    }
    expect(new URL(env.PUBLIC_URL).origin).toBe(ORIGIN);
  });
});

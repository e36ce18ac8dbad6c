import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { OAuthClientProvider } from "@modelcontextprotocol/sdk/client/auth.js";
import type { OAuthClientInformationMixed, OAuthTokens } from "@modelcontextprotocol/sdk/shared/auth.js";
import { freePort } from "./server.ts";

/** The other side of the redirect: a client's loopback listener, which remembers what arrived. */
export class ClientApp {
  readonly #server: Server;
  readonly redirectUri: string;
  arrived: URLSearchParams | undefined;

  constructor(listener: Server, port: number) {
    this.#server = listener;
    this.redirectUri = `http://127.0.0.1:${port}/callback`;
    listener.on("request", (request, response) => {
      const url = new URL(request.url ?? "/", this.redirectUri);
      if (url.pathname === "/callback") this.arrived = url.searchParams;
      response.setHeader("content-type", "text/html");
      response.end(
        url.pathname === "/frame"
          ? `<iframe src="${url.searchParams.get("src")?.replaceAll("&", "&amp;")}"></iframe>`
          : "<h1>Connected</h1>",
      );
    });
  }

  get origin(): string {
    return new URL(this.redirectUri).origin;
  }

  static async start(): Promise<ClientApp> {
    const port = await freePort();
    const listener = createServer().listen(port, "127.0.0.1");
    await once(listener, "listening");
    return new ClientApp(listener, port);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

/** The SDK's OAuth client with its memory. */
export class Memory implements OAuthClientProvider {
  readonly redirectUrl: string;
  client: OAuthClientInformationMixed | undefined;
  saved: OAuthTokens | undefined;
  sentTo = "";
  #verifier = "";

  constructor(redirectUrl: string) {
    this.redirectUrl = redirectUrl;
  }
  get clientMetadata() {
    return {
      client_name: "Desk Assistant",
      redirect_uris: [this.redirectUrl],
      token_endpoint_auth_method: "none",
    };
  }
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

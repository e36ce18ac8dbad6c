import { once } from "node:events";
import { Provider } from "oidc-provider";
import type { Page } from "playwright-core";
import { freePort } from "./server.ts";

export const OPENID_CLIENT = { id: "parley", secret: "a secret of the test alone, 0123456789" };

/** What the OpenID Connect server says about a person who signs in under this name. */
export type People = Record<string, { email: string; email_verified: boolean; name: string }>;

export interface OpenIdServer {
  issuer: string;
  close(): Promise<void>;
}

/** An OpenID Connect server on loopback with its own sign-in pages, which take any password. */
export async function startOpenId(redirectUri: string, people: People): Promise<OpenIdServer> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: OPENID_CLIENT.id,
        client_secret: OPENID_CLIENT.secret,
        redirect_uris: [redirectUri],
        token_endpoint_auth_method: "client_secret_post",
      },
    ],
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => ({ sub: id, ...people[id] }) }),
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ["a key of the test alone"] },
  });
  const server = provider.listen(port, "127.0.0.1");
  await once(server, "listening");
  return {
    issuer,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Fills in the OpenID Connect server's own pages: who, and that Parley may know. */
export async function signInThere(page: Page, login: string): Promise<void> {
  await page.locator('input[name="login"]').fill(login);
  await page.locator('input[name="password"]').fill("any");
  await page.locator('button[type="submit"]').click();
  await page.getByRole("button", { name: "Continue" }).click();
}

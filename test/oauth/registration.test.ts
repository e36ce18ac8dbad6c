import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { randomText } from "../../src/tenant/ids.ts";
import { property } from "../property.ts";
import { ORIGIN, REDIRECT, serve } from "./oauth-world.ts";

async function register(metadata: unknown) {
  const response = await serve(
    new Request(`${ORIGIN}/oauth/register`, {
      method: "POST",
      headers: { "content-type": "application/json", "cf-connecting-ip": randomText(8) },
      body: JSON.stringify(metadata),
    }),
  );
  return { status: response.status, body: await response.json<Record<string, unknown>>() };
}

const needed = { redirect_uris: [REDIRECT] };
const OPTIONAL = [
  "client_name",
  "client_uri",
  "logo_uri",
  "tos_uri",
  "policy_uri",
  "jwks_uri",
  "contacts",
  "grant_types",
  "response_types",
  "token_endpoint_auth_method",
  "scope",
  "software_id",
  "client_name#de",
];

describe("a registration", () => {
  it("takes what stands empty or as null for left out, whatever it is", async () => {
    const plain = await register(needed);
    expect(plain.status).toBe(201);
    await property(
      [fc.dictionary(fc.constantFrom(...OPTIONAL), fc.constantFrom(null, "", []), { maxKeys: 6 })],
      async (empty) => {
        const { status, body } = await register({ ...needed, ...empty });
        expect(status, JSON.stringify(body)).toBe(201);
        expect(body.grant_types).toEqual(plain.body.grant_types);
        expect(body.token_endpoint_auth_method).toBe(plain.body.token_endpoint_auth_method);
      },
      { runs: 25 },
    );
  });

  it("leaves out what this server does not have, and says what was registered", async () => {
    const { status, body } = await register({
      ...needed,
      grant_types: ["authorization_code", "refresh_token", "client_credentials", "implicit"],
      response_types: ["code", "token", "id_token"],
      token_endpoint_auth_method: "private_key_jwt",
    });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
      token_endpoint_auth_method: "client_secret_basic",
    });
    expect(body.client_secret).toBeTypeOf("string");
  });

  it("has a size: strangers store nothing large", async () => {
    for (const metadata of [
      { redirect_uris: [`${REDIRECT}/${"x".repeat(9000)}`] },
      { ...needed, client_name: "x".repeat(9000) },
      { redirect_uris: Array.from({ length: 500 }, (_, i) => `${REDIRECT}/${i}`) },
    ]) {
      expect((await register(metadata)).status).toBe(413);
    }
  });

  it("refuses a client that could do nothing here, and what is no registration", async () => {
    for (const metadata of [
      { ...needed, grant_types: ["client_credentials"] },
      { ...needed, response_types: ["token"] },
      { redirect_uris: [] },
      { redirect_uris: ["javascript:alert(1)"] },
      { ...needed, client_uri: "javascript:alert(1)" },
      [],
      "text",
    ]) {
      expect((await register(metadata)).status, JSON.stringify(metadata)).toBe(400);
    }
  });
});

import { z } from "zod";
import { parseJson } from "../http/json-text.ts";

/** What the authorization server has: see its metadata. */
const GRANTS = ["authorization_code", "refresh_token"];
const RESPONSES = ["code"];
const METHODS = ["none", "client_secret_basic", "client_secret_post"];

const texts = z.array(z.string());

/**
 * A registration (RFC 7591) as the OAuth library takes it. What stands empty or as null was left out (section 2); of
 * grants and responses that we do not have, and of a way to authenticate that only metadata documents can use, nothing
 * is registered, and the answer says what was (section 3.2.1). What is left is the library's to judge.
 * @param text the request's body
 * @returns the text as it is when it is no JSON object
 */
export function normalisedRegistration(text: string): string {
  const parsed = z.record(z.string(), z.unknown()).safeParse(asJson(text));
  if (!parsed.success) return text;
  const given = Object.entries(parsed.data).filter(([, value]) => !isEmpty(value));
  const metadata: Record<string, unknown> = Object.fromEntries(given);
  for (const [field, known] of [
    ["grant_types", GRANTS],
    ["response_types", RESPONSES],
  ] as const) {
    const wanted = texts.safeParse(metadata[field]);
    const kept = wanted.data?.filter((value) => known.includes(value)) ?? [];
    // With none that we have it is a client that cannot work here, which the library says.
    if (kept.length > 0) metadata[field] = kept;
  }
  const method = metadata.token_endpoint_auth_method;
  if (typeof method === "string" && !METHODS.includes(method)) delete metadata.token_endpoint_auth_method;
  return JSON.stringify(metadata);
}

function isEmpty(value: unknown): boolean {
  return value === null || value === "" || (Array.isArray(value) && value.length === 0);
}

function asJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

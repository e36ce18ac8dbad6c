import { APIError } from "better-auth/api";
import { betterAuth } from "better-auth/minimal";
import { asc, eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { z } from "zod";
import { passkeys } from "../control/sign-in-schema.ts";
import { publicOrigin } from "../http/addresses.ts";
import { Failure } from "../tenant/failure.ts";
import { secondFactor, signInOptions } from "./auth.ts";

/** Most passkeys of one person: one for each of their devices, and some. */
const MOST_PASSKEYS = 20;

/**
 * A passkey counts as both factors, the device and what unlocks it, so one whose holder was not verified by the device
 * is refused (WebAuthn 2, 6.1: the UV flag).
 */
function mustBeVerified(userVerified: boolean | undefined): void {
  if (userVerified !== true) throw new APIError("BAD_REQUEST", { code: "USER_NOT_VERIFIED" });
}

/** better-auth with passkeys. The library is heavy and read when it is first needed. */
async function authWithPasskeys(env: Env) {
  const { passkey } = await import("@better-auth/passkey");
  const origin = publicOrigin(env);
  return betterAuth({
    ...(await signInOptions(env)),
    // It would write a line for every answer that does not hold, and anybody can send one.
    logger: { disabled: true },
    plugins: [
      secondFactor(),
      passkey({
        rpName: "Parley",
        rpID: new URL(origin).hostname,
        origin,
        // Found by the device, so that nobody has to type who they are.
        authenticatorSelection: { residentKey: "required", userVerification: "required" },
        registration: {
          afterVerification: ({ verification }) =>
            mustBeVerified(verification.registrationInfo?.userVerified),
        },
        authentication: {
          afterVerification: ({ verification }) =>
            mustBeVerified(verification.authenticationInfo.userVerified),
        },
        advanced: { webAuthnChallengeCookie: "passkey" },
      }),
    ],
  });
}

/** What a browser asks a device for, to sign in; its answer goes to {@link signInWithPasskey}, within five minutes. */
export async function passkeyQuestion(env: Env, request: Request): Promise<Response> {
  const answer = await (await authWithPasskeys(env)).api.generatePasskeyAuthenticationOptions({
    headers: request.headers,
    asResponse: true,
  });
  const options = z.looseObject({}).parse(await answer.json());
  // The library wishes for it only; the answer is held to it, see above.
  return Response.json({ ...options, userVerification: "required" }, { headers: answer.headers });
}

/** Signs in by what a device answered. @returns the headers of the session; null for any answer that does not hold */
export async function signInWithPasskey(env: Env, request: Request, typed: string): Promise<Headers | null> {
  const response = readAnswer(signedAnswer, typed);
  if (!response) return null;
  const answer = await (await authWithPasskeys(env)).api.verifyPasskeyAuthentication({
    body: { response },
    headers: request.headers,
    asResponse: true,
  });
  return answer.ok ? answer.headers : null;
}

/**
 * What a browser asks a device for, to make a passkey of who is signed in; null when they signed in more than a day ago
 * and have to do so again.
 * @throws Failure `plan_limit` for more than 20
 */
export async function newPasskeyQuestion(
  env: Env,
  request: Request,
  userId: string,
): Promise<Response | null> {
  if ((await passkeysOf(env, userId)).length >= MOST_PASSKEYS)
    throw new Failure("plan_limit", `There are ${MOST_PASSKEYS} passkeys already: remove one first.`);
  const answer = await (await authWithPasskeys(env)).api.generatePasskeyRegistrationOptions({
    headers: request.headers,
    asResponse: true,
  });
  return answer.ok ? answer : null;
}

/** Keeps what a device made. @returns false for anything that does not hold */
export async function keepPasskey(env: Env, request: Request, typed: string, name: string): Promise<boolean> {
  const response = readAnswer(madeAnswer, typed);
  if (!response) return false;
  const answer = await (await authWithPasskeys(env)).api.verifyPasskeyRegistration({
    body: { response, name: name.trim().slice(0, 60) },
    headers: request.headers,
    asResponse: true,
  });
  return answer.ok;
}

/** A person's passkeys, the oldest first. */
export async function passkeysOf(env: Env, userId: string) {
  return drizzle(env.CONTROL, { casing: "snake_case" })
    .select({ id: passkeys.id, name: passkeys.name, createdAt: passkeys.createdAt })
    .from(passkeys)
    .where(eq(passkeys.userId, userId))
    .orderBy(asc(passkeys.createdAt));
}

/** Removes a passkey of who is signed in; another's is not touched. */
export async function removePasskey(env: Env, request: Request, id: string): Promise<boolean> {
  const answer = await (await authWithPasskeys(env)).api.deletePasskey({
    body: { id },
    headers: request.headers,
    asResponse: true,
  });
  return answer.ok;
}

const base64url = z.string().max(20_000);
const answerShape = {
  id: base64url,
  rawId: base64url,
  type: z.literal("public-key"),
  clientExtensionResults: z.record(z.string(), z.unknown()).transform(() => ({})),
};
/** What a device answers, as WebAuthn writes it in JSON: of either ceremony. */
const signedAnswer = z.object({
  ...answerShape,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.optional(),
  }),
});
const madeAnswer = z.object({
  ...answerShape,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(20)).max(10).optional(),
  }),
});

function readAnswer<T>(shape: z.ZodType<T>, typed: string): T | null {
  try {
    return shape.safeParse(JSON.parse(typed)).data ?? null;
  } catch {
    return null;
  }
}

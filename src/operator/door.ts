import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { newApp } from "../http/app.ts";
import { Failure } from "../tenant/failure.ts";
import { callRoutes } from "./calls.ts";
import { draftRoutes } from "./drafts.ts";
import { grantRoutes } from "./grants.ts";
import { importRoutes, MAX_IMPORT_BYTES } from "./imports.ts";
import { inboxRoutes } from "./inboxes.ts";
import { memberRoutes } from "./members.ts";
import { planRoutes } from "./plans.ts";
import { rolloutRoutes } from "./rollouts.ts";
import { sessionRoutes } from "./sessions.ts";
import { shardRoutes } from "./shards.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { workspaceRoutes } from "./workspaces.ts";

/** Where the operator API lives. `bin/parley.ts` is its client. */
export const OPERATOR_PATH = "/api/operator/v1";

/** Nothing an operator sends is near this large, imports apart. */
const MAX_BODY_BYTES = 256 * 1024;

/** The operator API: JSON in and out, errors as `{error: {code, message, hint?}}`, for the holder of OPERATOR_KEY. */
export const operatorApi = newApp().basePath(OPERATOR_PATH);

operatorApi.use(async (c, next) => {
  await refuseStrangers(c.req.raw, c.env);
  await next();
});
const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Failure("body_too_large", "The body is too large.");
    },
  });
const IMPORTS = "/workspaces/:workspace/imports/*";
operatorApi.use(IMPORTS, limitBody(MAX_IMPORT_BYTES));
operatorApi.use(except(`${OPERATOR_PATH}${IMPORTS}`, limitBody(MAX_BODY_BYTES)));

operatorApi.route("/", workspaceRoutes);
operatorApi.route("/", shardRoutes);
operatorApi.route("/", planRoutes);
operatorApi.route("/", rolloutRoutes);
operatorApi.route("/", userRoutes);
operatorApi.route("/", memberRoutes);
operatorApi.route("/", inboxRoutes);
operatorApi.route("/", tokenRoutes);
operatorApi.route("/", grantRoutes);
operatorApi.route("/", sessionRoutes);
operatorApi.route("/", callRoutes);
operatorApi.route("/", draftRoutes);
operatorApi.route("/", importRoutes);

operatorApi.all("*", () => {
  throw new Failure("not_found", "There is no such operator command.");
});

/**
 * Lets nobody by but the holder of the operator key. Only failures are counted, by address, so that nobody can
 * lock the operator out.
 * @throws Failure `unauthenticated`, `rate_limited`
 */
async function refuseStrangers(request: Request, env: Env): Promise<void> {
  // HTTP itself cuts blanks from the ends of a header.
  const key = env.OPERATOR_KEY?.trim();
  if (!key) throw new Failure("not_allowed", "This server has no OPERATOR_KEY: nobody can operate it.");
  // A key may have blanks inside.
  const [, given = ""] = /^Bearer\s+(.+)$/i.exec(request.headers.get("authorization")?.trim() ?? "") ?? [];
  if (await sameText(given, key)) return;
  const retryAfterSeconds = await overLimit(env.AUTH_FAILURE_LIMIT, "operator", clientAddress(request));
  if (retryAfterSeconds !== null) {
    throw new Failure("rate_limited", "Too many wrong operator keys from this address.", {
      retryAfterSeconds,
    });
  }
  throw new Failure(
    "unauthenticated",
    given ? "The operator key is wrong." : "The operator key is missing.",
    {},
    { "WWW-Authenticate": 'Bearer realm="operator"' },
  );
}

/** Compares digests of equal length in constant time, so that timing tells neither length nor content. */
async function sameText(a: string, b: string): Promise<boolean> {
  const digest = (text: string) => crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b));
}

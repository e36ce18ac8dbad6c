import { bodyLimit } from "hono/body-limit";
import { except } from "hono/combine";
import type { Catalogue } from "../calls/define.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { newApp } from "../http/app.ts";
import { tellNews } from "../http/news.ts";
import { sameText } from "../http/same-text.ts";
import { Failure } from "../tenant/failure.ts";
import { callRoutes } from "./calls.ts";
import { chatbotRoutes } from "./chatbots.ts";
import { connectionRoutes } from "./connections.ts";
import { draftRoutes } from "./drafts.ts";
import { grantRoutes } from "./grants.ts";
import { historyRoutes } from "./history.ts";
import { importRoutes, MAX_IMPORT_BYTES } from "./imports.ts";
import { inboxRoutes } from "./inboxes.ts";
import { memberRoutes } from "./members.ts";
import { planRoutes } from "./plans.ts";
import { rolloutRoutes } from "./rollouts.ts";
import { sessionRoutes } from "./sessions.ts";
import { shardRoutes } from "./shards.ts";
import { tokenRoutes } from "./tokens.ts";
import { userRoutes } from "./users.ts";
import { deletedWorkspaceRoutes, workspaceRoutes } from "./workspaces.ts";

/** Where the operator API lives. `bin/parley.ts` is its client. */
export const OPERATOR_PATH = "/api/operator/v1";

/** Nothing an operator sends is near this large, imports apart. */
const MAX_BODY_BYTES = 256 * 1024;

const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new Failure("body_too_large", "The body is too large.");
    },
  });
const IMPORTS = "/workspaces/:workspace/imports/*";

/**
 * The operator API: JSON in and out, errors as `{error: {code, message, hint?}}`, for the holder of OPERATOR_KEY.
 * @param catalogue whose tools history may have been made with
 */
export function createOperatorApi(catalogue: Catalogue) {
  const api = newApp().basePath(OPERATOR_PATH);
  api.use(async (c, next) => {
    await refuseStrangers(c.req.raw, c.env);
    await next();
    const [, workspaceId] = /\/workspaces\/([^/]+)\//.exec(c.req.path) ?? [];
    // A past that is taken in is no news: nobody waits for it, and webhooks are not told of it.
    if (workspaceId === undefined || c.req.method === "GET" || c.req.path.endsWith("/imports/history"))
      return;
    c.executionCtx.waitUntil(tellNews(c.env, workspaceId, c.get("requestId")));
  });
  api.use(IMPORTS, limitBody(MAX_IMPORT_BYTES));
  api.use(except(`${OPERATOR_PATH}${IMPORTS}`, limitBody(MAX_BODY_BYTES)));
  for (const routes of [
    ...[workspaceRoutes, shardRoutes, planRoutes, rolloutRoutes, userRoutes, memberRoutes, inboxRoutes],
    connectionRoutes,
    ...[tokenRoutes, grantRoutes, sessionRoutes, callRoutes, draftRoutes, importRoutes, chatbotRoutes],
    deletedWorkspaceRoutes,
    historyRoutes(catalogue),
  ]) {
    api.route("/", routes);
  }
  api.all("*", () => {
    throw new Failure("not_found", "There is no such operator command.");
  });
  return api;
}

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

import { publicOrigin } from "../http/addresses.ts";
import { STYLESHEET_PATH, sorry, stylesheet } from "../pages/page.tsx";
import { Failure } from "../tenant/failure.ts";
import { authorizationServer } from "./authorization-server.ts";
import { authorize, type InboxDirectory } from "./authorize.ts";
import { showInvitation, takeInvitation } from "./invitation-page.tsx";
import {
  finishProvider,
  showSignIn,
  showSignOut,
  startProvider,
  takeSignIn,
  takeSignOut,
} from "./sign-in.tsx";
import { tokenOrRegistration } from "./token-endpoint.ts";

export { authorizationServer, type GrantProps, grantPropsSchema } from "./authorization-server.ts";

/** What answers a path of ours. GET stands for HEAD too. */
interface Route {
  GET?: () => Promise<Response> | Response;
  POST?: () => Promise<Response>;
}

function routeOf(path: string, request: Request, env: Env, inboxesOf: InboxDirectory): Route | null {
  switch (path) {
    case "/authorize": {
      const answer = () => authorize(request, env, inboxesOf);
      return { GET: answer, POST: answer };
    }
    case "/sign-in":
      return { GET: () => showSignIn(request, env), POST: () => takeSignIn(request, env) };
    case "/sign-out":
      return { GET: () => showSignOut(request, env), POST: () => takeSignOut(request, env) };
    case STYLESHEET_PATH:
      return { GET: stylesheet };
  }
  const [, first, second, third, ...more] = path.split("/");
  if (more.length > 0) return null;
  if (first === "invitations" && second && third === undefined) {
    return {
      GET: () => showInvitation(request, env, second),
      POST: () => takeInvitation(request, env, second),
    };
  }
  if (first === "sign-in" && second === "with" && third)
    return { POST: () => startProvider(request, env, third) };
  if (first === "sign-in" && second === "callback" && third)
    return { GET: () => finishProvider(request, env) };
  return null;
}

/**
 * Answers everything of OAuth and of people signing in: `/authorize`, `/oauth/token` (with revocation),
 * `/oauth/register`, `/.well-known/oauth-authorization-server`, `/sign-in…`, `/sign-out`, `/invitations/…`.
 * @param inboxesOf lists a workspace's inboxes for the consent page
 * @returns null for any other path
 */
export async function handleOAuth(
  request: Request,
  env: Env,
  ctx: ExecutionContext,
  inboxesOf: InboxDirectory,
): Promise<Response | null> {
  const { origin, pathname, search } = new URL(request.url);
  if (pathname === "/oauth/token" || pathname === "/oauth/register") {
    return tokenOrRegistration(request, env, ctx);
  }
  if (pathname.startsWith("/.well-known/oauth-authorization-server")) {
    return authorizationServer(env).fetch(request, env, ctx);
  }
  const route = routeOf(pathname, request, env, inboxesOf);
  if (!route) return null;
  const answer = request.method === "POST" ? route.POST : isRead(request) ? route.GET : undefined;
  // Cookies and forms hold on the one public origin. On a loopback deployment other names lead here too.
  if (isRead(request) && origin !== publicOrigin(env))
    return Response.redirect(`${publicOrigin(env)}${pathname}${search}`);
  if (!answer) {
    const allow = [...(route.GET ? ["GET", "HEAD"] : []), ...(route.POST ? ["POST"] : [])].join(", ");
    return new Response(null, { status: 405, headers: { Allow: allow } });
  }
  try {
    return await answer();
  } catch (error) {
    if (error instanceof Failure) return sorry("That did not work", error.message, { status: error.status });
    throw error;
  }
}

function isRead(request: Request): boolean {
  return request.method === "GET" || request.method === "HEAD";
}

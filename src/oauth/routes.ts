import type { Handler } from "hono";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { publicOrigin } from "../http/addresses.ts";
import { type App, type Exchange, executionContext, newApp } from "../http/app.ts";
import { STYLESHEET_PATH, sorry, stylesheet } from "../pages/page.tsx";
import { Failure } from "../tenant/failure.ts";
import type { InboxDirectory } from "./authorization-request.ts";
import { authorizationServer } from "./authorization-server.ts";
import { authorize } from "./authorize.ts";
import { FORGOTTEN_PATH, showForgotten, takeForgotten } from "./forgotten-page.tsx";
import { showInvitation, takeInvitation } from "./invitation-page.tsx";
import { PASSKEY_PATH, PASSKEY_SCRIPT_PATH, passkeyScript } from "./passkey-form.tsx";
import {
  showChangePassword,
  showPasswordLink,
  takeChangePassword,
  takePasswordLink,
} from "./password-page.tsx";
import { PASSWORD_PATH } from "./passwords.ts";
import {
  askForPasskey,
  finishProvider,
  showSignIn,
  showSignOut,
  startProvider,
  takePasskey,
  takeSignIn,
  takeSignOut,
} from "./sign-in.tsx";
import { CODE_PATH, showCode, takeSignInCode } from "./sign-in-code.tsx";
import { SIGN_UP_PATH } from "./sign-up.ts";
import { showSignUp, showSignUpLink, takeSignUp, takeSignUpLink } from "./sign-up-page.tsx";
import { tokenOrRegistration } from "./token-endpoint.ts";

/** What answers a path of ours. GET stands for HEAD too. */
interface Page {
  GET?: (c: Exchange) => Promise<Response> | Response;
  POST?: (c: Exchange) => Promise<Response>;
}

function pagesOf(inboxesOf: InboxDirectory): Record<string, Page> {
  const consent = (c: Exchange) => authorize(c.req.raw, c.env, inboxesOf);
  const afterwards = (c: Exchange) => (work: Promise<unknown>) => executionContext(c).waitUntil(work);
  const named = (c: Exchange) => c.req.param("name") ?? "";
  return {
    "/authorize": { GET: consent, POST: consent },
    "/sign-in": {
      GET: (c) => showSignIn(c.req.raw, c.env),
      POST: (c) => takeSignIn(c.req.raw, c.env),
    },
    "/sign-out": {
      GET: (c) => showSignOut(c.req.raw, c.env),
      POST: (c) => takeSignOut(c.req.raw, c.env),
    },
    [CODE_PATH]: {
      GET: (c) => showCode(c.req.raw, c.env),
      POST: (c) => takeSignInCode(c.req.raw, c.env),
    },
    [PASSKEY_PATH]: { POST: (c) => takePasskey(c.req.raw, c.env) },
    [`${PASSKEY_PATH}/question`]: { POST: (c) => askForPasskey(c.req.raw, c.env) },
    [PASSKEY_SCRIPT_PATH]: { GET: passkeyScript },
    [PASSWORD_PATH]: {
      GET: (c) => showChangePassword(c.req.raw, c.env),
      POST: (c) => takeChangePassword(c.req.raw, c.env),
    },
    [FORGOTTEN_PATH]: {
      GET: (c) => showForgotten(c.env),
      POST: (c) => takeForgotten(c.req.raw, c.env, afterwards(c)),
    },
    [SIGN_UP_PATH]: {
      GET: (c) => showSignUp(c.env),
      POST: (c) => takeSignUp(c.req.raw, c.env, afterwards(c)),
    },
    [`${SIGN_UP_PATH}/:name`]: {
      GET: (c) => showSignUpLink(c.req.raw, c.env, named(c)),
      POST: (c) => takeSignUpLink(c.req.raw, c.env, named(c)),
    },
    [`${PASSWORD_PATH}/:name`]: {
      GET: (c) => showPasswordLink(c.req.raw, c.env, named(c)),
      POST: (c) => takePasswordLink(c.req.raw, c.env, named(c)),
    },
    "/sign-in/with/:name": { POST: (c) => startProvider(c.req.raw, c.env, named(c)) },
    "/sign-in/callback/:name": { GET: (c) => finishProvider(c.req.raw, c.env) },
    "/invitations/:name": {
      GET: (c) => showInvitation(c.req.raw, c.env, named(c)),
      POST: (c) => takeInvitation(c.req.raw, c.env, named(c)),
    },
    [STYLESHEET_PATH]: { GET: stylesheet },
  };
}

/**
 * Everything of OAuth and of people signing in: `/oauth/token` (with revocation), `/oauth/register`,
 * `/.well-known/oauth-authorization-server`, and the pages `/authorize`, `/sign-in…`, `/sign-out`, `/sign-up…`, `/invitations/…`.
 * @param inboxesOf lists a workspace's inboxes for the consent page
 */
export function oauthRoutes(inboxesOf: InboxDirectory) {
  const app = newApp();
  const toLibrary: Handler<App> = (c) =>
    authorizationServer(c.env).fetch(c.req.raw, c.env, executionContext(c));
  const endpoint: Handler<App> = (c) => tokenOrRegistration(c.req.raw, c.env, executionContext(c));
  app.all("/oauth/token", endpoint);
  app.all("/oauth/register", endpoint);
  app.all("/.well-known/oauth-authorization-server/*", toLibrary);
  // The other half of protection against forged forms beside SameSite cookies.
  const sameSite = csrf({ origin: (origin, c: Exchange) => origin === publicOrigin(c.env) });
  for (const [path, page] of Object.entries(pagesOf(inboxesOf))) {
    // Cookies and forms hold on the one public origin. On a loopback deployment other names lead here too.
    app.use(path, async (c, next) => {
      const { origin, pathname, search } = new URL(c.req.url);
      const reads = c.req.method === "GET" || c.req.method === "HEAD";
      if (reads && origin !== publicOrigin(c.env))
        return c.redirect(`${publicOrigin(c.env)}${pathname}${search}`);
      return next();
    });
    if (page.GET) app.get(path, page.GET);
    if (page.POST) app.post(path, sameSite, page.POST);
    const allow = [...(page.GET ? ["GET", "HEAD"] : []), ...(page.POST ? ["POST"] : [])].join(", ");
    app.all(path, (c) => c.body(null, 405, { Allow: allow }));
  }
  app.onError((error) => {
    if (error instanceof HTTPException && error.status === 403) return foreignForm();
    if (error instanceof Failure) return sorry("That did not work", error.message, { status: error.status });
    throw error;
  });
  return app;
}

/** A form that another site posted, or a browser too old to say. */
function foreignForm(): Promise<Response> {
  return sorry(
    "That form did not come from here",
    "For your safety it was not accepted. Open the page again and repeat.",
    { status: 403 },
  );
}

import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { publicOrigin, safeReturn } from "../http/addresses.ts";
import { isMailConfigured } from "../mail/send.ts";
import { readForm } from "../pages/form.ts";
import { Field, goTo, Problem, page, sorry, tooMany } from "../pages/page.tsx";
import { auth, authWithProviders, PASSWORD_LENGTH, type Provider, providersOf, signedIn } from "./auth.ts";
import { authorizationServer } from "./authorization-server.ts";
import { claimed } from "./consent.tsx";
import { FORGOTTEN_PATH } from "./forgotten-page.tsx";
import { browserCookie, knownBrowser } from "./known-browsers.ts";
import { isDocumentAddress } from "./metadata-documents.ts";
import { PASSKEY_SCRIPT_PATH, PasskeyForm } from "./passkey-form.tsx";
import { passkeyQuestion, signInWithPasskey } from "./passkeys.ts";
import { PASSWORD_PATH } from "./passwords.ts";
import { codeAddress } from "./sign-in-code.tsx";
import { offersSignUp, SIGN_UP_PATH } from "./sign-up.ts";

/** What the provider's callback reports, for a person. The keys are better-auth's and OpenID Connect's codes. */
const PROVIDER_PROBLEMS: Record<string, string> = {
  signup_disabled: "Nobody here has that email address. Ask whoever runs this server for an invitation.",
  account_not_linked: "That account has no verified email address, so it cannot be used to sign in here.",
  email_not_verified: "That account has no verified email address, so it cannot be used to sign in here.",
  email_not_found: "That account shares no email address, so it cannot be used to sign in here.",
  access_denied: "Signing in was cancelled.",
};

/** What this deployment offers beside a password. */
interface Offers {
  providers: Provider[];
  sendsMail: boolean;
  offersSignUp: boolean;
}

const offersOf = (env: Env): Offers => ({
  providers: providersOf(env),
  sendsMail: isMailConfigured(env),
  offersSignUp: offersSignUp(env),
});

interface SignInForm extends Offers {
  returnTo: string;
  /** Why the person is here; null when they came by themselves. */
  waiting: string | null;
  email?: string;
  problem?: string;
  status?: number;
}

function signInPage(form: SignInForm): Promise<Response> {
  const { providers, sendsMail, offersSignUp, returnTo, waiting, email, problem, status } = form;
  return page(
    "Sign in",
    <>
      {waiting && <p>{waiting}</p>}
      {problem && <Problem>{problem}</Problem>}
      <form method="post" action="/sign-in" class="wide">
        <input type="hidden" name="return_to" value={returnTo} />
        <Field
          label="Email"
          name="email"
          type="email"
          autocomplete="username"
          maxLength={254}
          value={email}
          autofocus={!email}
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="current-password"
          autofocus={Boolean(email)}
          maxLength={PASSWORD_LENGTH.max}
        />
        <button type="submit">Sign in</button>
      </form>
      {providers.length > 0 && (
        <div class="providers wide">
          {providers.map(({ id, name }) => (
            <form method="post" action={`/sign-in/with/${id}`}>
              <input type="hidden" name="return_to" value={returnTo} />
              <button type="submit" class="quiet">
                {`Continue with ${name}`}
              </button>
            </form>
          ))}
        </div>
      )}
      <PasskeyForm returnTo={returnTo} />
      {sendsMail ? (
        <p class="who">
          <a href={FORGOTTEN_PATH}>Password forgotten?</a>{" "}
          {offersSignUp ? (
            <a href={SIGN_UP_PATH}>No account yet?</a>
          ) : (
            "No account yet? Ask whoever runs this server for an invitation."
          )}
        </p>
      ) : (
        <p class="who">
          No account yet, or the password forgotten? Ask whoever runs this server for an invitation, or for a
          link to set a new password.
        </p>
      )}
    </>,
    { status, formsStayHere: providers.length === 0, script: PASSKEY_SCRIPT_PATH },
  );
}

/**
 * Why somebody is asked to sign in, by where they go on to. Nothing is fetched for it: of an app that has a document of
 * its own, the document's host is what is known.
 */
async function waitingFor(env: Env, returnTo: string): Promise<string | null> {
  const { pathname, searchParams } = new URL(returnTo, publicOrigin(env));
  if (pathname.startsWith("/invitations/")) return "You go on to your invitation.";
  if (pathname !== "/authorize") return null;
  const clientId = searchParams.get("client_id") ?? "";
  const document = isDocumentAddress(clientId) ? URL.parse(clientId) : null;
  if (document)
    return `An app of ${document.hostname} waits to be connected. You then decide what it may do.`;
  const client = await authorizationServer(env).getOAuthApi(env).lookupClient(clientId);
  if (!client) return null;
  return `An app that calls itself ${claimed(client.clientName ?? "")} waits to be connected. You then decide what it may do.`;
}

/** `/sign-in`: the form, or who is signed in already. */
export async function showSignIn(request: Request, env: Env): Promise<Response> {
  const query = new URL(request.url).searchParams;
  const returnTo = safeReturn(env, query.get("return_to"));
  const code = query.get("error");
  const problem =
    code === null
      ? undefined
      : (PROVIDER_PROBLEMS[code] ?? "Signing in there did not work. Please try again.");
  const person = await signedIn(env, request);
  if (person && !problem) {
    if (returnTo !== "/sign-in") return goTo(returnTo);
    return page(
      "You are signed in",
      <>
        <p>{`As ${person.name} (${person.email}).`}</p>
        <p>
          Go on to <a href="/w">your workspace</a>, or <a href="/docs/connect">connect an assistant</a>, which
          brings you back here to say what it may do.
        </p>
        <p>
          <a href={PASSWORD_PATH}>Change your password</a>
        </p>
        <SignOutForm returnTo="/sign-in" />
      </>,
      { formsStayHere: true },
    );
  }
  const waiting = await waitingFor(env, returnTo);
  return signInPage({ ...offersOf(env), returnTo, waiting, problem });
}

/** Takes the form with email and password. Wrong address and wrong password look and last the same. */
export async function takeSignIn(request: Request, env: Env): Promise<Response> {
  const form = await readForm(request);
  const email = (form.get("email") ?? "").trim().toLowerCase().slice(0, 254);
  const wait = await beyondSignInLimits(env, request, email);
  if (wait !== null) return tooMany(wait);
  const returnTo = safeReturn(env, form.get("return_to"));
  const answer = await passwordSession(env, request, email, form.get("password") ?? "");
  if (answer?.needsCode) return goTo(codeAddress(returnTo), answer.headers);
  if (answer) return goTo(returnTo, answer.headers);
  return signInPage({
    ...offersOf(env),
    returnTo,
    waiting: await waitingFor(env, returnTo),
    email,
    problem: "That email and password do not belong together.",
    status: 401,
  });
}

/**
 * By address against one guesser, and by account against many that share the guessing. Strangers must not shut a person
 * out by using up their account's attempts: a browser that signed in to it before has attempts of its own (OWASP,
 * "Slow Down Online Guessing Attacks with Device Cookies").
 * @returns seconds to wait, or null
 */
export async function beyondSignInLimits(env: Env, request: Request, email: string): Promise<number | null> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return wait;
  const browser = await knownBrowser(env, request, email);
  return browser === null
    ? overLimit(env.AUTH_FAILURE_LIMIT, "account", email)
    : overLimit(env.SIGN_IN_LIMIT, "browser", browser);
}

/**
 * Opens a session for the right password, or, of who has a second factor, the ten minutes in which the code may come:
 * the headers that set the cookie. Null for a wrong one.
 */
export async function passwordSession(
  env: Env,
  request: Request,
  email: string,
  password: string,
): Promise<{ headers: Headers; needsCode: boolean } | null> {
  const answer = await (await auth(env)).api.signInEmail({
    body: { email, password },
    headers: request.headers,
    asResponse: true,
  });
  if (!answer.ok) return null;
  const headers = onlyCookies(answer.headers);
  headers.append("Set-Cookie", await browserCookie(env, email));
  const { twoFactorRedirect } = await answer.json<{ twoFactorRedirect?: boolean }>();
  return { headers, needsCode: twoFactorRedirect === true };
}

/** An answer's cookies and nothing else of it. */
export function onlyCookies(from: Headers): Headers {
  const headers = new Headers();
  for (const cookie of from.getSetCookie()) headers.append("Set-Cookie", cookie);
  return headers;
}

/** `/sign-in/passkey/question`: what the browser asks the device for. */
export async function askForPasskey(request: Request, env: Env): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  return wait === null ? passkeyQuestion(env, request) : tooMany(wait);
}

/** `/sign-in/passkey`: the form that the script fills with what the device answered. */
export async function takePasskey(request: Request, env: Env): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const form = await readForm(request);
  const returnTo = safeReturn(env, form.get("return_to"));
  const headers = await signInWithPasskey(env, request, form.get("response") ?? "");
  if (headers) return goTo(returnTo, onlyCookies(headers));
  return signInPage({
    ...offersOf(env),
    returnTo,
    waiting: await waitingFor(env, returnTo),
    problem: "That passkey does not open an account here. Sign in another way.",
    status: 401,
  });
}

/** `/sign-in/with/…`: off to the provider, with the way back in an encrypted cookie. */
export async function startProvider(request: Request, env: Env, id: string): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const provider = providersOf(env).find((known) => known.id === id);
  if (!provider)
    return sorry("Not offered here", "This server does not offer that way to sign in.", { status: 404 });
  const returnTo = safeReturn(env, (await readForm(request)).get("return_to"));
  const answer = await (await authWithProviders(env)).api.signInSocial({
    body: {
      provider: provider.id,
      callbackURL: returnTo,
      errorCallbackURL: `/sign-in?${new URLSearchParams({ return_to: returnTo })}`,
      disableRedirect: true,
    },
    headers: request.headers,
    asResponse: true,
  });
  const body: { url?: string } = answer.ok ? await answer.json() : {};
  if (!body.url) {
    return sorry(
      `${provider.name} cannot be reached`,
      "Signing in there does not work just now. Please try again later.",
      {
        status: 502,
        again: { href: `/sign-in?${new URLSearchParams({ return_to: returnTo })}`, label: "Back to sign in" },
      },
    );
  }
  return goTo(body.url, onlyCookies(answer.headers));
}

/** `/sign-in/callback/…`: back from the provider; better-auth checks state, code and id token and goes on. */
export async function finishProvider(request: Request, env: Env): Promise<Response> {
  const wait = await overLimit(env.TOKEN_LIMIT, "callback", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  return (await authWithProviders(env)).handler(request);
}

export function SignOutForm({ returnTo, label = "Sign out" }: { returnTo: string; label?: string }) {
  return (
    <form method="post" action="/sign-out">
      <input type="hidden" name="return_to" value={returnTo} />
      <button type="submit" class="quiet">
        {label}
      </button>
    </form>
  );
}

/** `GET /sign-out`: asks first, so that a link or an image elsewhere signs nobody out. */
export async function showSignOut(request: Request, env: Env): Promise<Response> {
  const returnTo = safeReturn(env, new URL(request.url).searchParams.get("return_to"));
  const person = await signedIn(env, request);
  if (!person) return goTo(`/sign-in?${new URLSearchParams({ return_to: returnTo })}`);
  return page(
    "Sign out",
    <>
      <p>{`You are signed in as ${person.email}.`}</p>
      <SignOutForm returnTo={returnTo} />
    </>,
    { formsStayHere: true },
  );
}

export async function takeSignOut(request: Request, env: Env): Promise<Response> {
  const returnTo = safeReturn(env, (await readForm(request)).get("return_to"));
  const answer = await (await auth(env)).api.signOut({ headers: request.headers, asResponse: true });
  return goTo(`/sign-in?${new URLSearchParams({ return_to: returnTo })}`, onlyCookies(answer.headers));
}

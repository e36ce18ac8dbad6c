import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { readForm } from "../pages/form.ts";
import { Field, goTo, Problem, page, sorry, tooMany } from "../pages/page.tsx";
import { PASSWORD_LENGTH, signedIn } from "./auth.ts";
import { changePassword, isPassword, openPasswordLink, PASSWORD_PATH, resetPassword } from "./passwords.ts";
import { beyondSignInLimits, onlyCookies } from "./sign-in.tsx";
import type { User } from "./users.ts";

const LENGTH_PROBLEM = `The password needs at least ${PASSWORD_LENGTH.min} characters, and at most ${PASSWORD_LENGTH.max}.`;

/** `/sign-in/password/…`: where the holder of a link sets a new password. Signed in or not makes no difference. */
export async function showPasswordLink(request: Request, env: Env, token: string): Promise<Response> {
  const wait = await overLimit(env.TOKEN_LIMIT, "password", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const user = await openPasswordLink(env, token);
  return user ? linkPage(user, token) : spent();
}

/** Takes the new password, once. */
export async function takePasswordLink(request: Request, env: Env, token: string): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const user = await openPasswordLink(env, token);
  if (!user) return spent();
  const password = (await readForm(request)).get("password") ?? "";
  if (!isPassword(password)) return linkPage(user, token, LENGTH_PROBLEM);
  // Somebody else used the link between the page and the form.
  if (!(await resetPassword(env, token, password))) return spent();
  return page(
    "Your password is set",
    <>
      <p>You are signed out in every browser. What you allowed apps to do stays as it was.</p>
      <p>
        <a class="button" href="/sign-in">
          Sign in
        </a>
      </p>
    </>,
    { formsStayHere: true },
  );
}

function linkPage(user: User, token: string, problem?: string): Promise<Response> {
  return page(
    "Set a new password",
    <>
      {problem && <Problem>{problem}</Problem>}
      <form method="post" action={`${PASSWORD_PATH}/${token}`} class="wide">
        <AccountName email={user.email} />
        <NewPassword autofocus />
        <button type="submit">Set password</button>
      </form>
    </>,
    { status: problem ? 422 : 200, formsStayHere: true },
  );
}

function spent(): Promise<Response> {
  return sorry(
    "This link does not work",
    "It was used already, has expired, or was not copied whole. Ask whoever runs this server for a new one.",
    { status: 404 },
  );
}

/** `/sign-in/password`: where somebody who is signed in changes their password. */
export async function showChangePassword(request: Request, env: Env): Promise<Response> {
  const person = await signedIn(env, request);
  return person ? changePage(person) : signInFirst();
}

/** Takes the current and the new password. A wrong current one counts like a wrong sign-in. */
export async function takeChangePassword(request: Request, env: Env): Promise<Response> {
  const person = await signedIn(env, request);
  if (!person) return signInFirst();
  const wait = await beyondSignInLimits(env, request, person.email);
  if (wait !== null) return tooMany(wait);
  const form = await readForm(request);
  const [current, next] = [form.get("current") ?? "", form.get("password") ?? ""];
  if (!isPassword(next)) return changePage(person, LENGTH_PROBLEM);
  const headers = await changePassword(env, request, person, { current, next });
  if (!headers) return changePage(person, "That is not your current password.");
  return page(
    "Your password is changed",
    <>
      <p>You are signed out in every other browser. What you allowed apps to do stays as it was.</p>
      <p>
        <a href="/sign-in">Back to your account</a>
      </p>
    </>,
    { headers: onlyCookies(headers), formsStayHere: true },
  );
}

function changePage(user: User, problem?: string): Promise<Response> {
  return page(
    "Change your password",
    <>
      {problem && <Problem>{problem}</Problem>}
      <form method="post" action={PASSWORD_PATH} class="wide">
        <AccountName email={user.email} />
        <Field
          label="Current password"
          name="current"
          type="password"
          autocomplete="current-password"
          maxLength={PASSWORD_LENGTH.max}
          autofocus
        />
        <NewPassword />
        <button type="submit">Change password</button>
      </form>
      <p class="who">
        You never had one here, or forgot it? Ask whoever runs this server for a link to set one.
      </p>
    </>,
    { status: problem ? 422 : 200, formsStayHere: true },
  );
}

function signInFirst(): Response {
  return goTo(`/sign-in?${new URLSearchParams({ return_to: PASSWORD_PATH })}`);
}

/** Lets password managers store the password under the right name. */
function AccountName({ email }: { email: string }) {
  return (
    <p class="field">
      <label for="email">Email</label>
      <input id="email" type="email" value={email} autocomplete="username" readonly />
    </p>
  );
}

function NewPassword({ autofocus }: { autofocus?: boolean }) {
  return (
    <Field
      label="New password"
      name="password"
      type="password"
      autocomplete="new-password"
      minLength={PASSWORD_LENGTH.min}
      maxLength={PASSWORD_LENGTH.max}
      autofocus={autofocus}
      hint={`At least ${PASSWORD_LENGTH.min} characters.`}
    />
  );
}

import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { safeReturn } from "../http/addresses.ts";
import { readForm } from "../pages/form.ts";
import { Field, goTo, Problem, page, sorry, tooMany } from "../pages/page.tsx";
import { takeCode } from "./second-factor.ts";

/** Where the code is asked for that follows a password. */
export const CODE_PATH = "/sign-in/code";

/** The page of the code, and where it leads. */
export function codeAddress(returnTo: string): string {
  return `${CODE_PATH}?${new URLSearchParams({ return_to: returnTo })}`;
}

/** `/sign-in/code`: after a right password, for who has a second factor. */
export async function showCode(request: Request, env: Env): Promise<Response> {
  return codePage(safeReturn(env, new URL(request.url).searchParams.get("return_to")));
}

/** Takes the code of the app, or one of the backup codes. */
export async function takeSignInCode(request: Request, env: Env): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const form = await readForm(request);
  const returnTo = safeReturn(env, form.get("return_to"));
  const answer = await takeCode(env, request, form.get("code") ?? "");
  if (answer instanceof Headers) {
    const headers = new Headers();
    for (const cookie of answer.getSetCookie()) headers.append("Set-Cookie", cookie);
    return goTo(returnTo, headers);
  }
  const again = { href: `/sign-in?${new URLSearchParams({ return_to: returnTo })}`, label: "Sign in again" };
  switch (answer) {
    case "wrong":
      return codePage(returnTo, "That is not the code. Look at your app again: it changes every 30 seconds.");
    case "used":
      return codePage(returnTo, "That code was used already. Wait for the next one.", 409);
    case "locked":
      return sorry(
        "One moment, please",
        "There were too many wrong codes. Try again in a quarter of an hour.",
        { status: 429, again },
      );
    case "start again":
      return sorry(
        "Begin again",
        "A code is asked for within ten minutes after the password, and a few times only.",
        { status: 401, again },
      );
  }
}

function codePage(returnTo: string, problem?: string, status = problem ? 401 : 200): Promise<Response> {
  return page(
    "Enter your code",
    <>
      {problem && <Problem>{problem}</Problem>}
      <form method="post" action={CODE_PATH} class="wide">
        <input type="hidden" name="return_to" value={returnTo} />
        <Field
          label="Code"
          name="code"
          autocomplete="one-time-code"
          maxLength={20}
          autofocus
          hint="The six digits that your authenticator app shows, or one of your backup codes."
        />
        <button type="submit">Sign in</button>
      </form>
      <p class="who">
        Neither app nor backup codes? Ask whoever runs this server: they can end the second factor.
      </p>
    </>,
    { status, formsStayHere: true },
  );
}

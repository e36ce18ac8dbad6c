import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { readForm } from "../pages/form.ts";
import { Field, goTo, Problem, page, sorry, tooMany } from "../pages/page.tsx";
import { Failure } from "../tenant/failure.ts";
import { PASSWORD_LENGTH } from "./auth.ts";
import { passwordSession } from "./sign-in.tsx";
import {
  hasRoom,
  mailSignUpLink,
  offersSignUp,
  openSignUpLink,
  SIGN_UP_PATH,
  signUp,
  signUpSchema,
} from "./sign-up.ts";

/** `/sign-up`: an address to prove, where the deployment lets strangers in. */
export async function showSignUp(env: Env): Promise<Response> {
  if (!offersSignUp(env)) return notOffered();
  return page(
    "Begin with Parley",
    <>
      <p>A workspace of your own, with a trial. A link to make it is sent to your address.</p>
      <form method="post" action={SIGN_UP_PATH} class="wide">
        <Field label="Email" name="email" type="email" autocomplete="email" maxLength={254} autofocus />
        <button type="submit">Send the link</button>
      </form>
      <p class="who">
        You have an account already? <a href="/sign-in">Sign in</a>
      </p>
    </>,
    { formsStayHere: true },
  );
}

/** Sends the link. Every address gets the same answer. @param later takes what goes on after the answer */
export async function takeSignUp(
  request: Request,
  env: Env,
  later: (work: Promise<unknown>) => void,
): Promise<Response> {
  if (!offersSignUp(env)) return notOffered();
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  if (!(await hasRoom(env))) {
    return sorry("Not today", "Too many people begin just now. Please come back tomorrow.", { status: 429 });
  }
  later(mailSignUpLink(env, (await readForm(request)).get("email") ?? ""));
  return page(
    "Look into your mail",
    <p>A link is on its way. It works once, for 24 hours. Another can be asked for in five minutes.</p>,
    { formsStayHere: true },
  );
}

/** `/sign-up/…`: who the holder of the link is, and what their workspace is called. */
export async function showSignUpLink(request: Request, env: Env, token: string): Promise<Response> {
  const wait = await overLimit(env.TOKEN_LIMIT, "sign-up", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const email = offersSignUp(env) ? await openSignUpLink(env, token) : null;
  return email === null ? spent() : formPage(token, email, new URLSearchParams());
}

/** Makes account and workspace, signs in, and leads there. */
export async function takeSignUpLink(request: Request, env: Env, token: string): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const email = offersSignUp(env) ? await openSignUpLink(env, token) : null;
  if (email === null) return spent();
  const form = await readForm(request);
  const wanted = signUpSchema.safeParse(Object.fromEntries(form));
  if (!wanted.success) {
    const [first] = wanted.error.issues.map(({ path }) => String(path[0]));
    return formPage(token, email, form, PROBLEMS[first ?? ""] ?? "Fill in every field.");
  }
  try {
    const made = await signUp(env, token, wanted.data);
    if (!made) return spent();
    const session = await passwordSession(env, request, email, wanted.data.password);
    return goTo(`/w/${made.workspaceId}`, session?.headers);
  } catch (error) {
    if (error instanceof Failure && error.code === "duplicate") return goTo("/sign-in");
    throw error;
  }
}

const PROBLEMS: Record<string, string> = {
  name: "Enter your name, with at most 100 characters.",
  workspace: "Enter a name for the workspace, with at most 100 characters.",
  password: `The password needs at least ${PASSWORD_LENGTH.min} characters, and at most ${PASSWORD_LENGTH.max}.`,
};

function formPage(token: string, email: string, typed: URLSearchParams, problem?: string): Promise<Response> {
  return page(
    "Make your workspace",
    <>
      {problem && <Problem>{problem}</Problem>}
      <form method="post" action={`${SIGN_UP_PATH}/${token}`} class="wide">
        {/* Lets password managers store the password under the right name. */}
        <p class="field">
          <label for="email">Email</label>
          <input id="email" type="email" value={email} autocomplete="username" readonly />
        </p>
        <Field
          label="Your name"
          name="name"
          autocomplete="name"
          maxLength={100}
          value={typed.get("name") ?? ""}
          autofocus
        />
        <Field
          label="Name of the workspace"
          name="workspace"
          autocomplete="organization"
          maxLength={100}
          value={typed.get("workspace") ?? ""}
          hint="Your team or company."
        />
        <Field
          label="Time zone"
          name="timeZone"
          autocomplete="off"
          maxLength={60}
          value={typed.get("timeZone") ?? "UTC"}
          hint="Days and figures follow it, for example Europe/Berlin. It can be changed later."
        />
        <Field
          label="Password"
          name="password"
          type="password"
          autocomplete="new-password"
          minLength={PASSWORD_LENGTH.min}
          maxLength={PASSWORD_LENGTH.max}
          hint={`At least ${PASSWORD_LENGTH.min} characters.`}
        />
        <button type="submit">Make it</button>
      </form>
    </>,
    { status: problem ? 422 : 200, formsStayHere: true },
  );
}

function notOffered(): Promise<Response> {
  return sorry(
    "People come by invitation",
    "This server makes no accounts for strangers. Ask whoever runs it.",
    { status: 404 },
  );
}

function spent(): Promise<Response> {
  return sorry(
    "This link does not work",
    "It was used already, has expired, or was not copied whole. Ask for a new one.",
    { status: 404, again: { href: SIGN_UP_PATH, label: "Ask for a new one" } },
  );
}

import { roleWithArticle } from "../control/roles.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { publicOrigin } from "../http/addresses.ts";
import { readForm } from "../pages/form.ts";
import { Field, goTo, Problem, page, sorry, tooMany } from "../pages/page.tsx";
import { Failure } from "../tenant/failure.ts";
import { PASSWORD_LENGTH, signedIn } from "./auth.ts";
import { acceptInvitation, type Invitation, openInvitation } from "./invitations.ts";
import { passwordSession, SignOutForm } from "./sign-in.tsx";
import { createUser, newUserSchema, userByEmail } from "./users.ts";

/** `/invitations/…`: what the holder of the link can do with it, which depends on who is signed in. */
export async function showInvitation(request: Request, env: Env, token: string): Promise<Response> {
  const wait = await overLimit(env.TOKEN_LIMIT, "invitation", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const invitation = await openInvitation(env, token);
  if (!invitation) return spent();
  if (invitation.suspended) return suspended();
  const person = await signedIn(env, request);
  const here = `/invitations/${token}`;
  if (person)
    return person.email === invitation.email
      ? joinPage(invitation, here)
      : otherPerson(invitation, here, person.email);
  if (await userByEmail(env, invitation.email)) return signInFirst(invitation, here);
  return newPerson(invitation, here);
}

/** Takes either form: join as who is signed in, or a name and a password for a new person. */
export async function takeInvitation(request: Request, env: Env, token: string): Promise<Response> {
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const invitation = await openInvitation(env, token);
  if (!invitation) return spent();
  if (invitation.suspended) return suspended();
  const person = await signedIn(env, request);
  const here = `/invitations/${token}`;
  try {
    if (person) {
      if (person.email !== invitation.email) return await otherPerson(invitation, here, person.email);
      await acceptInvitation(env, invitation, person);
      return await welcome(env, invitation);
    }
    const form = await readForm(request);
    const input = newUserSchema.safeParse({
      email: invitation.email,
      name: form.get("name") ?? "",
      password: form.get("password") ?? "",
    });
    if (!input.success) {
      const problem = input.error.issues.some(({ path }) => path[0] === "password")
        ? `The password needs at least ${PASSWORD_LENGTH.min} characters, and at most ${PASSWORD_LENGTH.max}.`
        : "Enter your name, with at most 100 characters.";
      return await newPerson(invitation, here, { problem, name: form.get("name") ?? "" });
    }
    const user = await createUser(env, input.data);
    await acceptInvitation(env, invitation, user);
    const session = await passwordSession(env, request, user.email, input.data.password);
    return await welcome(env, invitation, session?.headers);
  } catch (error) {
    // Somebody else used the link, or made the account, between the page and the form.
    if (error instanceof Failure && error.code === "duplicate") return goTo(here);
    if (error instanceof Failure && error.code === "conflict") return spent();
    throw error;
  }
}

function spent(): Promise<Response> {
  return sorry(
    "This invitation does not work",
    "It was used already, has expired, or was not copied whole. Ask the person who invited you for a new one.",
    { status: 404 },
  );
}

/** The link stays good: a suspension may end before it does. */
function suspended(): Promise<Response> {
  return sorry(
    "Nobody can join just now",
    "The workspace is suspended. Try this link again later, or ask the person who invited you.",
    { status: 403 },
  );
}

function Offer({ invitation }: { invitation: Invitation }) {
  return (
    <p>
      You are invited to join <strong>{invitation.workspaceName}</strong> as{" "}
      {roleWithArticle(invitation.role)}.
    </p>
  );
}

function joinPage(invitation: Invitation, here: string): Promise<Response> {
  return page(
    `Join ${invitation.workspaceName}`,
    <>
      <Offer invitation={invitation} />
      <form method="post" action={here} class="wide">
        <button type="submit">Join</button>
      </form>
      <p class="who">Signed in as {invitation.email}.</p>
    </>,
    { formsStayHere: true },
  );
}

function newPerson(
  invitation: Invitation,
  here: string,
  again?: { problem: string; name: string },
): Promise<Response> {
  return page(
    `Join ${invitation.workspaceName}`,
    <>
      <Offer invitation={invitation} />
      {again && <Problem>{again.problem}</Problem>}
      <form method="post" action={here} class="wide">
        {/* Lets password managers store the password under the right name. */}
        <p class="field">
          <label for="email">Email</label>
          <input id="email" type="email" value={invitation.email} autocomplete="username" readonly />
        </p>
        <Field
          label="Your name"
          name="name"
          autocomplete="name"
          maxLength={100}
          value={again?.name}
          autofocus
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
        <button type="submit">Create account and join</button>
      </form>
    </>,
    { status: again ? 422 : 200, formsStayHere: true },
  );
}

function signInFirst(invitation: Invitation, here: string): Promise<Response> {
  return page(
    `Join ${invitation.workspaceName}`,
    <>
      <Offer invitation={invitation} />
      <p>You have an account here already, under {invitation.email}. Sign in to join.</p>
      <p>
        <a class="button" href={`/sign-in?${new URLSearchParams({ return_to: here })}`}>
          Sign in
        </a>
      </p>
    </>,
    { formsStayHere: true },
  );
}

function otherPerson(invitation: Invitation, here: string, email: string): Promise<Response> {
  return page(
    "This invitation is for somebody else",
    <>
      <p>
        It is for {invitation.email}, and you are signed in as {email}. To use it, sign out first.
      </p>
      <SignOutForm returnTo={here} />
    </>,
    { status: 403, formsStayHere: true },
  );
}

function welcome(env: Env, invitation: Invitation, cookies?: Headers): Promise<Response> {
  return page(
    `Welcome to ${invitation.workspaceName}`,
    <>
      <p>
        You are a member now. Give your assistant this address, and sign in with {invitation.email} when it
        asks:
      </p>
      <pre>
        <code>{`${publicOrigin(env)}/mcp`}</code>
      </pre>
      <p>
        <a href="/docs/connect">How to connect yours, step by step</a>
      </p>
    </>,
    { headers: cookies, formsStayHere: true },
  );
}

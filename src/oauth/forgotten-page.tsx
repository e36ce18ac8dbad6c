import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { isMailConfigured, sendMail } from "../mail/send.ts";
import { readForm } from "../pages/form.ts";
import { Field, page, sorry, tooMany } from "../pages/page.tsx";
import { mailedPasswordLink } from "./passwords.ts";

/** Where a link to set a new password is asked for, where mail is sent. */
export const FORGOTTEN_PATH = "/sign-in/forgotten";

/** `/sign-in/forgotten`: who should get a link. */
export async function showForgotten(env: Env): Promise<Response> {
  if (!isMailConfigured(env)) return noMail();
  return page(
    "Set a new password",
    <>
      <p>A link to set a new password is sent to your address.</p>
      <form method="post" action={FORGOTTEN_PATH} class="wide">
        <Field label="Email" name="email" type="email" autocomplete="username" maxLength={254} autofocus />
        <button type="submit">Send the link</button>
      </form>
    </>,
    { formsStayHere: true },
  );
}

/**
 * Sends the link, if somebody has the address. The answer and the time it takes are the same for every address, so that
 * nobody learns who has an account.
 * @param later takes what goes on after the answer
 */
export async function takeForgotten(
  request: Request,
  env: Env,
  later: (work: Promise<unknown>) => void,
): Promise<Response> {
  if (!isMailConfigured(env)) return noMail();
  const wait = await overLimit(env.SIGN_IN_LIMIT, "address", clientAddress(request));
  if (wait !== null) return tooMany(wait);
  const email = ((await readForm(request)).get("email") ?? "").slice(0, 254);
  later(send(env, email));
  return page(
    "Look into your mail",
    <p>
      If an account has this address, a link is on its way to it. It works once, for 24 hours. Another can be
      asked for in five minutes.
    </p>,
    { formsStayHere: true },
  );
}

async function send(env: Env, email: string): Promise<void> {
  const link = await mailedPasswordLink(env, email);
  if (!link) return;
  const fate = await sendMail(env, {
    to: link.email,
    subject: "Set a new password for Parley",
    text: `Somebody, hopefully you, asked for a new password. Set it here, once, within 24 hours:\n\n${link.url}\n\nIf it was not you, do nothing: your password stays as it is.\n`,
  });
  if (fate.outcome !== "sent") console.error(`A link to set a password was not sent: ${fate.reason}`);
}

function noMail(): Promise<Response> {
  return sorry("This server sends no mail", "Ask whoever runs it for a link to set a new password.", {
    status: 404,
  });
}

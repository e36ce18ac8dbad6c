import { setCookie } from "hono/cookie";
import { roleWithArticle } from "../control/roles.ts";
import { clientAddress, overLimit } from "../gate/rate-limit.ts";
import { workspacesOfUser } from "../gate/workspaces.ts";
import type { Exchange } from "../http/app.ts";
import { auth, type SignedIn } from "../oauth/auth.ts";
import { keepPasskey, newPasskeyQuestion, removePasskey } from "../oauth/passkeys.ts";
import { endFactor, newBackupCodes, newFactor, takeCode } from "../oauth/second-factor.ts";
import { beyondSignInLimits, onlyCookies } from "../oauth/sign-in.tsx";
import { readForm } from "../pages/form.ts";
import { goTo, tooMany } from "../pages/page.tsx";
import { framed, showAccount } from "./account-page.tsx";
import { BackupCodes, FirstCode, NEW_PASSKEY_PATH, NewFactorPage } from "./account-security.tsx";
import { frame } from "./layout.tsx";
import { isLanguage, LANGUAGE_COOKIE, type Language, WORDS } from "./words.ts";

type Answer = (c: Exchange, person: SignedIn, language: Language) => Promise<Response>;

/** A page of one's own, which no workspace has a part in. */
interface AccountPage {
  path: string;
  show?: Answer;
  take?: Answer;
}

/** Longest form, in bytes: what a device answers when it makes a passkey. */
const MOST_BYTES = 64 * 1024;

/** A year, in seconds. */
const YEAR = 365 * 24 * 60 * 60;

/** `/w`: one's workspaces, or straight into the only one. */
const showWorkspaces: Answer = async (c, person, language) => {
  const words = WORDS[language];
  const mine = await workspacesOfUser(c.env, person.id);
  const [only] = mine;
  if (only && mine.length === 1) return goTo(`/w/${only.workspace.id}`);
  return frame({
    language,
    words,
    title: words.workspaces.title,
    body:
      mine.length === 0 ? (
        <>
          <p>{words.workspaces.none}</p>
          <p>
            <a href="/account">{words.account.title}</a>
          </p>
        </>
      ) : (
        <ul class="choices">
          {mine.map(({ workspace, role }) => (
            <li>
              <a href={`/w/${workspace.id}`}>
                <strong>{workspace.name}</strong>
                <small>{language === "en" ? roleWithArticle(role) : words.roles[role]}</small>
              </a>
            </li>
          ))}
        </ul>
      ),
  });
};

const takeAccount: Answer = async (c, person, language) => {
  const form = await readForm(c.req.raw, MOST_BYTES);
  const wanted = form.get("do") ?? "";
  const take = Object.hasOwn(TAKES, wanted) ? TAKES[wanted] : undefined;
  return take ? take({ c, person, language, form }) : showAccount(c, person, language);
};

/** Somebody's form about their own account. */
interface Taking {
  c: Exchange;
  person: SignedIn;
  language: Language;
  form: URLSearchParams;
}

const TAKES: Readonly<Record<string, (taking: Taking) => Promise<Response>>> = {
  async language({ c, form }) {
    const chosen = form.get("language") ?? undefined;
    if (isLanguage(chosen)) {
      setCookie(c, LANGUAGE_COOKIE, chosen, {
        path: "/",
        httpOnly: true,
        sameSite: "Lax",
        secure: new URL(c.req.url).protocol === "https:",
        maxAge: YEAR,
      });
    }
    return c.redirect("/account", 303);
  },
  async end({ c, form }) {
    const api = (await auth(c.env)).api;
    const { headers } = c.req.raw;
    const ended = (await api.listSessions({ headers })).find(({ id }) => id === form.get("session"));
    if (ended) await api.revokeSession({ headers, body: { token: ended.token } });
    return goTo("/account?done=ended");
  },
  async elsewhere({ c }) {
    await (await auth(c.env)).api.revokeOtherSessions({ headers: c.req.raw.headers });
    return goTo("/account?done=elsewhere");
  },
  async everywhere({ c }) {
    await (await auth(c.env)).api.revokeSessions({ headers: c.req.raw.headers });
    return goTo("/sign-in?return_to=%2Fw");
  },
  "factor-on": withPassword(async ({ c, language, form }) => {
    const made = await newFactor(c.env, c.req.raw, form.get("password") ?? "");
    const words = WORDS[language];
    return made && framed(language, words.security.factor, <NewFactorPage words={words} made={made} />);
  }),
  async "factor-confirm"({ c, language, form }) {
    const words = WORDS[language];
    const answer = await takeCode(c.env, c.req.raw, form.get("code") ?? "");
    if (answer instanceof Headers) return goTo("/account?done=factor-on", onlyCookies(answer));
    return framed(
      language,
      words.security.factor,
      <>
        <FirstCode words={words} problem={words.security.wrongCode} />
        <p>
          <a href="/account">{words.security.beginAnew}</a>
        </p>
      </>,
    );
  },
  "factor-off": withPassword(async ({ c, form }) => {
    const headers = await endFactor(c.env, c.req.raw, form.get("password") ?? "");
    return headers && goTo("/account?done=factor-off", onlyCookies(headers));
  }),
  "backup-codes": withPassword(async ({ c, language, form }) => {
    const codes = await newBackupCodes(c.env, c.req.raw, form.get("password") ?? "");
    const words = WORDS[language];
    return (
      codes &&
      framed(
        language,
        words.security.codes,
        <>
          <BackupCodes words={words} codes={codes} />
          <p>
            <a href="/account">{words.security.back}</a>
          </p>
        </>,
      )
    );
  }),
  async "passkey-add"({ c, person, language, form }) {
    const kept = await keepPasskey(c.env, c.req.raw, form.get("response") ?? "", form.get("name") ?? "");
    if (kept) return goTo("/account?done=passkey-kept");
    return showAccount(c, person, language, { of: "passkey", text: WORDS[language].security.notKept });
  },
  async "passkey-remove"({ c, form }) {
    await removePasskey(c.env, c.req.raw, form.get("passkey") ?? "");
    return goTo("/account?done=passkey-removed");
  },
};

/** What wants the password once more. A wrong one counts like a wrong sign-in. @param take null for a wrong one */
function withPassword(take: (taking: Taking) => Promise<Response | null>) {
  return async (taking: Taking): Promise<Response> => {
    const { c, person, language } = taking;
    const wait = await beyondSignInLimits(c.env, c.req.raw, person.email);
    if (wait !== null) return tooMany(wait);
    const text = WORDS[language].security.wrongPassword;
    return (await take(taking)) ?? showAccount(c, person, language, { of: "factor", text });
  };
}

/** `/account/passkey`: what the browser asks a device for, to make a passkey. */
const askForNewPasskey: Answer = async (c, person) => {
  const wait = await overLimit(c.env.SIGN_IN_LIMIT, "address", clientAddress(c.req.raw));
  if (wait !== null) return tooMany(wait);
  return (await newPasskeyQuestion(c.env, c.req.raw, person.id)) ?? c.body(null, 403);
};

export const ACCOUNT_PAGES: readonly AccountPage[] = [
  { path: "/w", show: showWorkspaces },
  { path: "/account", show: (...visit) => showAccount(...visit), take: takeAccount },
  { path: NEW_PASSKEY_PATH, take: askForNewPasskey },
];

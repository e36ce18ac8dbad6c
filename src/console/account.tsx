import { setCookie } from "hono/cookie";
import { roleWithArticle } from "../control/roles.ts";
import { workspacesOfUser } from "../gate/workspaces.ts";
import type { Exchange } from "../http/app.ts";
import { auth, type SignedIn } from "../oauth/auth.ts";
import { PASSWORD_PATH } from "../oauth/passwords.ts";
import { readForm } from "../pages/form.ts";
import { goTo } from "../pages/page.tsx";
import { frame } from "./layout.tsx";
import { isLanguage, LANGUAGE_COOKIE, LANGUAGES, type Language, WORDS } from "./words.ts";

type Answer = (c: Exchange, person: SignedIn, language: Language) => Promise<Response>;

/** A page of one's own, which no workspace has a part in. */
interface AccountPage {
  path: string;
  show: Answer;
  take?: Answer;
}

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

/** `/account`: who one is, in which language, and where one is signed in. */
const showAccount: Answer = async (c, person, language) => {
  const words = WORDS[language];
  const api = (await auth(c.env)).api;
  const headers = c.req.raw.headers;
  const [sessions, here] = await Promise.all([api.listSessions({ headers }), api.getSession({ headers })]);
  const done = c.req.query("done");
  return frame({
    language,
    words,
    title: words.account.title,
    account: (
      <p class="account">
        <a href="/w">{words.toWorkspaces}</a>
      </p>
    ),
    body: (
      <>
        {done === "elsewhere" && (
          <p class="notice" role="status">
            {words.account.endedElsewhere}
          </p>
        )}
        <dl>
          <dt>{words.name}</dt>
          <dd>{person.name}</dd>
          <dt>{words.email}</dt>
          <dd>{person.email}</dd>
        </dl>
        <form method="post" class="row">
          <input type="hidden" name="do" value="language" />
          <p class="field">
            <label for="language">{words.account.language}</label>
            <select id="language" name="language">
              {Object.entries(LANGUAGES).map(([code, name]) => (
                <option value={code} selected={code === language} lang={code}>
                  {name}
                </option>
              ))}
            </select>
          </p>
          <button type="submit" class="quiet">
            {words.save}
          </button>
        </form>
        <p>
          <a href={PASSWORD_PATH}>{words.account.password}</a>
        </p>
        <h2>{words.account.sessions}</h2>
        <ul class="plain">
          {sessions.map((session) => (
            <li>
              <strong>{browserOf(session.userAgent) ?? words.account.unknownBrowser}</strong>{" "}
              {session.id === here?.session.id && <em>{words.account.thisOne}</em>}
              <small>
                {new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }).format(
                  session.createdAt,
                )}{" "}
                UTC
              </small>
            </li>
          ))}
        </ul>
        <div class="buttons">
          <form method="post">
            <input type="hidden" name="do" value="elsewhere" />
            <button type="submit" class="quiet">
              {words.account.endElsewhere}
            </button>
          </form>
          <form method="post">
            <input type="hidden" name="do" value="everywhere" />
            <button type="submit" class="quiet">
              {words.account.endEverywhere}
            </button>
          </form>
          <form method="post" action="/sign-out">
            <input type="hidden" name="return_to" value="/w" />
            <button type="submit">{words.signOut}</button>
          </form>
        </div>
      </>
    ),
  });
};

const takeAccount: Answer = async (c, person, language) => {
  const form = await readForm(c.req.raw);
  const api = (await auth(c.env)).api;
  const { headers } = c.req.raw;
  switch (form.get("do")) {
    case "language": {
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
    }
    case "elsewhere":
      await api.revokeOtherSessions({ headers });
      return goTo("/account?done=elsewhere");
    case "everywhere":
      await api.revokeSessions({ headers });
      return goTo("/sign-in?return_to=%2Fw");
    default:
      return showAccount(c, person, language);
  }
};

/** A browser by the name that people know, as it says itself; null for one that says nothing known. */
function browserOf(userAgent: string | null | undefined): string | null {
  const [, name] = /(Firefox|Edg|OPR|Chrome|Safari|curl)\//.exec(userAgent ?? "") ?? [];
  const [, system] = /(Windows|Macintosh|Android|iPhone|iPad|Linux|CrOS)/.exec(userAgent ?? "") ?? [];
  const shown = name && { Edg: "Edge", OPR: "Opera" }[name];
  return name ? [shown ?? name, system].filter(Boolean).join(", ") : null;
}

export const ACCOUNT_PAGES: readonly AccountPage[] = [
  { path: "/w", show: showWorkspaces },
  { path: "/account", show: showAccount, take: takeAccount },
];

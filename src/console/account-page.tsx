import type { Child } from "hono/jsx";
import type { Exchange } from "../http/app.ts";
import { auth, type SignedIn } from "../oauth/auth.ts";
import { PASSKEY_SCRIPT_PATH } from "../oauth/passkey-form.tsx";
import { PASSWORD_PATH } from "../oauth/passwords.ts";
import { SecurityOf } from "./account-security.tsx";
import { frame } from "./layout.tsx";
import { LANGUAGES, type Language, WORDS, type Words } from "./words.ts";

/** What was refused of one's account's forms, and where that is said. */
interface Refusal {
  of: "factor" | "passkey";
  text: string;
}

/** `/account`: who one is, in which language, how one signs in, and where one is signed in. */
export async function showAccount(
  c: Exchange,
  person: SignedIn,
  language: Language,
  problem: Refusal | null = null,
): Promise<Response> {
  const words = WORDS[language];
  const api = (await auth(c.env)).api;
  const headers = c.req.raw.headers;
  const [sessions, here] = await Promise.all([api.listSessions({ headers }), api.getSession({ headers })]);
  const done = problem ? undefined : c.req.query("done");
  const said =
    done === "elsewhere"
      ? words.account.endedElsewhere
      : done !== undefined && Object.hasOwn(words.security.done, done)
        ? words.security.done[done as keyof Words["security"]["done"]]
        : null;
  return framed(
    language,
    words.account.title,
    <>
      {said && (
        <p class="notice" role="status">
          {said}
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
      <SecurityOf env={c.env} person={person} language={language} words={words} problem={problem} />
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
            {session.id !== here?.session.id && (
              <Do name="end" button={words.security.endOne} values={{ session: session.id }} />
            )}
          </li>
        ))}
      </ul>
      <div class="buttons">
        <Do name="elsewhere" button={words.account.endElsewhere} />
        <Do name="everywhere" button={words.account.endEverywhere} />
        <form method="post" action="/sign-out">
          <input type="hidden" name="return_to" value="/w" />
          <button type="submit">{words.signOut}</button>
        </form>
      </div>
    </>,
    PASSKEY_SCRIPT_PATH,
  );
}

/** A page about oneself. */
export function framed(language: Language, title: string, body: Child, script?: string): Promise<Response> {
  const words = WORDS[language];
  return frame({
    language,
    words,
    title,
    script,
    account: (
      <p class="account">
        <a href="/w">{words.toWorkspaces}</a>
      </p>
    ),
    body,
  });
}

function Do({
  name,
  button,
  values = {},
}: {
  name: string;
  button: string;
  values?: Record<string, string>;
}) {
  return (
    <form method="post">
      <input type="hidden" name="do" value={name} />
      {Object.entries(values).map(([key, value]) => (
        <input type="hidden" name={key} value={value} />
      ))}
      <button type="submit" class="quiet">
        {button}
      </button>
    </form>
  );
}

/** A browser by the name that people know, as it says itself; null for one that says nothing known. */
function browserOf(userAgent: string | null | undefined): string | null {
  const [, name] = /(Firefox|Edg|OPR|Chrome|Safari|curl)\//.exec(userAgent ?? "") ?? [];
  const [, system] = /(Windows|Macintosh|Android|iPhone|iPad|Linux|CrOS)/.exec(userAgent ?? "") ?? [];
  const shown = name && { Edg: "Edge", OPR: "Opera" }[name];
  return name ? [shown ?? name, system].filter(Boolean).join(", ") : null;
}

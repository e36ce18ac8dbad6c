import { encode } from "uqr";
import type { SignedIn } from "../oauth/auth.ts";
import { passkeysOf } from "../oauth/passkeys.ts";
import { factorOf, type NewFactor } from "../oauth/second-factor.ts";
import type { Language, Words } from "./words.ts";

/** Where the browser is told what to ask a device for that makes a passkey. */
export const NEW_PASSKEY_PATH = "/account/passkey";

interface Security {
  env: Env;
  person: SignedIn;
  language: Language;
  words: Words;
  /** The form that was refused, and why. */
  problem: { of: string; text: string } | null;
}

/** The parts of one's account about how one signs in: the code after the password, and passkeys. */
export async function SecurityOf({ env, person, language, words, problem }: Security) {
  const [factor, passkeys] = await Promise.all([factorOf(env, person.id), passkeysOf(env, person.id)]);
  const t = words.security;
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium" });
  return (
    <>
      <h2>{t.factor}</h2>
      <Said problem={problem} of="factor" />
      {factor.isOn ? (
        <>
          <p>{t.isOn}</p>
          <PasswordForm name="backup-codes" words={words} button={t.newCodes} />
          <PasswordForm name="factor-off" words={words} button={t.turnOff} danger />
        </>
      ) : factor.hasPassword ? (
        <>
          <p>{t.about}</p>
          <PasswordForm name="factor-on" words={words} button={t.setUp} />
        </>
      ) : (
        <p>{t.noPassword}</p>
      )}
      <h2>{t.passkeys}</h2>
      <p>{t.passkeysAbout}</p>
      <Said problem={problem} of="passkey" />
      <ul class="plain">
        {passkeys.map(({ id, name, createdAt }) => (
          <li>
            <strong>{name || t.unnamed}</strong> <small>{date.format(createdAt)}</small>
            <form method="post" class="press">
              <input type="hidden" name="do" value="passkey-remove" />
              <input type="hidden" name="passkey" value={id} />
              <button type="submit" class="quiet" aria-label={t.removeNamed(name || t.unnamed)}>
                {t.remove}
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form method="post" class="row" data-question={NEW_PASSKEY_PATH} hidden>
        <input type="hidden" name="do" value="passkey-add" />
        <input type="hidden" name="response" />
        <p class="problem" role="alert" hidden>
          {t.noneMade}
        </p>
        <p class="field">
          <label for="passkey-name">{t.passkeyName}</label>
          <input id="passkey-name" name="name" maxlength={60} required />
        </p>
        <button type="submit" class="quiet">
          {t.add}
        </button>
      </form>
    </>
  );
}

function Said({ problem, of }: { problem: Security["problem"]; of: string }) {
  if (problem?.of !== of) return null;
  return (
    <p class="problem" role="alert" id="problem">
      {problem.text}
    </p>
  );
}

/** What changes how one signs in wants the password once more: the browser may stand open. */
function PasswordForm({
  name,
  words,
  button,
  danger = false,
}: {
  name: string;
  words: Words;
  button: string;
  danger?: boolean;
}) {
  return (
    <form method="post" class="row">
      <input type="hidden" name="do" value={name} />
      <p class="field">
        <label for={`${name}-password`}>{words.security.password}</label>
        <input
          id={`${name}-password`}
          name="password"
          type="password"
          autocomplete="current-password"
          maxlength={128}
          required
        />
      </p>
      <button type="submit" class={danger ? "danger" : "quiet"}>
        {button}
      </button>
    </form>
  );
}

/** Setting up the second factor: the secret as picture and text, the backup codes, and the field for the first code. */
export function NewFactorPage({ words, made }: { words: Words; made: NewFactor }) {
  const t = words.security;
  const secret = new URL(made.uri).searchParams.get("secret") ?? "";
  return (
    <>
      <h2>{t.scan}</h2>
      <p>{t.scanAbout}</p>
      <Picture text={made.uri} label={t.picture} />
      <p>{t.orType}</p>
      <p class="secret">
        <code data-copyable>{secret}</code>
      </p>
      <h2>{t.codes}</h2>
      <BackupCodes words={words} codes={made.backupCodes} />
      <h2>{t.confirm}</h2>
      <FirstCode words={words} />
    </>
  );
}

/** The first code, without which nothing is asked for later. */
export function FirstCode({ words, problem }: { words: Words; problem?: string }) {
  const t = words.security;
  return (
    <form method="post" action="/account" class="row">
      <input type="hidden" name="do" value="factor-confirm" />
      {problem && (
        <p class="problem" role="alert" id="problem">
          {problem}
        </p>
      )}
      <p class="field">
        <label for="code">{t.code}</label>
        <input
          id="code"
          name="code"
          inputmode="numeric"
          autocomplete="one-time-code"
          maxlength={20}
          required
        />
      </p>
      <button type="submit">{t.turnOn}</button>
    </form>
  );
}

export function BackupCodes({ words, codes }: { words: Words; codes: readonly string[] }) {
  return (
    <>
      <p>{words.security.codesAbout}</p>
      <p class="secret">
        <code data-copyable>{codes.join("\n")}</code>
      </p>
    </>
  );
}

/** A QR code, drawn as squares: dark on light whatever the page's colours, since cameras want it so. */
function Picture({ text, label }: { text: string; label: string }) {
  const { size, data } = encode(text, { border: 4 });
  const dark = data.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  return (
    <svg class="qr" role="img" aria-label={label} viewBox={`0 0 ${size} ${size}`} width="200" height="200">
      <rect width={size} height={size} fill="#fff" />
      <path d={dark.join("")} fill="#000" />
    </svg>
  );
}

import { z } from "zod";
import { ALL_SCOPES, BOT_SCOPES, READ_SCOPES, type Scope } from "../control/scopes.ts";
import { clientGuides } from "../docs/clients.ts";
import { TOKEN } from "../docs/snippet.ts";
import { publicOrigin } from "../http/addresses.ts";
import { Failure } from "../tenant/failure.ts";
import { Action, Problem, type Refused, Text, typed } from "./forms.tsx";
import type { inboxOptions } from "./inbox.tsx";
import { linkTo, type Visit } from "./visit.ts";

const DAY = 24 * 60 * 60_000;

/** What most tokens are for, in scopes. `choose` ticks one by one. */
const PRESETS: Record<"drafts" | "answer" | "read" | "choose", readonly Scope[]> = {
  drafts: [...BOT_SCOPES.filter((scope) => READ_SCOPES.includes(scope)), "notes:write", "drafts:write"],
  answer: BOT_SCOPES,
  read: READ_SCOPES,
  choose: [],
};
type Preset = keyof typeof PRESETS;
const PRESET_NAMES = Object.keys(PRESETS) as Preset[];

/** Lifetimes that the form offers, in days; 0: without end. */
const LIFETIMES = [0, 7, 30, 90, 365] as const;

/** The form as a token. Which scopes a preset stands for is decided here, by the kind's ceiling. @throws Failure `invalid_input` */
export function wantedOf(form: URLSearchParams, nothingTicked: string) {
  const kind = form.get("kind") === "api_key" ? "api_key" : "bot";
  const ceiling = kind === "bot" ? BOT_SCOPES : ALL_SCOPES;
  const preset = PRESET_NAMES.find((name) => name === form.get("preset")) ?? "drafts";
  const scopes =
    preset === "choose" ? form.getAll("scope") : PRESETS[preset].filter((one) => ceiling.includes(one));
  const inboxes = form.get("inboxes") === "picked" ? form.getAll("inbox") : null;
  if (scopes.length === 0 || inboxes?.length === 0) throw new Failure("invalid_input", nothingTicked);
  const name = z.string().trim().min(1).max(100).safeParse(form.get("name"));
  if (!name.success) throw new Failure("invalid_input", "name: 1 to 100 characters.");
  const days = LIFETIMES.find((one) => String(one) === form.get("days")) ?? 0;
  return {
    kind,
    name: name.data,
    scopes,
    inboxes,
    readOnly: preset === "read" || form.has("readOnly"),
    allowUrl: form.has("allowUrl"),
    expiresAt: days === 0 ? null : Date.now() + days * DAY,
  } as const;
}

interface NewTokenProps {
  visit: Visit;
  refused: Refused | null;
  inboxes: Awaited<ReturnType<typeof inboxOptions>>;
}

export function NewToken({ visit, refused, inboxes }: NewTokenProps) {
  const { words } = visit;
  const t = words.tokens;
  const form = refused?.form;
  const chosen = (name: string, value: string, first: boolean) =>
    form ? form.getAll(name).includes(value) : first;
  return (
    <Action name="make" class="wide token">
      <Problem refused={refused} />
      <Text
        name="name"
        label={words.name}
        value={typed(refused, "name")}
        required
        maxLength={100}
        hint={t.nameHint}
      />
      <fieldset>
        <legend>{t.kind}</legend>
        {(["bot", "api_key"] as const).map((kind) => (
          <label class="option">
            <input type="radio" name="kind" value={kind} checked={chosen("kind", kind, kind === "bot")} />
            <span>
              {t.kinds[kind]}
              <small>{t.kindHints[kind]}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>{t.mayDo}</legend>
        {PRESET_NAMES.map((preset) => (
          <label class="option">
            <input
              type="radio"
              name="preset"
              value={preset}
              checked={chosen("preset", preset, preset === "drafts")}
            />
            <span>
              {t.presets[preset]}
              <small>{t.presetHints[preset]}</small>
            </span>
          </label>
        ))}
        <div class="nested for-choose">
          {ALL_SCOPES.map((scope) => (
            <label class={BOT_SCOPES.includes(scope) ? "tick" : "tick beyond-bot"}>
              <input type="checkbox" name="scope" value={scope} checked={chosen("scope", scope, false)} />
              <span>{words.scopes[scope]}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{words.nav.inboxes}</legend>
        <label class="option">
          <input type="radio" name="inboxes" value="all" checked={chosen("inboxes", "all", true)} />
          <span>{t.allInboxes}</span>
        </label>
        {inboxes.length > 0 && (
          <>
            <label class="option">
              <input
                type="radio"
                name="inboxes"
                value="picked"
                checked={chosen("inboxes", "picked", false)}
              />
              <span>
                {t.someInboxes}
                <small>{t.someInboxesHint}</small>
              </span>
            </label>
            <div class="nested for-picked">
              {inboxes.map(([id, name]) => (
                <label class="tick">
                  <input type="checkbox" name="inbox" value={id} checked={chosen("inbox", id, false)} />
                  <span>{name}</span>
                </label>
              ))}
            </div>
          </>
        )}
      </fieldset>
      <fieldset>
        <legend>{t.limits}</legend>
        <label class="tick">
          <input type="checkbox" name="readOnly" value="yes" checked={chosen("readOnly", "yes", false)} />
          <span>{t.readOnly}</span>
        </label>
        <label class="tick">
          <input type="checkbox" name="allowUrl" value="yes" checked={chosen("allowUrl", "yes", false)} />
          <span>
            {t.allowUrl}
            <small>{t.allowUrlHint}</small>
          </span>
        </label>
        <p class="field">
          <label for="days">{t.expires}</label>
          <select id="days" name="days">
            {LIFETIMES.map((days) => (
              <option value={String(days)} selected={typed(refused, "days", "0") === String(days)}>
                {days === 0 ? t.never : t.inDays(days)}
              </option>
            ))}
          </select>
        </p>
      </fieldset>
      <button type="submit">{t.make}</button>
    </Action>
  );
}

/** The one time that a token is shown, with the lines that connect a client by it. */
export function MadeToken({
  visit,
  id,
  name,
  token,
}: {
  visit: Visit;
  id: string;
  name: string;
  token: string;
}) {
  const { words, env } = visit;
  const filled = (text: string) => text.replaceAll(`$${TOKEN}`, token).replaceAll("YOUR_TOKEN", token);
  const guides = clientGuides(publicOrigin(env)).flatMap(({ name: client, snippets }) => {
    const ready = snippets.filter(({ text }) => filled(text) !== text);
    return ready.length > 0 ? [{ client, snippets: ready }] : [];
  });
  return (
    <>
      <p>{words.tokens.once(name)}</p>
      <p class="secret">
        <code id="token" data-copyable>
          {token}
        </code>
      </p>
      <h2>{words.tokens.connect}</h2>
      {guides.map(({ client, snippets }, place) => (
        <details open={place === 0}>
          <summary>{client}</summary>
          {snippets.map(({ title, text }) => (
            <>
              <h3>{title}</h3>
              <pre tabindex={0}>
                <code data-copyable>{filled(text)}</code>
              </pre>
            </>
          ))}
        </details>
      ))}
      <p>
        <a class="button" href={linkTo(visit, `/settings/tokens/${id}`)}>
          {words.tokens.kept}
        </a>
      </p>
    </>
  );
}

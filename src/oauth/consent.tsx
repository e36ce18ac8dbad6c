import type { ConsentDescription } from "@cloudflare/workers-oauth-provider";
import { roleWithArticle } from "../control/roles.ts";
import { CAREFUL_SCOPES, READ_SCOPES, type Role, SCOPES, type Scope } from "../control/scopes.ts";
import { atProblem, Problem, page } from "../pages/page.tsx";
import { visibleText } from "../tenant/visible-text.ts";
import type { SignedIn } from "./auth.ts";
import type { AccessLevel, Choice, Offer } from "./consent-choice.ts";
import { hasLookAlikes } from "./look-alikes.ts";

/** An inbox as the consent page lists it. */
export interface InboxChoice {
  id: string;
  name: string;
  channel: string;
}

export interface ConsentPage {
  client: ConsentDescription;
  person: SignedIn;
  workspace: { id: string; name: string; role: Role };
  /** Where the person picks another workspace; null when there is only this one. */
  otherWorkspaces: string | null;
  signOut: string;
  /** Where the form is posted to: this authorization request's own address. */
  action: string;
  offer: Offer;
  choice: Choice;
  inboxes: InboxChoice[];
  handle: string;
  problem?: ConsentProblem;
}

/** What has to be put right, and the part of the page that it stands at. */
export interface ConsentProblem {
  about: "person" | "scopes" | "inboxes";
  text: string;
}

/** Letters that show nothing though they count as letters (Hangul fillers are dropped as ignorable), and blanks. */
const BLANK = /[\s\u2800\u3164\u115F\u1160\uFFA0]+/gu;

/**
 * Names come from the client and can hold anything: what cannot be seen goes, quotation marks too, since the name
 * stands in some, and what is too long is cut.
 */
export function shortened(name: string, length = 60): string {
  const plain = visibleText(name)
    .replace(/["\u201C-\u201F\u00AB\u00BB]/gu, "")
    .replace(BLANK, " ")
    .trim();
  return [...plain].length > length ? `${[...plain].slice(0, length - 1).join("")}…` : plain;
}

/** A name that the app gave itself, marked as such. */
export function claimed(name: string): string {
  const shown = shortened(name);
  return shown === "" ? "an app without a name" : `\u201C${shown}\u201D`;
}

const LEVELS: Record<AccessLevel, { title: string; text: string }> = {
  read: { title: "Read only", text: "It can look at everything you can see, and change nothing." },
  write: { title: "Read and write", text: "It can also reply to customers and change things, as you can." },
  choose: { title: "Choose", text: "Tick one by one what it may do." },
};

/** The page that asks whether a client may act for a person: who asks, where access goes, and what it may do. */
export function consentPage(facts: ConsentPage, headers: Headers): Promise<Response> {
  const { client, person, workspace, offer, choice, handle, problem } = facts;
  const about = (field: ConsentProblem["about"]) =>
    problem?.about === field && <Problem>{problem.text}</Problem>;
  return page(
    // Never with the name: a heading would lend our word to what anybody can call an app.
    "Let an app into your workspace?",
    <>
      {about("person")}
      <Who client={client} />
      <form method="post" action={atProblem(facts.action)}>
        {/* What Enter presses: it decides nothing, and the page comes back as it is. */}
        <button type="submit" name="decision" value="again" hidden tabindex={-1} />
        <input type="hidden" name="handle" value={handle} />
        <input type="hidden" name="person" value={person.id} />
        <input type="hidden" name="workspace" value={workspace.id} />
        <fieldset>
          <legend>Workspace</legend>
          <p>
            <strong>{workspace.name}</strong>, where you are {roleWithArticle(workspace.role)}.{" "}
            {facts.otherWorkspaces && <a href={facts.otherWorkspaces}>Choose another</a>}
          </p>
        </fieldset>
        {about("scopes")}
        <AccessFields offer={offer} choice={choice} requested={client.scope} />
        {about("inboxes")}
        <InboxFields inboxes={facts.inboxes} picked={choice.inboxes} />
        <p class="hint">
          To take this back, disconnect it in the app, or have whoever runs this server end it. It then stops
          at once.
        </p>
        <div class="buttons decide">
          <button type="submit" name="decision" value="allow">
            Allow
          </button>
          <button type="submit" name="decision" value="deny" class="quiet">
            Do not allow
          </button>
        </div>
      </form>
      <p class="who">
        You are signed in as {person.email}. <a href={facts.signOut}>Not you?</a>
      </p>
    </>,
    { headers, status: problem ? 422 : 200 },
  );
}

function Who({ client }: { client: ConsentDescription }) {
  // The library puts the client's id where a name is missing.
  const name = claimed(client.clientName === client.clientId ? "" : client.clientName);
  return (
    <>
      <dl>
        <dt>Calls itself</dt>
        <dd>
          <strong>{name}</strong>
          <small>Any app can choose any name; nobody checked this one.</small>
        </dd>
        {client.clientDomain && (
          <>
            <dt>Published by</dt>
            <dd>
              <strong>{client.clientDomain}</strong>
              <small>This was checked.</small>
            </dd>
          </>
        )}
        <dt>Access goes to</dt>
        <dd>
          <strong>{client.redirectHost}</strong>
        </dd>
      </dl>
      {hasLookAlikes(client.clientName) && (
        <p class="warning">
          The name has letters of other alphabets in it that only look like the usual ones. An app may be
          called so to pass for another one.
        </p>
      )}
      {client.redirectIsLoopback && (
        <p class="warning">
          Access goes to an app on your own computer, and any app there can use any name. Allow it only if you
          have just started to connect it.
        </p>
      )}
    </>
  );
}

/** How single scopes are grouped, by what stands before their colon. */
export const GROUPS: readonly { title: string; nouns: readonly string[] }[] = [
  { title: "Workspace", nouns: ["workspace", "events", "channels", "settings"] },
  { title: "Contacts", nouns: ["contacts"] },
  { title: "Conversations", nouns: ["conversations", "notes", "drafts"] },
  { title: "Chatbots and flows", nouns: ["chatbots", "flows", "templates", "responses", "analytics"] },
  { title: "Tickets and leads", nouns: ["tickets", "leads"] },
  { title: "Knowledge, products and sales", nouns: ["knowledge", "products", "sales"] },
  { title: "Webhooks", nouns: ["webhooks"] },
];

function AccessFields({ offer, choice, requested }: { offer: Offer; choice: Choice; requested: string[] }) {
  const careful = offer.scopes.filter((scope) => CAREFUL_SCOPES.includes(scope));
  const ordinary = offer.scopes.filter((scope) => !careful.includes(scope));
  if (offer.levels.length === 1) {
    return (
      <fieldset>
        <legend>What it may do</legend>
        <input type="hidden" name="access" value="read" />
        <p>
          <strong>{LEVELS.read.title}.</strong> {LEVELS.read.text}
        </p>
        <Included scopes={offer.scopes} />
      </fieldset>
    );
  }
  return (
    <fieldset>
      <legend>What it may do</legend>
      {offer.levels.map((level) => (
        <>
          <label class="option">
            <input type="radio" name="access" value={level} checked={level === choice.access} />
            <span>
              {LEVELS[level].title}
              <small>{LEVELS[level].text}</small>
            </span>
          </label>
          {level === "write" && (
            <div class="more for-write">
              {careful.length > 0 && (
                <fieldset>
                  <legend>Also allow</legend>
                  <Ticks name="careful" scopes={careful} ticked={choice.careful} requested={requested} />
                </fieldset>
              )}
              <Included scopes={ordinary} />
            </div>
          )}
        </>
      ))}
      <div class="more for-choose">
        <p class="ticking">
          <button type="submit" name="decision" value="tick-all" class="quiet">
            Tick all
          </button>
          <button type="submit" name="decision" value="tick-none" class="quiet">
            Tick none
          </button>
        </p>
        {GROUPS.map(({ title, nouns }) => {
          const scopes = offer.scopes.filter((scope) => nouns.includes(scope.split(":")[0] ?? ""));
          return (
            scopes.length > 0 && (
              <fieldset class="group">
                <legend>{title}</legend>
                <Ticks name="scope" scopes={scopes} ticked={choice.scopes} requested={requested} />
              </fieldset>
            )
          );
        })}
      </div>
    </fieldset>
  );
}

function Included({ scopes }: { scopes: Scope[] }) {
  return (
    <details>
      <summary>All that this includes</summary>
      <ul>
        {scopes.map((scope) => (
          <li>{SCOPES[scope]}</li>
        ))}
      </ul>
    </details>
  );
}

interface TicksProps {
  name: string;
  scopes: Scope[];
  ticked: Scope[];
  requested: string[];
}

function Ticks({ name, scopes, ticked, requested }: TicksProps) {
  return (
    <>
      {scopes.map((scope) => (
        <label class="tick">
          <input type="checkbox" name={name} value={scope} checked={ticked.includes(scope)} />
          <span>
            {SCOPES[scope]}
            {requested.includes(scope) && !READ_SCOPES.includes(scope) && (
              <small>The app asked for this.</small>
            )}
          </span>
        </label>
      ))}
    </>
  );
}

function InboxFields({ inboxes, picked }: { inboxes: InboxChoice[]; picked: string[] | null }) {
  if (inboxes.length === 0) return <input type="hidden" name="inboxes" value="all" />;
  return (
    <fieldset>
      <legend>Inboxes</legend>
      <label class="option">
        <input type="radio" name="inboxes" value="all" checked={picked === null} />
        <span>
          All inboxes
          <small>Also those that are added later.</small>
        </span>
      </label>
      <label class="option">
        <input type="radio" name="inboxes" value="picked" checked={picked !== null} />
        <span>
          Only some
          <small>What belongs to other inboxes stays hidden from it.</small>
        </span>
      </label>
      <div class="more for-picked">
        <fieldset>
          <legend>It sees</legend>
          <div class="scroll">
            {inboxes.map(({ id, name, channel }) => (
              <label class="tick">
                <input type="checkbox" name="inbox" value={id} checked={picked?.includes(id) ?? false} />
                <span>
                  {name}
                  <small>{channel}</small>
                </span>
              </label>
            ))}
          </div>
        </fieldset>
      </div>
    </fieldset>
  );
}

/** The step before, for people in more than one workspace. */
export function chooseWorkspacePage(
  clientName: string,
  choices: { href: string; name: string; role: Role }[],
): Promise<Response> {
  return page(
    "Which workspace?",
    <>
      <p>An app that calls itself {claimed(clientName)} will reach the one that you choose, and no other.</p>
      <ul class="choices">
        {choices.map(({ href, name, role }) => (
          <li>
            <a href={href}>
              <strong>{name}</strong>
              <small>You are {roleWithArticle(role)}.</small>
            </a>
          </li>
        ))}
      </ul>
    </>,
    { formsStayHere: true },
  );
}

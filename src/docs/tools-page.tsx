import type { Child } from "hono/jsx";
import type { Catalogue, Prompt, Resource, Tool } from "../calls/define.ts";
import {
  BOT_SCOPES,
  CAREFUL_SCOPES,
  KEYS_ALONE,
  ROLE_SCOPES,
  SCOPES,
  type Scope,
} from "../control/scopes.ts";
import { searchOver } from "../mcp/compact.ts";
import { Table } from "./entries.tsx";
import { ERROR_LIST } from "./error-list.ts";
import { Contents, docsPage } from "./page.tsx";
import { toolsetAddress } from "./toolset-page.tsx";

/** Longest text to look for that is read, in characters; each word costs time. */
const MAX_SOUGHT = 100;
/** Tools that a search shows at most. */
const MAX_FOUND = 10;

/**
 * `/docs/tools`: the index of all tools, then what is true of all of them: scopes, errors, resources and prompts.
 * @param sought what is looked for, as `search_tools` looks for it; the whole index where it is blank
 */
export function toolsPage(catalogue: Catalogue, sought: string): Promise<string> {
  const { tools } = catalogue;
  const toolsets = [...new Set(tools.map(({ toolset }) => toolset))];
  const text = sought.trim().slice(0, MAX_SOUGHT);
  return docsPage({
    title: "Tools",
    path: "/docs/tools",
    description: `The ${tools.length} tools of Parley's MCP server, with parameters, answers, scopes and errors.`,
    content: (
      <>
        <p>
          {`${tools.length} tools in ${toolsets.length} toolsets. A client sees those that its credential's scopes allow; `}
          <code>?toolsets=contacts,tickets</code>
          {" at the end of the address narrows them to toolsets."}
        </p>
        <search>
          <form method="get" action="/docs/tools" class="field">
            <label for="q">What do you want to do?</label>
            <input id="q" name="q" type="search" value={text} maxlength={MAX_SOUGHT} />
            <button type="submit">Find tools</button>
          </form>
        </search>
        {text === "" ? (
          <Index catalogue={catalogue} toolsets={toolsets} />
        ) : (
          <Found catalogue={catalogue} text={text} />
        )}
      </>
    ),
  });
}

function Found({ catalogue, text }: { catalogue: Catalogue; text: string }) {
  const found = searchOver(catalogue).find(text, () => true, MAX_FOUND);
  return (
    <section aria-labelledby="found">
      <h2 id="found">
        {found.length === 0 ? "No tool is found by these words" : `Found, the likeliest first`}
      </h2>
      {found.map(({ name, toolset, description }) => (
        <p>
          <a href={toolsetAddress(toolset, name)}>
            <code>{name}</code>
          </a>
          <br />
          {description}
        </p>
      ))}
      <p>
        <a href="/docs/tools">All tools</a>
      </p>
    </section>
  );
}

function Index({ catalogue, toolsets }: { catalogue: Catalogue; toolsets: readonly string[] }) {
  const { tools, resources, prompts } = catalogue;
  const parts = [
    ...toolsets.map((toolset) => ({ id: toolset, name: toolset })),
    { id: "answers", name: "Answers" },
    { id: "errors", name: "Errors" },
    { id: "scopes", name: "Scopes" },
    ...(resources.length > 0 ? [{ id: "resources", name: "Resources" }] : []),
    ...(prompts.length > 0 ? [{ id: "prompts", name: "Prompts" }] : []),
  ];
  return (
    <>
      <Contents parts={parts} />
      {toolsets.map((toolset) => (
        <Toolset toolset={toolset} tools={tools.filter((tool) => tool.toolset === toolset)} />
      ))}
      <Answers />
      <Errors />
      <Scopes />
      {resources.length > 0 && <Resources resources={resources} />}
      {prompts.length > 0 && <Prompts prompts={prompts} />}
    </>
  );
}

function Toolset({ toolset, tools }: { toolset: string; tools: readonly Tool[] }) {
  return (
    <section aria-labelledby={toolset}>
      <h2 id={toolset}>
        <a href={toolsetAddress(toolset)}>{toolset}</a>
      </h2>
      <ul class="index">
        {tools.map(({ name }) => (
          <li id={name}>
            <a href={toolsetAddress(toolset, name)}>
              <code>{name}</code>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answers() {
  return (
    <section aria-labelledby="answers">
      <h2 id="answers">Answers</h2>
      <p>
        Each tool's page shows its answer, which comes as <code>structuredContent</code> and as the same JSON
        in a text. Lists answer <code>items</code>, <code>nextCursor</code> and <code>hasMore</code>; pass{" "}
        <code>nextCursor</code> as <code>cursor</code> to go on. Times are ISO 8601 in UTC.{" "}
        <code>untrustedFields</code> names fields that customers wrote: data, never an instruction.{" "}
        <code>truncated</code> says that a page was cut short because it would have been too long. What the
        nodes of a flow hold is under <a href="/docs/flow-nodes">Flow nodes</a>.
      </p>
    </section>
  );
}

function Errors() {
  return (
    <section aria-labelledby="errors">
      <h2 id="errors">Errors</h2>
      <p>
        A tool that fails answers <code>isError</code> with a <code>code</code>, a <code>message</code> and,
        where they help, a <code>hint</code>, <code>candidates</code> and <code>retryAfterSeconds</code>. Over
        plain HTTP the same stands under <code>error</code>, with the status beside the code here.
      </p>
      <Table
        caption="Codes of errors"
        head={["Code", "When", "What to do"]}
        kind="halves"
        rows={ERROR_LIST.map(({ code, status, when, what }) => [
          <>
            <code>{code}</code>
            <small>{String(status)}</small>
          </>,
          when,
          what,
        ])}
      />
    </section>
  );
}

/** Who may hold a scope besides owners and admins, who may hold all. */
function holders(scope: Scope): string {
  if (KEYS_ALONE.includes(scope)) return "API keys alone";
  const found = [
    ...(ROLE_SCOPES.agent.includes(scope) ? ["agents"] : []),
    ...(ROLE_SCOPES.analyst.includes(scope) ? ["analysts"] : []),
    ...(BOT_SCOPES.includes(scope) ? ["bot tokens"] : []),
  ];
  return found.length === 0 ? "nobody else" : found.join(", ");
}

function Scopes() {
  return (
    <section aria-labelledby="scopes">
      <h2 id="scopes">Scopes</h2>
      <p>
        A credential does what its scopes name, and never more than the role of the person behind it. Owners
        and admins may give all of them. Those marked * are allowed at sign-in only where the person ticks
        them.
      </p>
      <Table
        caption="Scopes"
        head={["Scope", "What it allows", "Besides owners and admins"]}
        kind="halves"
        rows={(Object.keys(SCOPES) as Scope[]).map((scope) => [
          <code>{CAREFUL_SCOPES.includes(scope) ? `${scope} *` : scope}</code>,
          SCOPES[scope],
          holders(scope),
        ])}
      />
    </section>
  );
}

function Resources({ resources }: { resources: readonly Resource[] }) {
  return (
    <section aria-labelledby="resources">
      <h2 id="resources">Resources</h2>
      {resources.map(({ uri, title, description, scope }) => (
        <OtherEntry {...{ name: uri, title, description }} scopes={[scope]} />
      ))}
    </section>
  );
}

function Prompts({ prompts }: { prompts: readonly Prompt[] }) {
  return (
    <section aria-labelledby="prompts">
      <h2 id="prompts">Prompts</h2>
      {prompts.map(({ name, title, description, scopes, arguments: taken }) => (
        <OtherEntry {...{ name, title, description, scopes }}>
          <ul>
            {taken.map((argument) => (
              <li>
                <code>{argument.name}</code>
                {`${argument.required ? " (required)" : ""}: ${argument.description}`}
              </li>
            ))}
          </ul>
        </OtherEntry>
      ))}
    </section>
  );
}

interface OtherEntryProps {
  name: string;
  title: string;
  description: string;
  scopes: readonly string[];
  children?: Child;
}

/** A resource or a prompt. */
function OtherEntry({ name, title, description, scopes, children }: OtherEntryProps) {
  return (
    <article>
      <h3>
        <code>{name}</code>
        <small>{title}</small>
      </h3>
      <p>{description}</p>
      <p class="facts">
        {scopes.length > 1 ? "Scopes " : "Scope "}
        <code>{scopes.join(", ")}</code>
      </p>
      {children}
    </article>
  );
}

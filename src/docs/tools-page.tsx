import type { Child } from "hono/jsx";
import type { Catalogue, Prompt, Resource } from "../calls/define.ts";
import { Contents, docsPage } from "./page.tsx";
import { byToolset, type ParameterReference, type ToolReference } from "./tool-reference.ts";

/** `/docs/tools`: every tool, resource and prompt, from their records. */
export function toolsPage(catalogue: Catalogue): Promise<string> {
  const toolsets = byToolset(catalogue.tools);
  const { resources, prompts } = catalogue;
  const parts = [
    ...toolsets.map(({ toolset }) => ({ id: toolset, name: toolset })),
    ...(resources.length > 0 ? [{ id: "resources", name: "resources" }] : []),
    ...(prompts.length > 0 ? [{ id: "prompts", name: "prompts" }] : []),
  ];
  return docsPage({
    title: "Tools",
    path: "/docs/tools",
    description: `The ${catalogue.tools.length} tools of Parley's MCP server, with parameters, scopes and examples.`,
    content: (
      <>
        <p>
          {`${catalogue.tools.length} tools in ${toolsets.length} toolsets. A client sees those that its credential's scopes allow; `}
          <code>?toolsets=contacts,tickets</code>
          {" at the end of the address narrows them to toolsets. Lists answer "}
          <code>items</code>, <code>nextCursor</code> and <code>hasMore</code>.
        </p>
        <Contents parts={parts} />
        {toolsets.map(({ toolset, tools }) => (
          <section aria-labelledby={toolset}>
            <h2 id={toolset}>{toolset}</h2>
            {tools.map((tool) => (
              <ToolEntry tool={tool} />
            ))}
          </section>
        ))}
        {resources.length > 0 && <Resources resources={resources} />}
        {prompts.length > 0 && <Prompts prompts={prompts} />}
      </>
    ),
  });
}

function ToolEntry({ tool }: { tool: ToolReference }) {
  const { name, title, description, scope, hints, untrusted, parameters, example } = tool;
  return (
    <article aria-labelledby={name}>
      <h3 id={name}>
        <a href={`#${name}`}>
          <code>{name}</code>
        </a>
        <small>{title}</small>
      </h3>
      <p>{description}</p>
      <p class="facts">
        {"Scope "}
        <code>{scope}</code>
        {` · ${hints.join(", ")}`}
        {untrusted.length > 0 && ` · written by customers: ${untrusted.join(", ")}`}
      </p>
      {parameters.length > 0 ? (
        <Parameters tool={name} parameters={parameters} />
      ) : (
        <p class="facts">No parameters.</p>
      )}
      {example && (
        <>
          <h4>Example</h4>
          <pre>
            <code>{JSON.stringify(example, null, 2)}</code>
          </pre>
        </>
      )}
    </article>
  );
}

function Parameters({ tool, parameters }: { tool: string; parameters: readonly ParameterReference[] }) {
  return (
    <table>
      <caption>{`Parameters of ${tool}`}</caption>
      <thead>
        <tr>
          <th scope="col">Parameter</th>
          <th scope="col">Type</th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {parameters.map(({ name, type, required, description, fallback }) => (
          <tr>
            <th scope="row">
              <code>{name}</code>
              {required && " (required)"}
            </th>
            <td>{type}</td>
            <td>
              {[description, fallback === null ? "" : `Default ${fallback}.`]
                .filter((text) => text !== "")
                .join(description.endsWith(".") ? " " : ". ")}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Resources({ resources }: { resources: readonly Resource[] }) {
  return (
    <section aria-labelledby="resources">
      <h2 id="resources">resources</h2>
      {resources.map(({ uri, title, description, scope }) => (
        <OtherEntry {...{ name: uri, title, description }} scopes={[scope]} />
      ))}
    </section>
  );
}

function Prompts({ prompts }: { prompts: readonly Prompt[] }) {
  return (
    <section aria-labelledby="prompts">
      <h2 id="prompts">prompts</h2>
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

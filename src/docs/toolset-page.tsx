import { Fields, Folded } from "./entries.tsx";
import { Contents, docsPage } from "./page.tsx";
import type { ToolReference } from "./tool-reference.ts";

/** Where the page of a toolset is; with a tool's name, where that tool is. */
export function toolsetAddress(toolset: string, tool?: string): string {
  return `/docs/tools/${toolset}${tool === undefined ? "" : `#${tool}`}`;
}

/** `/docs/tools/…`: the tools of one toolset in full, from their records. */
export function toolsetPage(toolset: string, tools: readonly ToolReference[]): Promise<string> {
  return docsPage({
    title: `Tools: ${toolset}`,
    path: toolsetAddress(toolset),
    description: `The ${tools.length} tools of the toolset ${toolset}: parameters, answers, scopes and examples.`,
    content: (
      <>
        <p>
          <a href="/docs/tools">All tools</a>
          {" are in the index. To list these alone, end the address with "}
          <code>{`?toolsets=${toolset}`}</code>.
        </p>
        <Contents parts={tools.map(({ name }) => ({ id: name, name }))} />
        {tools.map((tool) => (
          <ToolEntry tool={tool} />
        ))}
      </>
    ),
  });
}

function ToolEntry({ tool }: { tool: ToolReference }) {
  const { name, title, description, scope, grantScope, hints, untrusted, parameters, answer, example } = tool;
  return (
    <article aria-labelledby={name}>
      <h2 id={name}>
        <a href={`#${name}`}>
          <code>{name}</code>
        </a>
        <small>{title}</small>
      </h2>
      <p>{description}</p>
      <p class="facts">
        {"Scope "}
        <code>{scope}</code>
        {grantScope !== null && (
          <>
            {", and for who signed in with a browser "}
            <code>{grantScope}</code>
          </>
        )}
        {` · ${hints.join(", ")}`}
        {untrusted.length > 0 && ` · written by customers: ${untrusted.join(", ")}`}
      </p>
      {parameters.length > 0 ? (
        <Fields caption={`Parameters of ${name}`} fields={parameters} />
      ) : (
        <p class="facts">No parameters.</p>
      )}
      {answer.length > 0 && <Folded summary="Answer" lines={answer} />}
      {example && (
        <details>
          <summary>Example</summary>
          <pre>
            <code>{JSON.stringify(example, null, 2)}</code>
          </pre>
        </details>
      )}
    </article>
  );
}

import { type Addresses, AddressList, endpoints } from "./addresses.tsx";
import { clientGuides } from "./clients.ts";
import { HELP_PARTS, Help } from "./connect-help.tsx";
import { Contents, docsPage } from "./page.tsx";
import type { ClientGuide } from "./snippet.ts";

/**
 * `/docs/connect`: how each client is set up, ready to paste.
 * @param origin the deployment's public address, without a slash at its end
 */
export function connectPage(origin: string): Promise<string> {
  const guides = clientGuides(origin);
  const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(new URL(origin).hostname);
  // What cannot work here comes last.
  const shown = isLocal ? guides.toSorted((a, b) => Number(a.hosted ?? 0) - Number(b.hosted ?? 0)) : guides;
  const addresses: Addresses = [
    ...endpoints(origin),
    ["Some toolsets only", `${origin}/mcp?toolsets=contacts,conversations`],
    ["Two tools that find and call the rest", `${origin}/mcp?mode=compact`],
    ["Clients that can send no header", `${origin}/mcp?token=YOUR_TOKEN`],
  ];
  return docsPage({
    title: "Connect an assistant",
    path: "/docs/connect",
    description:
      "Ready-to-paste set-up of Parley's MCP server for Claude, ChatGPT, Cursor, VS Code and others.",
    content: (
      <>
        <p>
          Most clients sign in with a browser: you then choose the workspace and what the assistant may do.
          Clients and scripts without a browser use a token that your operator makes, an API key or a bot
          token.
        </p>
        <AddressList addresses={addresses} />
        <p>
          Each of these addresses can stand in the place of the first one below. Commands read the token from
          the environment variable <code>PARLEY_TOKEN</code>. What the assistant can then do is under{" "}
          <a href="/docs/tools">Tools</a>.
        </p>
        {isLocal && (
          <p>
            <strong>This server is on your own machine.</strong> Clients that connect from their makers'
            servers (Claude on the web, ChatGPT) cannot reach it: use one that runs here, such as Claude Code,
            an editor, or Claude Desktop by its file.
          </p>
        )}
        <Contents parts={[...HELP_PARTS, ...shown]} />
        <Help origin={origin} />
        {shown.map((guide) => (
          <Guide guide={guide} isLocal={isLocal} />
        ))}
      </>
    ),
  });
}

function Guide({ guide, isLocal }: { guide: ClientGuide; isLocal: boolean }) {
  const { id, name, steps, snippets, link, note, hosted, checked } = guide;
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{name}</h2>
      <ol>
        {steps.map((text) => (
          <li>{text}</li>
        ))}
      </ol>
      {link && (
        <p>
          <a href={link.href}>{link.label}</a>
        </p>
      )}
      {snippets.map(({ title, language, text }) => (
        <>
          <h3>{title}</h3>
          <pre>
            <code class={`language-${language}`}>{text}</code>
          </pre>
        </>
      ))}
      {note && <p class="facts">{note}</p>}
      {hosted && isLocal && <p class="facts">It does not reach this server, which is on your own machine.</p>}
      <p class="facts">{`Held against ${checked.against} on ${checked.on}.`}</p>
    </section>
  );
}

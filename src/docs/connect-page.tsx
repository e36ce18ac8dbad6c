import { type Addresses, AddressList, endpoints } from "./addresses.tsx";
import { type ClientGuide, clientGuides } from "./clients.ts";
import { Contents, docsPage } from "./page.tsx";

/**
 * `/docs/connect`: how each client is set up, ready to paste.
 * @param origin the deployment's public address, without a slash at its end
 */
export function connectPage(origin: string): Promise<string> {
  const guides = clientGuides(origin);
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
        <p>
          A token in an address works where it was made for that (<code>parley token create --allow-url</code>
          ). Addresses end up in logs and histories: prefer a header where the client can send one.
        </p>
        <Contents parts={guides} />
        {guides.map((guide) => (
          <Guide guide={guide} />
        ))}
      </>
    ),
  });
}

function Guide({ guide }: { guide: ClientGuide }) {
  const { id, name, steps, snippets, link, note } = guide;
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
    </section>
  );
}

/** What stands on the page about connecting before the clients: tokens, how many tools, and what to do when it fails. */

/** The parts, for the list of what is on the page. */
export const HELP_PARTS = [
  { id: "token", name: "Get a token" },
  { id: "fewer-tools", name: "Fewer tools" },
  { id: "failing", name: "When it fails" },
] as const;

/** What people meet, and what helps. */
const TROUBLES: readonly (readonly [sign: string, cure: string])[] = [
  [
    "It asks you to sign in although you gave a token",
    "Some versions of Cursor and Claude Code prefer to sign in wherever a server offers it. Sign in; or use stdio with mcp-remote and a header, or a token in the address.",
  ],
  [
    "401",
    "The token is missing, mistyped or revoked, or stands in the address without having been made for that. Make another one with parley token create.",
  ],
  [
    "403 for your Host",
    "The address is not the one that the server knows itself by: its operator sets PUBLIC_URL.",
  ],
  [
    "403 for your Origin",
    "A page of another site calls from a browser: the operator adds that site to ALLOWED_ORIGINS.",
  ],
  ["404", "The address lacks its end: it is /mcp, not the bare host."],
  [
    "You sign in, and then nothing happens",
    "A rule of the network in front keeps AI agents out. The operator finds the cure in docs/operations.md, under “A connector authorises, then never calls”.",
  ],
  [
    "429",
    "The plan's calls are used up: the answer says when to go on. get_api_usage tells how many there are.",
  ],
  [
    "A tool that you expect is not there",
    "The token or what you allowed lacks its scope, the address narrows the toolsets, or it is /mcp-readonly. Ask the assistant for get_workspace.",
  ],
];

/** @param props.origin the deployment's public address, without a slash at its end */
export function Help({ origin }: { origin: string }) {
  return (
    <>
      <section aria-labelledby="token">
        <h2 id="token">Get a token</h2>
        <p>
          Who signs in with a browser needs none. For the rest the operator makes one, with the scopes that it
          may have and the inboxes that it may see, and hands it over once:
        </p>
        <pre>
          <code class="language-shell">
            {`npm run -s parley -- --url ${origin} token create --workspace ws_… --kind api_key --name Claude --scopes all`}
          </code>
        </pre>
        <p>
          On your own machine <code>npm start</code> prints one. Send it as <code>Authorization: Bearer</code>{" "}
          or as <code>x-api-key</code>. In the snippets <code>PARLEY_TOKEN</code> is an environment variable
          that holds it; where a client reads none, it stands in place of <code>YOUR_TOKEN</code>. A client
          that can send no header takes it in the address, <code>?token=YOUR_TOKEN</code>, if it was made with{" "}
          <code>--allow-url</code>; addresses end up in logs and histories, so prefer a header.
        </p>
      </section>
      <section aria-labelledby="fewer-tools">
        <h2 id="fewer-tools">Fewer tools</h2>
        <p>
          There are about a hundred, some 12,000 tokens of a model's context. VS Code sends at most 128 tools
          of all servers with a request, other editors have limits of their own, and small models lose their
          way among many. Then name the toolsets that you need (<code>?toolsets=contacts,conversations</code>
          ), or use <code>?mode=compact</code>, which lists two tools that find and call the others.
        </p>
      </section>
      <section aria-labelledby="failing">
        <h2 id="failing">When it fails</h2>
        <table>
          <caption>What you see, and what helps</caption>
          <thead>
            <tr>
              <th scope="col">You see</th>
              <th scope="col">What helps</th>
            </tr>
          </thead>
          <tbody>
            {TROUBLES.map(([sign, cure]) => (
              <tr>
                <th scope="row">{sign}</th>
                <td>{cure}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </>
  );
}

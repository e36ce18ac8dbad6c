import { agentGuides } from "./agents.ts";
import { type ClientGuide, checkedOn, json, remote, shell, TOKEN } from "./snippet.ts";

/** How each client is set up for this server, ready to paste, in the forms of the clients' own documentation. */

/**
 * The set-up of every client, for the server at this address.
 * @param origin the deployment's public address, without a slash at its end
 */
export function clientGuides(origin: string): ClientGuide[] {
  const endpoint = `${origin}/mcp`;
  return [
    ...assistants(endpoint),
    ...editors(endpoint),
    ...agentGuides(endpoint),
    ...programs(origin, endpoint),
  ];
}

function assistants(endpoint: string): ClientGuide[] {
  return [
    {
      id: "claude",
      name: "Claude on the web, on the desktop and on the phone",
      checked: checkedOn("support.claude.com"),
      hosted: true,
      steps: [
        "Open Customize, then Connectors, press + and choose Add custom connector. In older versions: Settings, then Connectors.",
        "Name it Parley and paste the address below as the remote MCP server URL. Leave the advanced settings empty.",
        "Press Connect, sign in, and choose the workspace and what Claude may do.",
      ],
      snippets: [{ title: "Remote MCP server URL", language: "address", text: endpoint }],
      note: "Claude connects from Anthropic's servers, so the address must be reachable from the internet. In Team and Enterprise plans an owner adds the connector first. For a server on your own machine use stdio, below.",
    },
    {
      id: "chatgpt",
      name: "ChatGPT",
      checked: checkedOn("developers.openai.com/apps-sdk"),
      hosted: true,
      steps: [
        "In ChatGPT on the web, open Settings, then Apps, then Advanced settings, and switch Developer mode on.",
        "Press Create app, name it Parley, paste the address below as MCP server URL, and choose OAuth as authentication.",
        "Sign in and choose the workspace and what ChatGPT may do. In a chat, press + and pick Parley.",
      ],
      snippets: [{ title: "MCP server URL", language: "address", text: endpoint }],
      note: "ChatGPT connects from OpenAI's servers, so the address must be reachable from the internet.",
    },
    {
      id: "claude-code",
      name: "Claude Code",
      checked: checkedOn("code.claude.com/docs"),
      steps: [
        "Run the first command, then /mcp inside Claude Code to sign in. Or pass a token with the second one.",
        "For a whole team, commit .mcp.json: the token stays in each person's environment.",
      ],
      snippets: [
        shell("Sign in with a browser", `claude mcp add --transport http parley ${endpoint}`),
        shell(
          "With a token",
          `claude mcp add --transport http parley ${endpoint} --header "Authorization: Bearer $${TOKEN}"`,
        ),
        json(".mcp.json", {
          mcpServers: {
            parley: {
              type: "http",
              url: endpoint,
              headers: { Authorization: `Bearer \${${TOKEN}}` },
            },
          },
        }),
      ],
    },
    {
      id: "codex",
      name: "Codex",
      checked: checkedOn("developers.openai.com/codex"),
      steps: [
        "Run the first two commands to sign in with a browser. The command line, the app and the editor extension share this set-up.",
        `With a token, set ${TOKEN} in the environment and put the table into the configuration file instead.`,
      ],
      snippets: [
        shell(
          "Sign in with a browser",
          `codex mcp add parley --url ${JSON.stringify(endpoint)}\ncodex mcp login parley`,
        ),
        {
          title: "~/.codex/config.toml",
          language: "toml",
          text: `[mcp_servers.parley]\nurl = ${JSON.stringify(endpoint)}\nbearer_token_env_var = "${TOKEN}"`,
        },
      ],
    },
  ];
}

function editors(endpoint: string): ClientGuide[] {
  const headers = { Authorization: `Bearer \${env:${TOKEN}}` };
  return [
    {
      id: "cursor",
      name: "Cursor",
      checked: checkedOn("cursor.com/docs/mcp"),
      steps: [
        "Use the link, or put this into the file for all projects (or into .cursor/mcp.json of one project). Cursor then asks you to sign in.",
        `With a token, set ${TOKEN} in the environment that Cursor starts in, and use the second form. If it asks you to sign in all the same, sign in: some versions prefer that wherever it is offered.`,
      ],
      link: { label: "Add Parley to Cursor", href: cursorLink(endpoint) },
      snippets: [
        json("~/.cursor/mcp.json", { mcpServers: { parley: { url: endpoint } } }),
        json("~/.cursor/mcp.json, with a token", { mcpServers: { parley: { url: endpoint, headers } } }),
      ],
    },
    {
      id: "vscode",
      name: "VS Code",
      checked: checkedOn("code.visualstudio.com"),
      steps: [
        "Use the link, run the command, or put the file into your project. VS Code then asks you to sign in.",
        "With a token, use the second form: VS Code asks for it once and keeps it safe. In Windows' cmd.exe use the link or the file: it does not know single quotes.",
      ],
      link: {
        label: "Add Parley to VS Code",
        href: `vscode:mcp/install?${encodeURIComponent(JSON.stringify({ name: "parley", type: "http", url: endpoint }))}`,
      },
      snippets: [
        shell(
          "Command line",
          `code --add-mcp '${JSON.stringify({ name: "parley", type: "http", url: endpoint })}'`,
        ),
        json(".vscode/mcp.json", { servers: { parley: { type: "http", url: endpoint } } }),
        json(".vscode/mcp.json, with a token", {
          inputs: [{ type: "promptString", id: "parley-token", description: "Parley token", password: true }],
          servers: {
            parley: {
              type: "http",
              url: endpoint,
              headers: { Authorization: `Bearer \${input:parley-token}` },
            },
          },
        }),
      ],
    },
    {
      id: "windsurf",
      name: "Windsurf",
      checked: checkedOn("docs.windsurf.com"),
      steps: [
        "Open the MCP settings of Cascade, or the file below, add the server and refresh. Windsurf says serverUrl where others say url.",
        `With a token, set ${TOKEN} in the environment and use the second form.`,
      ],
      snippets: [
        json("~/.codeium/windsurf/mcp_config.json", { mcpServers: { parley: { serverUrl: endpoint } } }),
        json("~/.codeium/windsurf/mcp_config.json, with a token", {
          mcpServers: { parley: { serverUrl: endpoint, headers } },
        }),
      ],
    },
    {
      id: "jetbrains",
      name: "JetBrains IDEs",
      checked: checkedOn("jetbrains.com/help/ai-assistant"),
      steps: [
        "Open Settings, then Tools, then AI Assistant, then Model Context Protocol (MCP), and press Add.",
        "Choose Streamable HTTP and paste the first form. Where your version does not offer to sign in, choose STDIO and paste the second one, with your token in place of YOUR_TOKEN.",
      ],
      snippets: [
        json("Streamable HTTP", { mcpServers: { parley: { url: endpoint } } }),
        json("STDIO, with a token", { mcpServers: { parley: remote(endpoint) } }),
      ],
    },
  ];
}

function programs(origin: string, endpoint: string): ClientGuide[] {
  return [
    {
      id: "inspector",
      name: "MCP Inspector",
      checked: checkedOn("modelcontextprotocol.io"),
      steps: [
        "Without arguments it opens a page in your browser: choose Streamable HTTP, paste the address, and sign in.",
        "On the command line it prints one answer and ends, which suits scripts.",
      ],
      snippets: [
        shell("In the browser", "npx @modelcontextprotocol/inspector"),
        shell(
          "On the command line",
          `npx @modelcontextprotocol/inspector --cli ${endpoint} --transport http --header "Authorization: Bearer $${TOKEN}" --method tools/list`,
        ),
      ],
    },
    {
      id: "http",
      name: "Programs without MCP",
      checked: checkedOn("this server's own"),
      steps: [
        "Each tool is also a plain HTTP call: its arguments as JSON in, its result as JSON out, with the same tokens, scopes and limits.",
        "The OpenAPI document at /api/v1/openapi.json describes all of them, for generators of clients.",
      ],
      snippets: [
        shell(
          "A call",
          `curl ${origin}/api/v1/tools/list_conversations \\
  -H "Authorization: Bearer $${TOKEN}" \\
  -H "Content-Type: application/json" \\
  -d '{"status": "open", "limit": 5}'`,
        ),
      ],
    },
    {
      id: "claude-desktop",
      name: "Claude Desktop with a server on your own machine",
      checked: checkedOn("modelcontextprotocol.io and the README of mcp-remote"),
      steps: [
        "Open Settings, then Developer, then Edit Config, add the server, and start Claude Desktop anew.",
        "Connectors are reached from Anthropic's servers; what stands in this file is started on your machine.",
      ],
      snippets: [json("claude_desktop_config.json", { mcpServers: { parley: remote(endpoint) } })],
    },
    {
      id: "stdio",
      name: "Any client that speaks only stdio",
      checked: checkedOn("the README of mcp-remote"),
      steps: [
        "mcp-remote is a bridge from npm. Put your token in place of YOUR_TOKEN, or leave out args from --header on, and env, to sign in with a browser.",
        "On Windows the command is cmd, and /c and npx are the first of its args.",
        "Parley brings a bridge of its own, bin/parley-mcp.mjs in its source, which runs on Node 20 and later once npm ci ran there. Put the path of your copy in place of /path/to/parley.",
      ],
      snippets: [
        json("mcp-remote", { mcpServers: { parley: remote(endpoint) } }),
        json("parley-mcp", {
          mcpServers: {
            parley: {
              command: "node",
              args: ["/path/to/parley/bin/parley-mcp.mjs"],
              env: { PARLEY_URL: endpoint, PARLEY_TOKEN: "YOUR_TOKEN" },
            },
          },
        }),
      ],
    },
  ];
}

/** Cursor's install link: the server's entry of mcp.json, in base64. */
function cursorLink(endpoint: string): string {
  const config = new TextEncoder().encode(JSON.stringify({ url: endpoint })).toBase64();
  return `cursor://anysphere.cursor-deeplink/mcp/install?name=parley&config=${encodeURIComponent(config)}`;
}

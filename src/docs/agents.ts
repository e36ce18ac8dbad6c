import { type ClientGuide, checkedOn, json, remote, shell, TOKEN } from "./snippet.ts";

/** Command lines, editors and agents beside the best known: each with its own word for the same thing. */
export function agentGuides(endpoint: string): ClientGuide[] {
  const bearer = "Bearer YOUR_TOKEN";
  return [
    {
      id: "gemini",
      name: "Gemini CLI",
      steps: [
        "Run the command, restart Gemini CLI and look at /mcp. Without --header it signs in with a browser.",
        "In the file the word is httpUrl: what stands under url is taken for an older SSE address.",
      ],
      snippets: [
        shell(
          "With a token",
          `gemini mcp add --scope user --transport http --header "Authorization: Bearer $${TOKEN}" parley ${endpoint}`,
        ),
        json("~/.gemini/settings.json", {
          mcpServers: { parley: { httpUrl: endpoint, headers: { Authorization: `Bearer $${TOKEN}` } } },
        }),
      ],
      checked: checkedOn("geminicli.com/docs/tools/mcp-server"),
    },
    {
      id: "opencode",
      name: "opencode",
      steps: [
        "Run the command in your project, or with --global for all. opencode signs in with OAuth: open /mcps and choose parley.",
        "Version 1 takes a token by its file, with the server under mcp itself; in version 2 servers stand under mcp.servers.",
      ],
      snippets: [
        shell("Sign in with a browser", `opencode mcp add parley --url ${endpoint}`),
        json("opencode.json of version 1, with a token", {
          mcp: {
            parley: {
              type: "remote",
              url: endpoint,
              headers: { Authorization: `Bearer {env:${TOKEN}}` },
              oauth: false,
            },
          },
        }),
      ],
      checked: checkedOn("opencode.ai/docs/mcp-servers"),
    },
    {
      id: "zed",
      name: "Zed",
      steps: [
        "Open the settings file (zed: open settings file) and add the server. Without headers Zed asks you to sign in.",
      ],
      snippets: [
        json("settings.json", { context_servers: { parley: { url: endpoint } } }),
        json("settings.json, with a token", {
          context_servers: { parley: { url: endpoint, headers: { Authorization: bearer } } },
        }),
      ],
      checked: checkedOn("zed.dev/docs/ai/mcp"),
    },
    {
      id: "cline",
      name: "Cline",
      steps: [
        "Press the MCP Servers icon. Under Remote Servers give a name and the address, and choose Streamable HTTP.",
        "With a token press Configure, then Configure MCP Servers, which opens the file. The type is needed there.",
      ],
      snippets: [
        json("cline_mcp_settings.json", {
          mcpServers: {
            parley: { type: "streamableHttp", url: endpoint, headers: { Authorization: bearer } },
          },
        }),
      ],
      checked: checkedOn("docs.cline.bot/mcp"),
    },
    {
      id: "lm-studio",
      name: "LM Studio",
      steps: [
        "In the right-hand sidebar open Program, then Install, then Edit mcp.json.",
        "Models that run at home have small contexts: use ?mode=compact or a few toolsets.",
      ],
      snippets: [
        json("mcp.json", {
          mcpServers: { parley: { url: `${endpoint}?mode=compact`, headers: { Authorization: bearer } } },
        }),
      ],
      checked: checkedOn("lmstudio.ai/docs/app/mcp"),
    },
    {
      id: "goose",
      name: "Goose",
      steps: [
        "Run goose configure, choose Add Extension, then Remote Extension (Streamable HTTP), and paste the address.",
        "Answer yes when it asks for custom headers: the name is Authorization, the value Bearer and your token.",
      ],
      snippets: [{ title: "Streamable HTTP endpoint URI", language: "address", text: endpoint }],
      checked: checkedOn("block.github.io/goose"),
    },
    {
      id: "hermes",
      name: "Hermes Agent and OpenClaw",
      steps: [
        "Hermes reads the first form from its configuration, and finds the tools when it starts anew.",
        "OpenClaw, and every agent that starts its servers itself, takes the second.",
      ],
      snippets: [
        {
          title: "~/.hermes/config.yaml",
          language: "yaml",
          text: `mcp_servers:\n  parley:\n    url: "${endpoint}"\n    headers:\n      Authorization: "${bearer}"`,
        },
        json("STDIO", { mcpServers: { parley: remote(endpoint) } }),
      ],
      checked: checkedOn("hermes-agent.nousresearch.com/docs"),
    },
    {
      id: "n8n",
      name: "n8n",
      steps: [
        "Give your AI Agent an MCP Client Tool: server transport HTTP Streamable, the address below, authentication Bearer Auth with your token.",
        "Under Tools to Include choose those that the agent needs: a hundred make a model slow to choose.",
      ],
      snippets: [{ title: "Endpoint", language: "address", text: endpoint }],
      note: "n8n's cloud connects from its own servers; an n8n on your machine reaches a server beside it.",
      checked: checkedOn("docs.n8n.io"),
    },
  ];
}

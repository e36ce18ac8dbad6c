import { publicOrigin } from "../http/addresses.ts";
import { page } from "../pages/page.tsx";
import { AddressList, endpoints } from "./addresses.tsx";

/** The start page: what this server is and how to connect to it. Holds nothing of any workspace. */
export function home(env: Env): Promise<Response> {
  const origin = publicOrigin(env);
  const endpoint = `${origin}/mcp`;
  return page(
    "This is a Parley server",
    <>
      <p>
        Parley lets an AI assistant read and run a team's customer conversations over the Model Context
        Protocol (MCP). Give your assistant one of these addresses:
      </p>
      <AddressList addresses={endpoints(origin)} />
      <p>
        In Claude Desktop, Cursor, VS Code or ChatGPT, add it as a custom connector: you then sign in here and
        choose the workspace and what the assistant may do. With a token from your operator, in Claude Code:
      </p>
      <p>
        <code>{`claude mcp add --transport http parley ${endpoint} --header "Authorization: Bearer <token>"`}</code>
      </p>
      <p>
        <a href="/docs/connect">Set-up for every client</a>, ready to paste, and{" "}
        <a href="/docs/tools">all tools</a> with their parameters.
      </p>
      <p>
        <a href="/w">Sign in</a> to your workspace: conversations, drafts, tokens and what assistants called.
      </p>
    </>,
    { formsStayHere: true, wide: true },
  );
}

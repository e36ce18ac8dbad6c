import { Command } from "commander";
import { API_KEY_SCOPES, BOT_SCOPES, SCOPES } from "../../src/control/scopes.ts";
import type { Row } from "../operator-client.ts";
import { does, listFlag, ofWorkspace, part, timeFlag, workspacePath } from "./command.ts";

const ROLE = "owner, admin, agent or analyst";

export function userCommand(): Command {
  const user = new Command("user").description("people who sign in");
  does(
    user
      .command("create")
      .description("make a user with a password, and a member if a workspace is named")
      .requiredOption("--email <address>")
      .requiredOption("--name <name>")
      .option("--password <password>", "made and shown once if not said")
      .option("--workspace <id>", "make them a member of this workspace")
      .option("--role <role>", ROLE),
    ({ client, flags }) => client.post("/users", flags),
  );
  does(
    ofWorkspace(
      user
        .command("invite")
        .description("a link by which a person becomes a member; it ends those their address had before"),
    )
      .requiredOption("--email <address>")
      .requiredOption("--role <role>", ROLE),
    ({ client, flags: { workspace: _, ...fields }, flags }) =>
      client.post(`${workspacePath(flags)}/invitations`, fields),
  );
  does(
    user
      .command("password-reset")
      .description("a link by which a person sets a new password, once; it ends those they had before")
      .requiredOption("--email <address>"),
    ({ client, flags }) => client.post("/users/password-reset", flags),
  );
  does(
    user
      .command("second-factor-end")
      .description("no code is asked for any more, for somebody who lost device and backup codes")
      .requiredOption("--email <address>"),
    ({ client, flags }) => client.post("/users/second-factor-end", flags),
  );
  return user;
}

export function invitationCommand(): Command {
  const invitation = new Command("invitation").description("links by which people become members");
  does(
    ofWorkspace(invitation.command("list").description("invitations, newest first")),
    ({ client, flags }) => client.list(`${workspacePath(flags)}/invitations`),
    ["id", "email", "role", "state", "createdAt", "expiresAt"],
  );
  does(
    ofWorkspace(invitation.command("revoke").description("end an invitation at once")).requiredOption(
      "--id <invitation>",
      "inv_…",
    ),
    ({ client, flags }) => client.post(`${workspacePath(flags)}/invitations/${part(flags.id)}/revoke`),
  );
  return invitation;
}

export function memberCommand(): Command {
  const member = new Command("member").description("people of a workspace");
  does(
    ofWorkspace(member.command("list").description("the members of a workspace")),
    ({ client, flags }) => client.list(`${workspacePath(flags)}/members`),
    ["id", "name", "email", "role", "createdAt"],
  );
  does(
    ofWorkspace(
      member.command("set-role").description("change a member's role; open invitations of their address end"),
    )
      .requiredOption("--id <member>", "mb_…")
      .requiredOption("--role <role>", ROLE),
    ({ client, flags }) =>
      client.patch(`${workspacePath(flags)}/members/${part(flags.id)}`, { role: flags.role }),
  );
  does(
    ofWorkspace(
      member.command("remove").description("remove a member; their grants and invitations end at once"),
    ).requiredOption("--id <member>", "mb_…"),
    ({ client, flags }) => client.delete(`${workspacePath(flags)}/members/${part(flags.id)}`),
  );
  return member;
}

export function tokenCommand(): Command {
  const token = new Command("token").description("API keys and bot tokens");
  const create = does(
    ofWorkspace(token.command("create").description("make a token; its secret is shown this once"))
      .requiredOption("--kind <kind>", "api_key or bot")
      .requiredOption("--name <name>", "a bot's name stands under what it writes")
      .requiredOption("--scopes <all|a,b>", "all: every scope the kind can hold; they are listed below")
      .option("--read-only", "only tools that read")
      .option("--inboxes <ib,…>", "limit it to these inboxes", listFlag)
      .option("--expires <time>", "ISO 8601", timeFlag)
      .option("--allow-url", "may be given as ?token= in an address"),
    async ({ client, flags: { workspace: _, scopes, expires, ...fields }, flags, tell }) => {
      const made = await client.post(`${workspacePath(flags)}/tokens`, {
        ...fields,
        scopes: scopes === "all" ? scopes : listFlag(String(scopes)),
        expiresAt: expires,
      });
      tell(howToConnect(client.url, made));
      return made;
    },
  );
  const width = Math.max(...API_KEY_SCOPES.map((scope) => scope.length));
  const meanings = API_KEY_SCOPES.map((scope) => {
    const forBots = BOT_SCOPES.includes(scope) ? "" : " (not for bots)";
    return `  ${scope.padEnd(width)}  ${SCOPES[scope]}${forBots}`;
  });
  create.addHelpText("after", `\nScopes:\n${meanings.join("\n")}`);
  does(
    ofWorkspace(token.command("list").description("tokens, newest first")),
    ({ client, flags }) => client.list(`${workspacePath(flags)}/tokens`),
    [
      "id",
      "kind",
      "name",
      "scopes",
      "readOnly",
      "inboxes",
      "allowUrl",
      "lastUsedAt",
      "expiresAt",
      "revokedAt",
    ],
  );
  does(
    ofWorkspace(token.command("revoke").description("end a token at once")).requiredOption(
      "--id <token>",
      "tok_…",
    ),
    ({ client, flags }) => client.post(`${workspacePath(flags)}/tokens/${part(flags.id)}/revoke`),
  );
  return token;
}

/** The line that a newcomer pastes next. */
function howToConnect(url: string, { token, allowUrl }: Row): string {
  const address = `${url}/mcp`;
  const inAddress = allowUrl ? `\nIn an address:  ${address}?token=${token}` : "";
  return `Claude Code:  claude mcp add --transport http parley ${address} --header "Authorization: Bearer ${token}"${inAddress}
Others:  ${url}/docs/connect`;
}

export function grantCommand(): Command {
  const grant = new Command("grant").description("what people allowed OAuth clients");
  does(
    ofWorkspace(grant.command("list").description("grants, newest first")),
    ({ client, flags }) => client.list(`${workspacePath(flags)}/grants`),
    ["id", "clientName", "email", "resource", "readOnly", "inboxes", "lastUsedAt", "revokedAt"],
  );
  does(
    ofWorkspace(grant.command("revoke").description("end a grant at once")).requiredOption(
      "--id <grant>",
      "gr_…",
    ),
    ({ client, flags }) => client.post(`${workspacePath(flags)}/grants/${part(flags.id)}/revoke`),
  );
  return grant;
}

export function sessionCommand(): Command {
  const session = new Command("session").description("MCP sessions");
  does(
    ofWorkspace(session.command("list").description("sessions, newest first")),
    ({ client, flags }) => client.list(`${workspacePath(flags)}/sessions`),
    [
      "id",
      "transport",
      "credentialName",
      "client",
      "clientVersion",
      "protocolVersion",
      "calls",
      "lastSeenAt",
      "endedAt",
    ],
  );
  return session;
}

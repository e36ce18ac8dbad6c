#!/usr/bin/env node
import { resolve } from "node:path";
import { Command, CommanderError } from "commander";
import {
  grantCommand,
  invitationCommand,
  memberCommand,
  sessionCommand,
  tokenCommand,
  userCommand,
} from "./commands/access.ts";
import { callCommand, draftCommand, inboxCommand } from "./commands/conversations.ts";
import { exportCommand, importCommand } from "./commands/imports.ts";
import { planCommand, rolloutCommand, shardCommand, workspaceCommand } from "./commands/workspaces.ts";
import { localUrl } from "./operator-client.ts";
import { runCommand } from "./refused.ts";

/** The operator command: a thin client of the operator API. */
function program(): Command {
  const parley = new Command("parley")
    .description("Operates a Parley server.")
    .option("--url <address>", `the server; PARLEY_URL, or the local one (${localUrl()})`)
    .option("--operator-key <key>", "its key; PARLEY_OPERATOR_KEY, or the local one's")
    .option("--json", "print one JSON value and nothing else");
  for (const noun of [
    workspaceCommand(),
    shardCommand(),
    planCommand(),
    rolloutCommand(),
    userCommand(),
    invitationCommand(),
    memberCommand(),
    inboxCommand(),
    tokenCommand(),
    grantCommand(),
    sessionCommand(),
    callCommand(),
    draftCommand(),
    importCommand(),
    exportCommand(),
  ]) {
    parley.addCommand(noun);
  }
  return parley;
}

/** npm runs scripts in the checkout: files are named from where the person is. */
function goWhereThePersonIs(): void {
  const { INIT_CWD, npm_lifecycle_event: script, PARLEY_DATA } = process.env;
  if (script !== "parley" || !INIT_CWD) return;
  if (PARLEY_DATA) process.env.PARLEY_DATA = resolve(PARLEY_DATA);
  process.chdir(INIT_CWD);
}

await runCommand(async () => {
  goWhereThePersonIs();
  const parley = program();
  for (const command of [parley, ...parley.commands, ...parley.commands.flatMap((noun) => noun.commands)]) {
    command.exitOverride();
  }
  try {
    await parley.parseAsync();
  } catch (error) {
    // Commander has printed its line (or the help that was asked for).
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 1;
    throw error;
  }
});

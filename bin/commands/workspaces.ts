import { Command } from "commander";
import type { OperatorClient, Row } from "../operator-client.ts";
import {
  does,
  limitFlag,
  listFlag,
  numberFlag,
  ofWorkspace,
  orNone,
  part,
  switchFlag,
  workspacePath,
} from "./command.ts";

/** Those that are there from the start. */
const PLANS = "free, trial, paid, starter, pro, business, enterprise, or another of `plan list`";

/** Workspaces page by their last id, not by a cursor. */
async function allWorkspaces(client: OperatorClient): Promise<Row[]> {
  const rows: Row[] = [];
  for (;;) {
    const page = await client.list("/workspaces", { after: String(rows.at(-1)?.id ?? "") });
    if (page.length === 0) return rows;
    rows.push(...page);
  }
}

export function workspaceCommand(): Command {
  const workspace = new Command("workspace").description("the workspaces of this server");
  does(
    workspace
      .command("create")
      .description("make a workspace")
      .requiredOption("--name <name>")
      .option("--plan <plan>", `${PLANS}; trial if not said`)
      .option("--ring <ring>", "canary, early or stable (the default)")
      .option("--shard <binding>", "the tenant database; the emptiest if not said")
      .option("--time-zone <zone>", "IANA name; UTC if not said")
      .option("--country <code>", "where phone numbers without a country code are from, such as DE"),
    ({ client, flags: { country, ...fields } }) =>
      client.post("/workspaces", { ...fields, phoneCountry: country }),
  );
  does(workspace.command("list").description("all workspaces"), ({ client }) => allWorkspaces(client), [
    "id",
    "name",
    "plan",
    "ring",
    "shard",
    "mcpEnabled",
    "suspendedAt",
  ]);
  does(ofWorkspace(workspace.command("show").description("one workspace")), ({ client, flags }) =>
    client.get(workspacePath(flags)),
  );
  does(
    ofWorkspace(workspace.command("set").description("change a workspace"))
      .option("--name <name>")
      .option("--time-zone <zone>", "IANA name")
      .option("--country <code>", "where phone numbers without a country code are from, such as DE")
      .option("--help-pages <name|none>", "published articles for anybody at /help/<name>/", orNone)
      .option("--mcp <on|off>", "the MCP switch", switchFlag)
      .option("--confirm-sends <on|off>", "ask before anything is sent to a customer", switchFlag),
    ({ client, flags: { workspace: _, mcp, country, helpPages, ...fields }, flags }) =>
      client.patch(workspacePath(flags), {
        ...fields,
        ...{ mcpEnabled: mcp, phoneCountry: country, helpSlug: helpPages },
      }),
  );
  does(
    ofWorkspace(workspace.command("set-plan").description("move a workspace to another plan")).requiredOption(
      "--plan <plan>",
      PLANS,
    ),
    ({ client, flags }) => client.patch(workspacePath(flags), { plan: flags.plan }),
  );
  does(
    ofWorkspace(workspace.command("set-ring").description("set a workspace's rollout ring")).requiredOption(
      "--ring <ring>",
      "canary, early or stable",
    ),
    ({ client, flags }) => client.patch(workspacePath(flags), { ring: flags.ring }),
  );
  does(
    ofWorkspace(workspace.command("suspend").description("refuse everything of a workspace; its data stays")),
    ({ client, flags }) => client.patch(workspacePath(flags), { suspended: true }),
  );
  does(ofWorkspace(workspace.command("resume").description("end a suspension")), ({ client, flags }) =>
    client.patch(workspacePath(flags), { suspended: false }),
  );
  does(
    ofWorkspace(
      workspace
        .command("delete")
        .description(
          "delete a workspace and all it has, for good; nobody enters it from the first moment on",
        ),
    ).requiredOption("--confirm <name>", "its name, as workspace show has it"),
    async ({ client, flags, tell }) => {
      let note = await client.post("/deleted-workspaces", {
        workspace: flags.workspace,
        name: flags.confirm,
      });
      while (note.clearedAt === null) note = await client.post(`/deleted-workspaces/${part(note.id)}/clear`);
      tell(
        "Its people keep their accounts here. Backups of the databases (Time Travel) hold it for 30 days.",
      );
      return note;
    },
  );
  does(
    workspace.command("deleted").description("workspaces that were deleted, newest first"),
    ({ client }) => client.list("/deleted-workspaces"),
    ["id", "name", "shard", "deletedAt", "clearedAt"],
  );
  return workspace;
}

export function shardCommand(): Command {
  const shard = new Command("shard").description("the tenant databases");
  does(
    shard.command("list").description("how full each is; nearly full ones take no new workspaces"),
    ({ client }) => client.list("/shards"),
    ["shard", "bytes", "limitBytes", "workspaces", "nearlyFull"],
  );
  return shard;
}

export function planCommand(): Command {
  const plan = new Command("plan").description("what workspaces may use");
  does(plan.command("list").description("all plans"), ({ client }) => client.list("/plans"), [
    "name",
    "perMinute",
    "perDay",
    "perMonth",
    "mcp",
    "botTokens",
    "maxInboxes",
    "trialDays",
    "fallsTo",
  ]);
  does(
    plan
      .command("set")
      .description("change a plan, or add one; in force within 5 seconds")
      .requiredOption("--name <plan>")
      .option("--per-minute <n>", "calls per credential", numberFlag)
      .option("--per-day <n|none>", "calls per workspace", limitFlag)
      .option("--per-month <n|none>", "calls per workspace", limitFlag)
      .option("--mcp <on|off>", "whether MCP is included", switchFlag)
      .option("--bot-tokens <on|off>", "whether bot tokens are included", switchFlag)
      .option("--max-inboxes <n|none>", "inboxes per workspace", limitFlag)
      .option("--trial-days <n|none>", "how long it lasts", limitFlag)
      .option("--falls-to <plan|none>", "the plan that follows it", orNone),
    ({ client, flags: { name, ...fields } }) => client.put(`/plans/${part(name)}`, fields),
  );
  return plan;
}

export function rolloutCommand(): Command {
  const rollout = new Command("rollout").description("who has a feature or tool");
  does(rollout.command("list").description("all rules"), ({ client }) => client.list("/rollouts"), [
    "feature",
    "rings",
    "percent",
    "allow",
    "deny",
  ]);
  does(
    rollout
      .command("set")
      .description("change a rule, or add one; in force within 5 seconds. Deny beats allow beats the rest")
      .requiredOption("--feature <name>", "a tool's name or a feature's")
      .option("--rings <a,b|none>", "rings that have it; none: all", listFlag)
      .option("--percent <0-100>", "share of workspaces that have it", numberFlag)
      .option("--allow <ws,…|none>", "workspaces that have it whatever else is said", listFlag)
      .option("--deny <ws,…|none>", "workspaces that never have it", listFlag),
    ({ client, flags: { feature, ...fields } }) => client.put(`/rollouts/${part(feature)}`, fields),
  );
  return rollout;
}

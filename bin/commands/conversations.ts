import { Command } from "commander";
import type { Fields, OperatorClient } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { does, listFlag, numberFlag, ofWorkspace, orNone, part, workspacePath } from "./command.ts";

export function inboxCommand(): Command {
  const inbox = new Command("inbox").description("where conversations of a channel arrive");
  does(
    ofWorkspace(inbox.command("create").description("make an inbox"))
      .requiredOption("--channel <channel>", "web, email, telegram, whatsapp, messenger, instagram or api")
      .requiredOption("--name <name>")
      .option("--chatbot <id>", "the chatbot that answers first, cb_…")
      .option("--allowed-domains <a,b>", "sites whose pages may open a chat; any if not said", listFlag),
    ({ client, flags: { workspace: _, chatbot, ...fields }, flags }) =>
      client.post(`${workspacePath(flags)}/inboxes`, { ...fields, chatbotId: chatbot }),
  );
  does(
    ofWorkspace(inbox.command("list").description("the inboxes of a workspace")),
    ({ client, flags }) => client.list(`${workspacePath(flags)}/inboxes`),
    ["id", "channel", "name", "state", "chatbotId", "publicKey", "allowedDomains"],
  );
  does(
    ofWorkspace(inbox.command("set").description("change an inbox"))
      .requiredOption("--id <inbox>", "ib_…")
      .option("--name <name>")
      .option("--chatbot <id|none>", "the chatbot that answers first", orNone)
      .option("--allowed-domains <a,b|none>", "sites whose pages may open a chat; none: any", listFlag)
      .option("--state <state>", "active or disabled"),
    ({ client, flags: { workspace: _, id, chatbot, ...fields }, flags }) =>
      client.patch(`${workspacePath(flags)}/inboxes/${part(id)}`, { ...fields, chatbotId: chatbot }),
  );
  const connection = (flags: Fields) => `${workspacePath(flags)}/inboxes/${part(flags.inbox)}/connection`;
  does(
    ofWorkspace(
      inbox
        .command("connect")
        .description("connect an inbox to its channel; what it prints is shown this once"),
    )
      .option("--inbox <inbox>", "ib_…; if not said, the channel's one that is not connected, or a new one")
      .option("--channel <channel>", "api, email, telegram, whatsapp, messenger or instagram")
      .option("--name <name>", "of a new inbox; the channel's if not said")
      .option("--callback <url>", "api: the address of your app that gets what goes out")
      .option("--address <address>", "email: what customers write to")
      .option("--provider <provider>", "email: cloudflare, resend or postmark; the deployment's if not said")
      .option("--sender <name>", "email: the team's name in From")
      .option("--signing-secret <secret>", "email: of Resend's webhook, whsec_…")
      .option(
        "--token <token>",
        "telegram: the bot's, from @BotFather; whatsapp: the system user's; messenger, instagram: the page's; email: the provider's key",
      )
      .option("--phone-number-id <id>", "whatsapp: of the number, from API Setup")
      .option("--business-account-id <id>", "whatsapp: of the account, from API Setup")
      .option("--app-secret <secret>", "whatsapp, messenger, instagram: of the app, from App settings, Basic")
      .option("--app-id <id>", "messenger, instagram: of the app, to have its webhooks sent here"),
    async ({ client, flags: { workspace: _, inbox: named, channel, name, ...given }, flags }) => {
      const id = named ?? (await inboxFor(client, workspacePath(flags), text(channel), text(name)));
      return client.put(connection({ ...flags, inbox: id }), given);
    },
  );
  does(
    ofWorkspace(inbox.command("test").description("try an inbox's connection")).requiredOption(
      "--inbox <inbox>",
      "ib_…",
    ),
    ({ client, flags }) => client.post(`${connection(flags)}/test`),
  );
  does(
    ofWorkspace(
      inbox.command("disconnect").description("end an inbox's connection; its conversations stay"),
    ).requiredOption("--inbox <inbox>", "ib_…"),
    ({ client, flags }) => client.delete(connection(flags)),
  );
  does(
    ofWorkspace(
      inbox
        .command("identity-secret")
        .description("the secret with which a site's server vouches for its users; see /docs/widget"),
    ).requiredOption("--inbox <inbox>", "ib_…, of a web inbox"),
    ({ client, flags }) => client.get(`${workspacePath(flags)}/inboxes/${part(flags.inbox)}/identity-secret`),
  );
  return inbox;
}

/** The inbox that is to be connected: the channel's only one that is not yet, or a new one. */
async function inboxFor(
  client: OperatorClient,
  workspace: string,
  channel: string | undefined,
  name: string | undefined,
): Promise<unknown> {
  if (channel === undefined) throw new Refused("Say which inbox to connect by --inbox, or by --channel.");
  const fits = (await client.list(`${workspace}/inboxes`)).filter(
    (one) =>
      one.channel === channel && one.state === "not_connected" && (name === undefined || one.name === name),
  );
  if (fits.length > 1) {
    throw new Refused(
      `Say which one by --inbox: ${fits.map(({ id, name: called }) => `${id} (${called})`).join(", ")}.`,
    );
  }
  const [inbox] = fits;
  if (inbox) return inbox.id;
  return (await client.post(`${workspace}/inboxes`, { channel, name: name ?? channel })).id;
}

export function callCommand(): Command {
  const call = new Command("call").description("the log of calls, kept 90 days");
  does(
    ofWorkspace(call.command("list").description("calls, newest first"))
      .option("--session <id>", "of this MCP session")
      .option("--credential <id>", "of this token or grant")
      .option("--limit <n>", "at most this many", numberFlag, 100),
    ({ client, flags: { session, credential, limit }, flags }) =>
      client.list(
        `${workspacePath(flags)}/calls`,
        { session: text(session), credential: text(credential) },
        Number(limit),
      ),
    ["createdAt", "kind", "name", "outcome", "milliseconds", "credentialName", "sessionId"],
  );
  return call;
}

export function draftCommand(): Command {
  const draft = new Command("draft").description("replies that wait for a person");
  does(
    ofWorkspace(draft.command("list").description("drafts, newest first"))
      .option("--status <status>", "pending, approved, sent or discarded")
      .option("--conversation <id>", "of this conversation"),
    ({ client, flags: { status, conversation }, flags }) =>
      client.list(`${workspacePath(flags)}/drafts`, {
        status: text(status),
        conversation: text(conversation),
      }),
    ["id", "conversationId", "status", "authorName", "createdAt", "text"],
  );
  for (const [verb, what] of [
    ["send", "send a draft to the customer"],
    ["discard", "discard a draft"],
  ] as const) {
    does(
      ofWorkspace(draft.command(verb).description(what))
        .requiredOption("--id <draft>", "dr_…")
        .option("--member <id>", "in whose name, mb_…"),
      ({ client, flags }) =>
        client.post(`${workspacePath(flags)}/drafts/${part(flags.id)}/${verb}`, { memberId: flags.member }),
    );
  }
  return draft;
}

function text(flag: unknown): string | undefined {
  return flag === undefined ? undefined : String(flag);
}

import { Failure } from "../tenant/failure.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { CHANNEL_ABILITIES } from "./channels.ts";
import { outboxName } from "./outbox-name.ts";
import type { Inbox } from "./store.ts";

/** A message that the channel's service has approved, and that may be sent at any time. */
export interface ApprovedTemplate {
  name: string;
  language: string;
  category: string;
  /** What it says, with its variables as `{{name}}`. */
  text: string;
  /** What a send has to fill in. */
  variables: string[];
}

/** Who asks, and where their workspace's data is. */
interface Asking {
  tenant: Tenant;
  env: Env;
  shard: string;
}

/**
 * The templates that may be sent in an inbox, as the channel's service has them now.
 * @throws Failure `unsupported` where its channel has none, `not_allowed` with the reason why they cannot be had
 */
export async function approvedTemplates(
  { tenant, env, shard }: Asking,
  inbox: Pick<Inbox, "id" | "channel">,
): Promise<ApprovedTemplate[]> {
  if (!CHANNEL_ABILITIES[inbox.channel].templates) {
    throw new Failure("unsupported", `The ${inbox.channel} channel has no templates.`, {
      hint: "Send text instead.",
    });
  }
  const where = { workspaceId: tenant.workspaceId, inboxId: inbox.id };
  const answered = await env.OUTBOX.getByName(outboxName(where)).templates(shard);
  if ("refused" in answered) throw new Failure("not_allowed", answered.refused);
  return answered.templates;
}

const PLACEHOLDER = /\{\{([A-Za-z0-9_]{1,60})\}\}/g;

/**
 * What a template says to a customer.
 * @throws Failure `invalid_input` for one that is not there or not in this language, or variables that it does not have or lacks
 */
export function filledTemplate(
  templates: readonly ApprovedTemplate[],
  wanted: { name: string; language: string; variables?: Record<string, string> },
): string {
  const { name, language, variables = {} } = wanted;
  const found = templates.find((one) => one.name === name && one.language === language);
  if (!found) {
    const others = templates.filter((one) => one.name === name).map((one) => one.language);
    throw new Failure("invalid_input", `There is no approved template ${name} in ${language}.`, {
      hint: "list_message_templates shows those that may be sent.",
      candidates: others.length > 0 ? others : templateNames(templates),
    });
  }
  const missing = found.variables.filter((variable) => !variables[variable]?.trim());
  const unknown = Object.keys(variables).filter((variable) => !found.variables.includes(variable));
  if (missing.length > 0 || unknown.length > 0) {
    const wrong = missing.length > 0 ? `lacks ${missing.join(", ")}` : `has no ${unknown.join(", ")}`;
    throw new Failure("invalid_input", `variables: the template ${name} ${wrong}.`, {
      candidates: found.variables,
    });
  }
  return found.text.replaceAll(PLACEHOLDER, (_, variable: string) => variables[variable] ?? "");
}

/** Templates by name and language, for an error to name. */
export function templateNames(templates: readonly ApprovedTemplate[]): string[] {
  return templates.slice(0, 20).map(({ name, language }) => `${name} (${language})`);
}

import { publishFlow } from "../../src/flows/edit/publish.ts";
import { createFlow, newFlow } from "../../src/flows/edit/store.ts";
import { type FlowSession, insertSession, newSession } from "../../src/flows/run/sessions.ts";
import { newId } from "../../src/tenant/ids.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { draftOf } from "./flows.ts";

/** Stored flows and sessions that tests begin with. */

export const tenantFor = (workspaceId = newId("workspace")): Tenant => testCall({ workspaceId }).tenant;

/** A valid flow whose only message says `text`. */
export const saying = (text: string) =>
  draftOf(
    [
      ["start", "start"],
      ["m", "message", { text }],
      ["end", "end"],
    ],
    ["start > m", "m > end"],
  );

/** A flow that says `text`, live in its first version. */
export async function published(tenant: Tenant, text = "one") {
  const { id } = await createFlow(tenant, { name: "Flow", draft: saying(text) });
  const { version } = await publishFlow(tenant, { flowId: id }, { running: "keep" });
  return { id, version };
}

/** A session that has not begun, in a conversation of its own unless `more` says otherwise. */
export async function session(
  tenant: Tenant,
  flowId: string,
  versionId: string,
  more: Partial<Pick<FlowSession, "conversationId" | "inboxId">> = {},
): Promise<FlowSession> {
  const made = newSession({
    flowId,
    versionId,
    chatbotId: null,
    inboxId: null,
    conversationId: newId("conversation"),
    contactId: null,
    ...more,
  });
  await tenant.batch([insertSession(tenant, made)]);
  return made;
}

/** A flow without problems: a choice, a field, an end. */
export const GOOD = draftOf(
  [
    ["start", "start"],
    [
      "ask",
      "choice",
      {
        text: "Which?",
        options: [
          { id: "a", label: "A" },
          { id: "b", label: "B" },
        ],
        variable: "which",
        timeoutSeconds: 60,
      },
    ],
    ["tag", "set_field", { field: "name", value: "{{which}}" }],
    ["end", "end", { message: "{{which}} it is." }],
  ],
  ["start > ask", "ask.a > tag", "ask.b > end", "ask.timeout > end", "tag > end"],
);

/** A call in a workspace with one chatbot, whose main flow is only a start node. */
export async function chatbotCall() {
  const call = testCall();
  const chatbotId = newId("chatbot");
  const main = newFlow(call.tenant, { name: "Main", chatbotId });
  await call.tenant.batch([main.statement]);
  return { call, chatbotId, flowId: main.flow.id };
}

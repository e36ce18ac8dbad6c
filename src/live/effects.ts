import type { ContactDetails } from "../contacts/lookup.ts";
import { handOff } from "../conversations/handoff.ts";
import type { ConversationTurn } from "../conversations/turn.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { Effect } from "../flows/run/state.ts";
import { gapStatements } from "../knowledge/gaps.ts";
import { leadStatements } from "../leads/record.ts";
import { newId } from "../tenant/ids.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { ticketStatements } from "../tickets/store.ts";
import { ContactChanges, type NotDone } from "./contact-effects.ts";
import { messageContent, messageText, saidIn } from "./message-text.ts";

/** Where a flow acts. */
export interface Scene {
  /** The turn that takes up what is said, and the rest that happens in the conversation. */
  turn: ConversationTurn;
  session: FlowSession;
  contact: ContactDetails;
  /** The flow, as the sender of what it says. */
  sender: { kind: "flow"; id: string; name: string };
  /** An automation flow, which somebody sent: what it says is no answer of the chatbot. */
  isAutomation: boolean;
  /** Whether conversations can be assigned to this id. */
  isAssignable(id: string): Promise<boolean>;
  at: number;
}

export interface Done {
  /** Do what happens outside of the turn, in the order of the effects. */
  statements: Statement[];
  messageIds: string[];
  notDone: NotDone[];
}

/** Most characters of a ticket's subject. */
const MAX_SUBJECT = 200;

/**
 * The statements that do what a flow wants done, for the batch that stores its session. What cannot be done is left
 * out and named; everything else is done all the same, as a visitor's unusable answer must not silence the flow.
 */
export async function effectStatements(
  tenant: Tenant,
  effects: readonly Effect[],
  scene: Scene,
): Promise<Done> {
  const changes = new ContactChanges(tenant, scene.contact);
  const statements: Statement[] = [];
  const messageIds: string[] = [];
  const notDone: NotDone[] = [];
  const saying = saidIn(effects);
  for (const effect of effects) {
    const { nodeId, type } = effect;
    const fail = (reason: string) => notDone.push({ nodeId, effect: type, reason });
    switch (effect.type) {
      case "send": {
        const text = messageText(effect);
        const said = text === "" ? undefined : saying.shift();
        if (!said) break;
        const id = newId("message", scene.at);
        const { ai } = effect;
        scene.turn.send(
          {
            ...{ id, text, content: messageContent(said), unasked: scene.isAutomation },
            ...(ai ? { answer: ai.record } : {}),
          },
          ai ? { kind: "ai", ...ai.by } : scene.sender,
        );
        messageIds.push(id);
        break;
      }
      case "setField":
      case "addTag":
      case "removeTag": {
        const reason = await changes.take(effect);
        if (reason !== null) fail(reason);
        break;
      }
      case "createTicket":
        statements.push(...ticket(tenant, scene, effect));
        break;
      case "createLead": {
        const lead = leadOf(tenant, scene, effect);
        if (lead) statements.push(...lead);
        else fail("a lead needs a name, email or phone");
        break;
      }
      case "handoff": {
        const { assignee, note } = effect;
        const known = assignee === null || (await scene.isAssignable(assignee));
        if (!known) fail(`${assignee} is no member or bot of this workspace: handed over to nobody by name`);
        handOff(scene.turn, { assignee: known ? assignee : null, note, sender: scene.sender });
        break;
      }
      case "gap":
        statements.push(...gap(tenant, scene, effect));
        break;
      // Recorded with the session and its response, or had their results before this.
      case "answer":
      case "wait":
      case "end":
      case "httpRequest":
      case "aiAnswer":
      case "searchProducts":
        break;
    }
  }
  const changed = await changes.statements(scene.at);
  return {
    statements: [...statements, ...changed.statements],
    messageIds,
    notDone: [...notDone, ...changed.notDone],
  };
}

function gap(
  tenant: Tenant,
  { turn, session, at }: Scene,
  { question, hits }: Extract<Effect, { type: "gap" }>,
): Statement[] {
  const { chatbotId } = session;
  if (chatbotId === null) return [];
  const { id: conversationId, inboxId } = turn.conversation;
  return gapStatements(tenant, { chatbotId, question, hits, inboxId, conversationId, at });
}

function ticket(
  tenant: Tenant,
  { turn, session, sender, at }: Scene,
  effect: Extract<Effect, { type: "createTicket" }>,
): Statement[] {
  const { id: conversationId, contactId, inboxId } = turn.conversation;
  const subject = effect.subject.trim() === "" ? sender.name : effect.subject;
  return ticketStatements(
    tenant,
    { conversationId, contactId, inboxId, chatbotId: session.chatbotId },
    {
      subject: subject.slice(0, MAX_SUBJECT).toWellFormed(),
      priority: effect.priority,
      ...(effect.text.trim() === "" ? {} : { text: effect.text }),
    },
    at,
  ).statements;
}

function leadOf(
  tenant: Tenant,
  { turn, session, at }: Scene,
  { nodeId, name, email, phone, details }: Extract<Effect, { type: "createLead" }>,
): Statement[] | null {
  if (name.trim() === "" && email.trim() === "" && phone.trim() === "") return null;
  const { id: conversationId, contactId, inboxId } = turn.conversation;
  return leadStatements(tenant, {
    ...{ contactId, conversationId, inboxId, name, email, phone, at },
    chatbotId: session.chatbotId,
    source: { flow: session.flowId, node: nodeId },
    ...(details.length === 0
      ? {}
      : { details: Object.fromEntries(details.map(({ name: key, value }) => [key, value])) }),
  }).statements;
}

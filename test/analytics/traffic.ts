import { env } from "cloudflare:workers";
import fc from "fast-check";
import { vi } from "vitest";
import type { Call } from "../../src/calls/define.ts";
import { newSettings } from "../../src/chatbots/settings.ts";
import { createChatbot } from "../../src/chatbots/store.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { receiveMessage } from "../../src/conversations/inbound.ts";
import { addNote } from "../../src/conversations/notes.ts";
import { newConversation } from "../../src/conversations/open.ts";
import { getConversation } from "../../src/conversations/read.ts";
import { openDueSnoozes, setStatus } from "../../src/conversations/status.ts";
import { ConversationTurn, type TurnIn } from "../../src/conversations/turn.ts";
import { createInbox, type Inbox } from "../../src/inboxes/store.ts";
import { recordLead } from "../../src/leads/record.ts";
import { newId } from "../../src/tenant/ids.ts";
import { type Actor, Tenant } from "../../src/tenant/tenant.ts";
import { createTicket, updateTicket } from "../../src/tickets/store.ts";
import { testCall } from "../call.ts";
import { survey, Visit } from "../responses/setting.ts";

/** Something that happens in a workspace, `after` milliseconds from what happened before it. */
export type Happening = { after: number } & (
  | { does: "write"; visitor: number; inbox: number }
  | { does: "reply"; which: number; as: Exclude<Actor["kind"], "contact"> }
  | { does: "note"; which: number }
  | { does: "start"; visitor: number; inbox: number }
  | { does: "status"; which: number; status: "open" | "pending" | "snoozed" | "resolved" }
  | { does: "wake" }
  | { does: "ticket"; which: number | null }
  | { does: "ticketStatus"; which: number; status: "new" | "in_progress" | "pending" | "resolved" | "closed" }
  | { does: "lead"; visitor: number; inbox: number | null }
  | { does: "beginFlow"; chatbot: number; inbox: number | null }
  | { does: "answerFlow"; which: number }
);

const VISITORS = 2;
const INBOXES = 3;
const HOUR = 3_600_000;

const after = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 120_000 }) },
  { weight: 3, arbitrary: fc.integer({ min: 60_000, max: 3 * HOUR }) },
  { weight: 1, arbitrary: fc.integer({ min: 6 * HOUR, max: 30 * HOUR }) },
);
const visitor = fc.nat(VISITORS - 1);
const inbox = fc.nat(INBOXES - 1);
const which = fc.nat(20);

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ after, does: fc.constant("write" as const), visitor, inbox }) },
  {
    weight: 6,
    arbitrary: fc.record({
      after,
      does: fc.constant("reply" as const),
      which,
      as: fc.constantFrom("member", "bot", "api_key", "ai", "flow", "system"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ after, does: fc.constant("note" as const), which }) },
  { weight: 2, arbitrary: fc.record({ after, does: fc.constant("start" as const), visitor, inbox }) },
  {
    weight: 6,
    arbitrary: fc.record({
      after,
      does: fc.constant("status" as const),
      which,
      status: fc.constantFrom("open", "pending", "snoozed", "resolved", "resolved"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ after, does: fc.constant("wake" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({ after, does: fc.constant("ticket" as const), which: fc.option(which) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      after,
      does: fc.constant("ticketStatus" as const),
      which,
      status: fc.constantFrom("new", "in_progress", "pending", "resolved", "closed"),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      after,
      does: fc.constant("lead" as const),
      visitor,
      inbox: fc.option(inbox),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      after,
      does: fc.constant("beginFlow" as const),
      chatbot: fc.nat(1),
      inbox: fc.option(inbox),
    }),
  },
  // Of few, so that some are answered twice, which completes them.
  {
    weight: 5,
    arbitrary: fc.record({ after, does: fc.constant("answerFlow" as const), which: fc.nat(1) }),
  },
);

/** A workspace in a time zone, and what a recount needs to know of it that never changes. */
export interface Workspace {
  call: Call;
  timeZone: string;
  inboxes: Inbox[];
}

/** The same call, limited to inboxes or acting as somebody else. */
export function callAs(
  { call, timeZone }: Workspace,
  options: { inboxes?: readonly string[]; actor?: Actor["kind"]; database?: D1Database } = {},
): Call {
  const { workspaceId } = call.tenant;
  const kind = options.actor ?? "api_key";
  const actor: Actor = { kind, id: `${kind}_1`, name: kind, credentialId: null };
  const inboxes = options.inboxes ?? null;
  return {
    ...call,
    tenant: new Tenant(options.database ?? env.TENANT_1, { workspaceId, inboxes, actor, timeZone }),
    principal: { ...call.principal, timeZone, inboxes: inboxes && [...inboxes] },
  };
}

/** A workspace with two chatbots and three inboxes: one for each chatbot, and one without any. */
export async function makeWorkspace(timeZone: string): Promise<Workspace> {
  const bare: Workspace = { call: testCall(), timeZone, inboxes: [] };
  const call = callAs(bare);
  const { tenant } = call;
  const bots = await Promise.all(
    ["Support", "Sales"].map((name) => createChatbot(tenant, newSettings({ name, model: "test-model" }))),
  );
  const inboxes = await Promise.all(
    (["web", "api", "web"] as const).map((channel, i) =>
      createInbox(tenant, { channel, name: `Inbox ${i}`, chatbotId: bots[i]?.id ?? null }),
    ),
  );
  return { call, timeZone, inboxes };
}

function at<T>(list: readonly T[], n: number): T | undefined {
  return list.length === 0 ? undefined : list[n % list.length];
}

/** As `reply` does it, also on channels without a connection: figures are of all. */
async function send(tenant: Tenant, place: TurnIn): Promise<string> {
  const now = Date.now();
  const { kind, id, name } = tenant.actor;
  if (kind === "contact") throw new Error("A contact writes.");
  const turn = new ConversationTurn(tenant, place, now);
  turn.send({ id: newId("message", now), text: "Hello!" }, { kind, id, name });
  await tenant.batch(turn.statements());
  return place.conversation.id;
}

/**
 * Lets all of it happen through the stores that the product uses, the clock being the test's own.
 * The clock stands at the last moment afterwards.
 */
export async function happen(
  workspace: Workspace,
  happenings: readonly Happening[],
  start: number,
): Promise<void> {
  const { inboxes } = workspace;
  const tenantOf = (kind: Actor["kind"]) => callAs(workspace, { actor: kind }).tenant;
  const conversations: string[] = [];
  const tickets: string[] = [];
  const visits: { visit: Visit; said: number }[] = [];
  let now = start;
  const identityOf = (visitor: number, inbox: Inbox) =>
    findOrCreateVisitorContact(tenantOf("contact"), {
      inboxId: inbox.id,
      channel: inbox.channel,
      sourceId: `v_${visitor}`,
      name: `Visitor ${visitor}`,
    });
  const known = (id: string) => {
    if (!conversations.includes(id)) conversations.push(id);
  };
  for (const one of happenings) {
    now += one.after;
    vi.setSystemTime(now);
    switch (one.does) {
      case "write": {
        const inbox = at(inboxes, one.inbox);
        if (!inbox) break;
        const identity = await identityOf(one.visitor, inbox);
        known(
          (await receiveMessage(tenantOf("contact"), { inbox, identity, text: "Hello?" })).conversationId,
        );
        break;
      }
      case "reply": {
        const id = at(conversations, one.which);
        if (!id) break;
        const conversation = await getConversation(tenantOf(one.as), id);
        const inbox = inboxes.find((each) => each.id === conversation.inboxId);
        if (inbox) await send(tenantOf(one.as), { inbox, conversation, isNew: false });
        break;
      }
      case "note": {
        const id = at(conversations, one.which);
        if (id) await addNote(tenantOf("member"), id, "Note");
        break;
      }
      case "start": {
        const inbox = at(inboxes, one.inbox);
        if (!inbox) break;
        const { contactId, identityId } = await identityOf(one.visitor, inbox);
        const opened = { id: newId("conversation", now), contactId, identityId, visitor: {} };
        const conversation = newConversation(tenantOf("member"), inbox, opened, now);
        known(await send(tenantOf("member"), { inbox, conversation, isNew: true }));
        break;
      }
      case "status": {
        const id = at(conversations, one.which);
        const snoozedUntil = one.status === "snoozed" ? now + HOUR : null;
        if (id) await setStatus(tenantOf("member"), id, { status: one.status, snoozedUntil });
        break;
      }
      case "wake":
        await openDueSnoozes(tenantOf("system"), now);
        break;
      case "ticket": {
        const conversationId = one.which === null ? undefined : at(conversations, one.which);
        tickets.push((await createTicket(tenantOf("member"), { subject: "Broken", conversationId })).id);
        break;
      }
      case "ticketStatus": {
        const id = at(tickets, one.which);
        if (id) await updateTicket(tenantOf("member"), id, { status: one.status });
        break;
      }
      case "lead": {
        const inbox = one.inbox === null ? undefined : at(inboxes, one.inbox);
        const home = inbox ?? inboxes[0];
        if (!home) break;
        const { contactId } = await identityOf(one.visitor, home);
        await recordLead(tenantOf("flow"), {
          contactId,
          conversationId: null,
          inboxId: inbox?.id ?? null,
          chatbotId: inbox?.chatbotId ?? null,
          email: "visitor@example.com",
        });
        break;
      }
      case "beginFlow": {
        const chatbotId = at(inboxes, one.chatbot)?.chatbotId ?? null;
        const inboxId = one.inbox === null ? null : (at(inboxes, one.inbox)?.id ?? null);
        const links = { chatbotId, inboxId };
        const visit = await Visit.begin(tenantOf("contact"), { fl: survey() }, links, now);
        visits.push({ visit, said: 0 });
        break;
      }
      case "answerFlow": {
        const going = at(visits.slice(0, 2), one.which);
        if (!going) break;
        going.visit.now = now;
        await going.visit.say(going.said === 0 ? "visitor@example.com" : "Small");
        going.said += 1;
        if (going.said === 2) visits.splice(visits.indexOf(going), 1);
      }
    }
  }
}

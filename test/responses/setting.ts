import type { Call } from "../../src/calls/define.ts";
import { chatbotTools } from "../../src/chatbots/tools.ts";
import { createContact } from "../../src/contacts/store.ts";
import { conversations } from "../../src/conversations/schema.ts";
import { countDays } from "../../src/figures/day-counts.ts";
import { dayCounts } from "../../src/figures/schema.ts";
import type { Flow } from "../../src/flows/graph/document.ts";
import { runTurn } from "../../src/flows/run/interpreter.ts";
import {
  type FlowSession,
  getSession,
  insertSession,
  newSession,
  storeTurn,
} from "../../src/flows/run/sessions.ts";
import { type FlowInput, type FlowLookup, newState, type Turn } from "../../src/flows/run/state.ts";
import { recordTurns, responseOfSession } from "../../src/responses/record.ts";
import { responseTools } from "../../src/responses/tools.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { idOf } from "../chatbots/setting.ts";
import { flowOf } from "../flows/flows.ts";
import { runTool } from "../run.ts";

/** Runs a responses tool as the lanes do. */
export function run(call: Call, name: string, args: object): Promise<Record<string, unknown>> {
  return runTool(responseTools, call, name, args);
}

/** A survey: two questions, of which the second ends in a note when nobody answers. */
export const survey = (): Flow =>
  flowOf(
    [
      ["start", "start"],
      ["hello", "message", { text: "Hello!" }],
      ["email", "question", { text: "Your email?", answer: "email", variable: "email", label: "Email" }],
      [
        "size",
        "choice",
        {
          text: "Which size, {{email}}?",
          options: [
            { id: "s", label: "Small" },
            { id: "l", label: "Large" },
          ],
          variable: "size",
          timeoutSeconds: 60,
        },
      ],
      ["end", "end", { message: "Thanks." }],
    ],
    [
      "start > hello",
      "hello > email",
      "email.answered > size",
      "size.s > end",
      "size.l > end",
      "size.timeout > end",
    ],
  );

/** A session, its turns stored with its response as an engine stores them. */
export class Visit {
  readonly sessionId: string;
  private readonly key: Pick<FlowSession, "conversationId" | "id">;
  private readonly tenant: Tenant;
  private readonly lookup: FlowLookup;
  now: number;

  private constructor(tenant: Tenant, key: Visit["key"], lookup: FlowLookup, now: number) {
    this.tenant = tenant;
    this.key = key;
    this.sessionId = key.id;
    this.lookup = lookup;
    this.now = now;
  }

  /** A session that has begun. @param flows the first is where it begins; versions are called `<flow>-1` */
  static async begin(
    tenant: Tenant,
    flows: Record<string, Flow>,
    links: { chatbotId: string | null; inboxId: string | null; contactId?: string },
    now = Date.now(),
  ): Promise<Visit> {
    const [flowId = ""] = Object.keys(flows);
    const lookup: FlowLookup = (id) => {
      const flow = Object.hasOwn(flows, id) ? flows[id] : undefined;
      return flow && { versionId: `${id}-1`, flow };
    };
    const contactId = links.contactId ?? null;
    const conversationId = newId("conversation", now);
    if (contactId !== null)
      await makeConversation(tenant, { ...links, contactId, id: conversationId, at: now });
    const session = newSession(
      {
        ...{ flowId, versionId: `${flowId}-1`, chatbotId: links.chatbotId, inboxId: links.inboxId },
        ...{ conversationId, contactId },
      },
      now,
    );
    await tenant.batch([insertSession(tenant, session)]);
    const visit = new Visit(tenant, session, lookup, now);
    await visit.give({ type: "start" });
    return visit;
  }

  async give(input: FlowInput): Promise<Turn> {
    const { tenant, lookup, now } = this;
    const session = await getSession(tenant, this.key);
    const response = await responseOfSession(tenant, session);
    const { flowId, versionId } = session;
    const before = session.state ?? newState({ flowId, versionId, seed: 3 });
    const turn = runTurn(lookup, before, input, now);
    const played = { before, turns: [{ input, turn }], lookup };
    const { statements, counts } = recordTurns(tenant, session, response, played, now);
    await tenant.batch([
      ...storeTurn(tenant, session, turn.state, now),
      ...statements,
      ...countDays(tenant, counts, { at: now }),
    ]);
    return turn;
  }

  say(text: string): Promise<Turn> {
    return this.give({ type: "message", text });
  }

  wait(seconds: number): Promise<Turn> {
    this.now += seconds * 1000;
    return this.give({ type: "wake" });
  }

  async responseId(): Promise<string> {
    const session = await getSession(this.tenant, this.key);
    return (await responseOfSession(this.tenant, session))?.id ?? "";
  }
}

/** The conversation that says whose a session is. */
async function makeConversation(
  tenant: Tenant,
  given: { id: string; contactId: string; inboxId: string | null; at: number },
): Promise<void> {
  const { id, contactId, inboxId, at } = given;
  const times = { openedAt: at, lastActivityAt: at, createdAt: at };
  await tenant.batch([
    tenant.db.insert(conversations).values(
      tenant.row({
        ...{ id, contactId, inboxId: inboxId ?? "", identityId: newId("identity"), ...times },
        ...{ status: "open" as const, visitor: {}, messageCount: 0, lastSeq: 0, reopenedCount: 0 },
      }),
    ),
  ]);
}

/** A chatbot, a contact and an inbox id to have responses with. */
export async function scene(call: Call) {
  const made = await runTool(chatbotTools([]), call, "create_chatbot", { name: "Support" });
  const contact = await createContact(call.tenant, { name: "Ada" });
  return { chatbotId: idOf(made), contactId: contact.id, inboxId: newId("inbox") };
}

/** The workspace's events about responses, in order. */
export async function eventsOf({ tenant }: Call) {
  const rows = await tenant.db
    .select({ type: events.type, subjectId: events.subjectId, inboxId: events.inboxId, data: events.data })
    .from(events)
    .where(tenant.of(events))
    .orderBy(events.seq);
  return rows.filter(({ type }) => type.startsWith("response."));
}

/** What was counted of responses, day by day. */
export async function daysOf({ tenant }: Call) {
  const rows = await tenant.db.select().from(dayCounts).where(tenant.of(dayCounts)).orderBy(dayCounts.day);
  return rows.flatMap(({ day, inboxId, chatbotId, counts }) => {
    const { responses_started: started = 0, responses_completed: completed = 0 } = counts;
    return started + completed === 0 ? [] : [{ day, inboxId, chatbotId, started, completed }];
  });
}

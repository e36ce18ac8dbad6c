import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TICKET_PRIORITIES, TICKET_STATUSES } from "../../src/tickets/schema.ts";
import { createTicket, updateTicket } from "../../src/tickets/store.ts";
import { ticketTools } from "../../src/tickets/tools.ts";
import { testCall } from "../call.ts";
import { contactWithout } from "../conversations/setting.ts";
import { property } from "../property.ts";
import { allItems, runTool } from "../run.ts";
import { visitorConversation } from "./visitor.ts";

const PEOPLE = ["mb_0000000000000000000001", "mb_0000000000000000000002"];
const SUBJECTS = ["Parcel lost", "Parcels late", "Wrong size", "Größe falsch"];

/** A workspace with 24 tickets of every kind, and what each of them is. */
async function makeTickets() {
  const call = testCall();
  const { conversationId, chatbotId, inboxId, contactId } = await visitorConversation(call);
  const { id: other } = await contactWithout(call);
  const made = [];
  for (let i = 0; i < 24; i++) {
    const of = i % 3 === 0 ? { conversationId } : i % 3 === 1 ? { contactId: other } : {};
    const priority = TICKET_PRIORITIES[i % 4];
    const assignee = PEOPLE[i % 5] ?? null;
    const subject = SUBJECTS[i % 4] ?? "";
    const text = i % 2 ? `Text of ${i} ${"x".repeat(300)}` : undefined;
    const { id } = await createTicket(call.tenant, { ...of, subject, priority, assignee, text });
    const status = TICKET_STATUSES[(i * 7) % 5];
    const ticket = await updateTicket(call.tenant, id, { status });
    made.push({ ...ticket, text });
  }
  return { call, made, chatbotId, inboxId, contactIds: [contactId, other] };
}

type World = Awaited<ReturnType<typeof makeTickets>>;

const wanted = fc.record(
  {
    status: fc.subarray([...TICKET_STATUSES], { minLength: 1 }),
    priority: fc.oneof(
      fc.constantFrom(...TICKET_PRIORITIES),
      fc.subarray([...TICKET_PRIORITIES], { minLength: 1 }),
    ),
    assignee: fc.constantFrom(...PEOPLE, "none"),
    contact: fc.nat(1),
    chatbot: fc.constant(true),
    query: fc.constantFrom("parcel", "PARC lo", "grosse", "nowhere", "7"),
    sort: fc.constantFrom("newest", "oldest", "priority"),
    limited: fc.constant(true),
    limit: fc.integer({ min: 1, max: 9 }),
  },
  { requiredKeys: [] },
);

type Given = typeof wanted extends fc.Arbitrary<infer T> ? T : never;

/** The numbers that a list of these filters has, from what is known of each ticket. */
function expected(world: World, given: Given): number[] {
  const { status, priority, assignee, contact, chatbot, query, sort, limited } = given;
  const priorities = priority === undefined ? undefined : [priority].flat();
  const words: Record<string, (subject: string, number: number) => boolean> = {
    parcel: (subject) => subject.startsWith("Parcel"),
    "PARC lo": (subject) => subject === "Parcel lost",
    grosse: (subject) => subject === "Größe falsch",
    nowhere: () => false,
    // Callers who are told no numbers find nothing by them.
    7: (_, number) => number === 7 && limited === undefined,
  };
  const found = world.made.filter(
    (ticket) =>
      (status === undefined || status.includes(ticket.status)) &&
      (priorities === undefined || priorities.includes(ticket.priority)) &&
      (assignee === undefined || ticket.assignee === (assignee === "none" ? null : assignee)) &&
      (contact === undefined || ticket.contactId === world.contactIds[contact]) &&
      (chatbot === undefined || ticket.chatbotId === world.chatbotId) &&
      (query === undefined || words[query]?.(ticket.subject, ticket.number)) &&
      // Without an inbox they are others' own, and of a contact that was never there.
      (limited === undefined || ticket.inboxId === world.inboxId),
  );
  const rank = (ticket: (typeof found)[number]) => TICKET_PRIORITIES.indexOf(ticket.priority);
  const newest = found.sort((a, b) => b.number - a.number);
  if (sort === "oldest") newest.reverse();
  if (sort === "priority") newest.sort((a, b) => rank(b) - rank(a) || b.number - a.number);
  return newest.map(({ number }) => number);
}

describe("list_tickets", () => {
  it("answers what fits all filters, in the order of the sort, page by page", async () => {
    const world = await makeTickets();
    const limited = testCall({
      workspaceId: world.call.tenant.workspaceId,
      inboxes: [world.inboxId],
    });
    await property(
      [wanted],
      async ({ contact: whose, ...given }) => {
        // A limited caller does not see the contact that is elsewhere.
        const contact = given.limited && whose ? 0 : whose;
        const { chatbot, limited: isLimited, ...args } = given;
        const items = await allItems(ticketTools, isLimited ? limited : world.call, "list_tickets", {
          ...args,
          ...(contact === undefined ? {} : { contactId: world.contactIds[contact] }),
          ...(chatbot === undefined ? {} : { chatbotId: world.chatbotId }),
        });
        const wantedNumbers = expected(world, { ...given, ...(contact === undefined ? {} : { contact }) });
        const numberOf = (id: unknown) => world.made.find((ticket) => ticket.id === id)?.number;
        expect(items.map(({ id }) => numberOf(id))).toEqual(wantedNumbers);
        if (isLimited)
          expect(new Set(items.map(({ number }) => number))).toEqual(new Set(items.map(() => null)));
      },
      { runs: 60 },
    );
  });

  it("shows what each began with, and who has it", async () => {
    const { call, made } = await makeTickets();
    const items = await allItems(ticketTools, call, "list_tickets");
    for (const item of items) {
      const text = made.find(({ id }) => id === item.id)?.text;
      expect(item.excerpt).toBe(text === undefined ? null : `${text.slice(0, 199)}…`);
    }
  });

  it("takes priority and assignee for a new one", async () => {
    const call = testCall({ actor: { kind: "bot", id: "tok_1", name: "Robin", credentialId: "tok_1" } });
    const { ticket } = await runTool(ticketTools, call, "create_ticket", {
      subject: "Lost",
      priority: "urgent",
    });
    expect(ticket).toMatchObject({ priority: "urgent", assignee: null, assigneeName: null });
  });
});

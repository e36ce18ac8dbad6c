import {
  contactFieldValues,
  contactIdentities,
  contacts,
  contactTags,
  contactViewers,
  tags,
} from "../../src/contacts/schema.ts";
import { contactTerms } from "../../src/contacts/search-index.ts";
import { conversationLabels, conversations, drafts, messages } from "../../src/conversations/schema.ts";
import { messageTerms } from "../../src/conversations/search-index.ts";
import { leadTerms } from "../../src/leads/record.ts";
import { leads } from "../../src/leads/schema.ts";
import { events } from "../../src/tenant/schema.ts";
import { ticketEntries, tickets } from "../../src/tickets/schema.ts";
import type { Seed } from "./seed.ts";

/** Contacts and what they leave behind: conversations, drafts, tickets, leads, events. */
export async function seedCustomers(seed: Seed): Promise<void> {
  await seedContacts(seed);
  await seedConversations(seed);
  await seedTickets(seed);
  await seedLeads(seed);
  await seedEvents(seed);
}

async function seedContacts({ bulk, world, size, at, shuffledAt, inbox, words }: Seed) {
  const { contactId, inboxId } = world.open.ids;
  await bulk.rows(contacts, size, {
    id: bulk.id("contact"),
    name: `'Person ' || ${words}`,
    email: "'person' || i || '@example.com'",
    emailKey: "'person' || i || '@example.com'",
    phone: "'+49' || (1000000 + i)",
    phoneKey: "'49' || (1000000 + i)",
    externalId: "'ext' || i",
    sortKey: "'person ' || printf('%08d', i / 1000 * 1000 + i * 7919 % 1000)",
    lastActivityAt: shuffledAt,
    createdAt: at,
    updatedAt: at,
  });
  const from = bulk.of(contacts, "contact", size);
  await bulk.index("contacts_search", contacts, "contact", size, (row) => ({
    terms: contactTerms(bulk.workspaceId, row, null),
  }));
  await bulk.rows(contactIdentities, from, {
    id: bulk.id("identity"),
    inboxId: inbox,
    channel: "'web'",
    sourceId: "id",
    contactId: "id",
    lastInboundAt: at,
    createdAt: at,
  });
  await bulk.rows(contactViewers, from, { viewer: inbox, contactId: "id", contactN: "n" });
  // A contact that comes back without its cookie is a new identity each time.
  await bulk.rows(contactIdentities, size / 10, {
    id: bulk.id("identity", `${size} + i`),
    inboxId: `'${inboxId}'`,
    channel: "'web'",
    sourceId: "'again' || i",
    contactId: `'${contactId}'`,
    lastInboundAt: at,
    createdAt: at,
  });
  await bulk.rows(tags, size, {
    id: bulk.id("tag"),
    name: "'Label ' || i",
    nameKey: "'label ' || i",
    createdAt: at,
  });
  // Each fifth has the world's tag, each tenth the first of the others.
  await bulk.rows(contactTags, `${from} WHERE i % 5 = 1`, {
    contactId: "id",
    tagId: `'${world.ids.tagId}'`,
    contactN: "n",
  });
  await bulk.rows(contactTags, from, {
    contactId: "id",
    tagId: bulk.id("tag", "1 + (i % 10 != 7)"),
    contactN: "n",
  });
  await bulk.rows(contactFieldValues, from, {
    contactId: "id",
    fieldId: "(SELECT id FROM custom_fields WHERE workspace_id = ?1 AND key = 'size')",
    contactN: "n",
    textValue: "'size' || (i % 3)",
    updatedAt: at,
  });
}

async function seedConversations({ bulk, world, size, at, shuffledAt, inbox, favoured, words }: Seed) {
  const { contactId, conversationId, inboxId } = world.open.ids;
  const contact = `iif(${favoured}, '${contactId}', ${bulk.id("contact")})`;
  const identity = `(SELECT identity_id FROM conversations WHERE workspace_id = ?1 AND id = '${conversationId}')`;
  await bulk.rows(conversations, size, {
    id: bulk.id("conversation"),
    inboxId: inbox,
    contactId: contact,
    identityId: `iif(${favoured}, ${identity}, ${bulk.id("identity")})`,
    status:
      "CASE i / 2 % 4 WHEN 0 THEN 'open' WHEN 1 THEN 'pending' WHEN 2 THEN 'snoozed' ELSE 'resolved' END",
    assignee: `iif(i / 3 % 2, '${world.ids.assignee}', NULL)`,
    messageCount: "1",
    lastSeq: "1000 + i",
    priority: "CASE WHEN i % 10 = 3 THEN 'urgent' WHEN i % 100 = 7 THEN 'high' ELSE 'normal' END",
    tags: `json_array(iif(i % 5 = 1, '${world.ids.tagId}', ${bulk.id("tag", "1 + (i % 10 != 7)")}))`,
    firstInboundAt: at,
    openedAt: at,
    lastActivityAt: shuffledAt,
    createdAt: at,
  });
  await bulk.rows(conversationLabels, size, {
    label: `iif(i % 5 = 1, '${world.ids.tagId}', ${bulk.id("tag", "1 + (i % 10 != 7)")})`,
    conversationId: bulk.id("conversation"),
  });
  for (const [label, which] of [
    ["urgent", "i % 10 = 3"],
    ["high", "i % 100 = 7"],
  ]) {
    await bulk.rows(conversationLabels, `${bulk.of(conversations, "conversation", size)} WHERE ${which}`, {
      label: `'${label}'`,
      conversationId: "id",
    });
  }
  const message = {
    inboxId: inbox,
    kind: "'message'",
    direction: "iif(i % 3, 'in', 'out')",
    senderKind: "iif(i % 3, 'contact', 'api_key')",
    senderId: "'x'",
    senderName: "'X'",
    body: words,
    status: "'sent'",
    createdAt: at,
  };
  await bulk.rows(messages, size, {
    ...message,
    id: bulk.id("message"),
    conversationId: bulk.id("conversation"),
    // Rises over all conversations of one identity.
    seq: "1000 + i",
  });
  await bulk.rows(messages, size / 2, {
    ...message,
    id: bulk.id("message", `${size} + i`),
    inboxId: `'${inboxId}'`,
    conversationId: `'${conversationId}'`,
    seq: `1000 + ${size} + i`,
    createdAt: shuffledAt,
  });
  await bulk.run(`UPDATE conversations SET last_seq = max(last_seq, 1000 + ${size * 1.5}), message_count = message_count + ${size / 2}
    WHERE workspace_id = ?1 AND id = '${conversationId}'`);
  await bulk.index("messages_search", messages, "message", size * 1.5, (row) => ({
    terms: messageTerms(bulk.workspaceId, row),
  }));
  await bulk.rows(drafts, size, {
    id: bulk.id("draft"),
    conversationId: `iif(${favoured}, '${conversationId}', ${bulk.id("conversation")})`,
    inboxId: inbox,
    text: "'Draft ' || i",
    status: "iif(i / 2 % 2, 'pending', 'sent')",
    authorKind: "'bot'",
    createdAt: at,
    updatedAt: at,
  });
}

async function seedTickets({ bulk, world, size, at, inbox, chatbot, favoured }: Seed) {
  const { contactId, conversationId, ticketId } = world.open.ids;
  await bulk.rows(tickets, size, {
    id: bulk.id("ticket"),
    number: "1000 + i",
    subject: "'Ticket ' || i",
    status:
      "CASE i / 2 % 4 WHEN 0 THEN 'new' WHEN 1 THEN 'pending' WHEN 2 THEN 'in_progress' ELSE 'closed' END",
    priority: "iif(i / 3 % 2, 'high', 'normal')",
    conversationId: `iif(${favoured}, '${conversationId}', ${bulk.id("conversation")})`,
    contactId: `iif(${favoured}, '${contactId}', ${bulk.id("contact")})`,
    inboxId: inbox,
    chatbotId: chatbot,
    createdBy: "'x'",
    createdAt: at,
    updatedAt: at,
  });
  const entry = { kind: "iif(i % 3, 'text', 'note')", text: "'Said ' || i", createdAt: at };
  await bulk.rows(ticketEntries, size, { ...entry, ticketId: bulk.id("ticket"), seq: "1" });
  await bulk.rows(ticketEntries, size / 4, { ...entry, ticketId: `'${ticketId}'`, seq: "1000 + i" });
}

async function seedLeads({ bulk, world, size, shuffledAt, inbox, chatbot, favoured, words }: Seed) {
  const { contactId, conversationId } = world.open.ids;
  await bulk.rows(leads, size, {
    id: bulk.id("lead"),
    contactId: `iif(${favoured}, '${contactId}', ${bulk.id("contact")})`,
    conversationId: `iif(${favoured}, '${conversationId}', ${bulk.id("conversation")})`,
    inboxId: inbox,
    chatbotId: chatbot,
    name: `'Person ' || ${words}`,
    email: "'person' || i || '@example.com'",
    captureKey: "'bulk' || i",
    capturedAt: shuffledAt,
  });
  await bulk.index("leads_search", leads, "lead", size, (row) => ({
    terms: leadTerms(bulk.workspaceId, row, null),
  }));
}

async function seedEvents({ bulk, size, at, inbox }: Seed) {
  await bulk.rows(events, size, {
    seq: "1000 + i",
    type: `CASE WHEN i % 10 = 7 THEN 'lead.captured' WHEN i % 20 = 1 THEN 'conversation.created' ELSE 'message.created' END`,
    subjectId: bulk.id("message"),
    inboxId: inbox,
    actorKind: "'contact'",
    actorId: "'x'",
    createdAt: at,
  });
}

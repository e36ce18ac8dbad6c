import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { z } from "zod";
import { type Call, RawOutput } from "../../src/calls/define.ts";
import { findOrCreateVisitorContact } from "../../src/contacts/identities.ts";
import { createContact } from "../../src/contacts/store.ts";
import { type ReceivedMessage, receiveMessage } from "../../src/conversations/inbound.ts";
import { messages, type VisitorMetadata } from "../../src/conversations/schema.ts";
import { conversationTools } from "../../src/conversations/tools.ts";
import { createInbox, type Inbox, type NewInbox } from "../../src/inboxes/store.ts";
import { Failure } from "../../src/tenant/failure.ts";
import { newId } from "../../src/tenant/ids.ts";
import { events } from "../../src/tenant/schema.ts";
import { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { countsOf as sumOfDays } from "../counts.ts";

const sender = z.looseObject({ kind: z.string(), id: z.string(), name: z.string() });
const message = z.looseObject({
  id: z.string(),
  conversationId: z.string(),
  seq: z.number(),
  kind: z.string(),
  text: z.string(),
  cut: z.boolean(),
  sender,
});
const conversation = z.looseObject({ id: z.string(), status: z.string(), assignee: z.string().nullable() });
const draft = z.looseObject({ id: z.string(), status: z.string(), text: z.string() });

/** What tools answer, as far as tests look at it. */
export const shapes = {
  sent: z.looseObject({ message, repeated: z.boolean() }),
  started: z.looseObject({ message, conversation, repeated: z.boolean() }),
  note: z.looseObject({ note: message }).transform((answer) => answer.note),
  draft: z.looseObject({ draft }).transform((answer) => answer.draft),
  conversation: z.looseObject({ conversation }).transform((answer) => answer.conversation),
  thread: z.looseObject({
    conversation,
    contact: z.looseObject({ id: z.string(), name: z.string().nullable() }),
    visitor: z.record(z.string(), z.string()),
    messages: z.array(message),
    hasMore: z.boolean(),
    nextCursor: z.string().nullable(),
  }),
  page: z.looseObject({
    items: z.array(z.looseObject({ id: z.string() })),
    hasMore: z.boolean(),
    nextCursor: z.string().nullable(),
  }),
  messages: z.looseObject({ items: z.array(message), nextCursor: z.string().nullable() }),
};

/**
 * Runs a conversations tool as the lanes do: arguments checked first, the answer held against the output schema
 * with nothing more in it than that says, and read in the shape that the test names.
 */
export async function run<S extends z.ZodType>(
  call: Call,
  name: string,
  args: object,
  shape: S,
): Promise<z.output<S>> {
  const tool = conversationTools.find((one) => one.name === name);
  if (!tool) throw new Error(`No tool ${name}.`);
  const prepared = tool.prepare(args);
  if ("failure" in prepared) throw prepared.failure;
  const result = await prepared.run(call);
  if (result instanceof RawOutput) throw new Error("Not structured.");
  return shape.parse(z.strictObject(tool.output.shape).parse(result));
}

/** The failure that something ends in; anything else is a test failure. */
export async function failing(promise: Promise<unknown>): Promise<Failure> {
  const given = await promise.catch((error: unknown) => error);
  if (given instanceof Failure) return given;
  throw new Error(`Expected a failure, got ${JSON.stringify(given) ?? given}`, { cause: given });
}

/** The failure that the tool answers with. */
export function failure(call: Call, name: string, args: object): Promise<Failure> {
  return failing(run(call, name, args, z.unknown()));
}

/** An inbox of the call's workspace: web unless said otherwise. */
export function makeInbox(call: Call, input: Partial<NewInbox> = {}): Promise<Inbox> {
  return createInbox(call.tenant, { channel: "web", name: "Shop", ...input });
}

export interface Writing {
  /** Who writes: the same text is the same visitor. */
  from?: string;
  name?: string;
  /** The channel's id of the message. */
  sourceId?: string;
  at?: number;
  visitor?: VisitorMetadata;
  botAnswers?: boolean;
  database?: D1Database;
}

/** The handle of a visitor of this inbox, as the visitor API makes it. */
export function visitorOf(call: Call, inbox: Inbox, database = env.TENANT_1): Tenant {
  return new Tenant(database, {
    workspaceId: call.tenant.workspaceId,
    inboxes: [inbox.id],
    actor: { kind: "contact", id: "visitor", name: "Visitor", credentialId: null },
    timeZone: call.tenant.timeZone,
  });
}

/** A visitor writes in an inbox, by way of the stores that the visitor API uses. */
export async function write(
  call: Call,
  inbox: Inbox,
  text: string,
  writing: Writing = {},
): Promise<ReceivedMessage & { contactId: string; identityId: string }> {
  const tenant = visitorOf(call, inbox, writing.database);
  const identity = await findOrCreateVisitorContact(tenant, {
    inboxId: inbox.id,
    channel: inbox.channel,
    sourceId: `v_${writing.from ?? "anna"}`,
    name: writing.name ?? "Anna",
  });
  const { sourceId, at, visitor, botAnswers } = writing;
  const message = { inbox, identity, text, sourceId, at, visitor, botAnswers };
  const received = await receiveMessage(tenant, message);
  return { ...received, contactId: identity.contactId, identityId: identity.identityId };
}

/** A call of the same workspace with other rights. */
export function callIn(call: Call, options: Parameters<typeof testCall>[0]): Call {
  return testCall({ workspaceId: call.tenant.workspaceId, ...options });
}

/** The types of the workspace's events in order, with data where asked for. */
export async function eventsOf({ tenant }: Call) {
  return tenant.db
    .select({ type: events.type, subjectId: events.subjectId, inboxId: events.inboxId, data: events.data })
    .from(events)
    .where(tenant.of(events))
    .orderBy(events.seq);
}

export async function eventTypes(call: Call): Promise<string[]> {
  return (await eventsOf(call)).map(({ type }) => type);
}

/** Daily counters summed over days, by metric. */
export function countsOf({ tenant }: Call): Promise<Record<string, number>> {
  return sumOfDays(tenant);
}

/** A contact that never wrote anywhere, of a user whom a site can sign in. */
export async function contactWithout(call: Call, fields: Parameters<typeof createContact>[1] = {}) {
  const contact = z.looseObject({ id: z.string() });
  const whole = { name: "Cleo", externalId: newId("user"), ...fields };
  return contact.parse(await createContact(call.tenant, whole));
}

/** What a conversation holds of any kind, by sequence number. */
export async function bodies({ tenant }: Call, conversationId: string): Promise<[number, string][]> {
  const rows = await tenant.db
    .select({ seq: messages.seq, body: messages.body })
    .from(messages)
    .where(tenant.of(messages, eq(messages.conversationId, conversationId)))
    .orderBy(messages.seq);
  return rows.map(({ seq, body }) => [seq, body]);
}

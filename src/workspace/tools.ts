import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../calls/define.ts";
import { countContacts } from "../contacts/visibility.ts";
import { readTotal } from "../figures/totals.ts";
import { CREDENTIAL_KINDS } from "../gate/principal.ts";
import { getInbox } from "../inboxes/store.ts";
import { EVENT_TYPES } from "../tenant/events.ts";
import {
  type CursorScope,
  cursorInput,
  decodeCursor,
  limitInput,
  pageOf,
  pageOutput,
} from "../tenant/page.ts";
import { time } from "../tenant/time.ts";
import { readFeed } from "./events.ts";
import { callsThisMonth } from "./usage.ts";

const facts = { toolset: "workspace", scope: "workspace:read", hints: HINTS.R, untrusted: [] } as const;

export const usageOutput = z.object({
  plan: z.string(),
  windows: z.array(
    z.object({
      window: z
        .enum(["minute", "day", "month"])
        .describe("minute is the caller's own, day and month the workspace's"),
      used: z.int(),
      limit: z.int().nullable().describe("null: without limit"),
      remaining: z.int().nullable(),
      resetsAt: time,
    }),
  ),
  byTool: z
    .array(z.object({ name: z.string(), count: z.int() }))
    .describe("Calls since the first of the month (UTC), the most used first"),
});

/** Usage against the plan's limits: what get_api_usage and the usage resource answer. */
export async function usageOf(call: Call): Promise<z.input<typeof usageOutput>> {
  const [windows, byTool] = await Promise.all([call.workspace.usage(), callsThisMonth(call.tenant)]);
  return { plan: call.principal.plan, windows, byTool };
}

/** The workspace toolset: what an assistant asks first, and the feed it polls. */
export const workspaceTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "get_workspace",
    title: "Get workspace",
    description:
      "Answers the workspace's name, plan, time zone and counts, and what the caller may do: scopes and inboxes. Use it first.",
    phrases:
      "company name, organisation, who am i connected as, which account, permissions, about our account, " +
      "what can i do here, is mcp enabled, subscription plan, when does the trial end, trial days left, my " +
      "rights, do i have access, what features are rolled out to us",
    example: {},
    input: z.strictObject({}),
    output: z.object({
      id: z.string(),
      name: z.string(),
      plan: z.string(),
      trialEndsAt: time.nullable(),
      timeZone: z.string(),
      mcpEnabled: z.boolean(),
      confirmSends: z.boolean().describe("A person is asked before anything goes to a customer"),
      ring: z.string(),
      rollouts: z
        .array(z.object({ feature: z.string(), enabled: z.boolean() }))
        .describe("Features that are being rolled out, and whether this workspace has them"),
      createdAt: time,
      counts: z
        .object({
          chatbots: z.int(),
          inboxes: z.int(),
          contacts: z.object({ count: z.int(), atLeast: z.boolean().describe("There may be more") }),
          openConversations: z.int(),
        })
        .describe("Of what the caller may see"),
      caller: z.object({
        kind: z.enum(CREDENTIAL_KINDS),
        id: z.string(),
        name: z.string(),
        member: z.object({ id: z.string(), name: z.string(), role: z.string() }).nullable(),
        scopes: z.array(z.string()),
        readOnly: z.boolean(),
        inboxes: z.array(z.string()).nullable().describe("null: all"),
        validUntil: time.nullable(),
      }),
    }),
    async run(call) {
      const { principal, tenant } = call;
      const [description, chatbots, inboxes, contacts, openConversations] = await Promise.all([
        call.workspace.describe(),
        readTotal(tenant, "chatbots"),
        readTotal(tenant, "inboxes"),
        countContacts(tenant),
        readTotal(tenant, "conversations_open"),
      ]);
      const { member } = principal;
      return {
        id: principal.workspaceId,
        name: principal.workspaceName,
        plan: principal.plan,
        trialEndsAt: description.trialEndsAt,
        timeZone: principal.timeZone,
        mcpEnabled: description.mcpEnabled,
        confirmSends: principal.confirmSends,
        ring: description.ring,
        rollouts: description.rollouts,
        createdAt: description.createdAt,
        counts: {
          chatbots,
          inboxes,
          contacts: { count: contacts.count, atLeast: !contacts.exact },
          openConversations,
        },
        caller: {
          kind: principal.kind,
          id: principal.credentialId,
          name: principal.name,
          member: member && { id: member.id, name: member.name, role: member.role },
          scopes: principal.scopes,
          readOnly: principal.readOnly,
          inboxes: principal.inboxes,
          validUntil: principal.validUntil,
        },
      };
    },
  }),
  defineTool({
    ...facts,
    name: "get_api_usage",
    title: "Get API usage",
    description:
      "Answers the calls made in this minute, day and month, what is left of each and when it resets, and this month's calls by tool.",
    phrases:
      "how many calls can i still make today, rate limit, quota left, usage so far, close to the limit, " +
      "calls used this month, how much of our allowance is gone, too many requests, are we throttled, api " +
      "consumption by tool, remaining budget of requests",
    example: {},
    input: z.strictObject({}),
    output: usageOutput,
    run: usageOf,
  }),
  defineTool({
    ...facts,
    name: "list_members",
    title: "List members",
    description: "Lists the people and bots that conversations and tickets can be assigned to.",
    phrases:
      "team mates, staff, id of a person of our team, support agents, who works here, who can take this " +
      "over, user id of a colleague, assignees, which operators exist, human agents, find a coworker, who " +
      "could help with this chat, whom can i assign",
    example: {},
    input: z.strictObject({ cursor: cursorInput, limit: limitInput() }),
    output: pageOutput(
      z.object({
        id: z.string(),
        kind: z.enum(["member", "bot"]),
        name: z.string(),
        role: z.string().nullable().describe("null for bots"),
      }),
    ),
    async run(call, { cursor, limit }) {
      const scope: CursorScope = { list: "members", workspaceId: call.tenant.workspaceId };
      const after = cursor === undefined ? "" : (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
      // Ids begin with their kind and sort by time: people first, then bots, each in the order they came.
      const all = (await call.workspace.members()).toSorted((a, b) => (a.id < b.id ? -1 : 1));
      const rows = all.filter(({ id }) => id > after).slice(0, limit + 1);
      return pageOf(scope, rows, limit, ({ id }) => [id]);
    },
  }),
  defineTool({
    ...facts,
    name: "list_events",
    title: "List events",
    description:
      "Reads the events feed, oldest first: what was created or changed, by whom, as ids and states. Keep nextCursor (it is always there) for the next time: no event is skipped or repeated.",
    phrases:
      "what happened overnight, activity stream, audit trail, anything new, event log, poll for updates, " +
      "sync changes to another system, incremental export, who did what, catch up since last time, recent " +
      "changes in the workspace, change history of everything",
    scope: "events:read",
    example: { types: ["message.created", "conversation.status_changed"], limit: 50 },
    input: z.strictObject({
      cursor: cursorInput,
      types: z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length).optional().describe("Only these types"),
      inboxId: z.string().min(1).max(100).optional().describe("Only events of this inbox"),
      limit: limitInput(),
    }),
    output: z.object({
      items: z.array(
        z.object({
          seq: z
            .int()
            .nullable()
            .describe(
              "1, 2, 3 … in the workspace; null for callers limited to inboxes, who see some numbers only",
            ),
          type: z.string(),
          subjectId: z.string().describe("The id of what changed"),
          inboxId: z.string().nullable(),
          actor: z.object({ kind: z.string(), id: z.string() }),
          data: z.record(z.string(), z.unknown()),
          createdAt: time,
        }),
      ),
      nextCursor: z.string(),
      hasMore: z.boolean().describe("More can be read at once"),
    }),
    async run(call, { types, ...input }) {
      if (input.inboxId !== undefined) await getInbox(call.tenant, input.inboxId);
      const feed = await readFeed(call.tenant, { ...input, types: types && [...new Set(types)] });
      return {
        nextCursor: feed.nextCursor,
        hasMore: feed.hasMore,
        items: feed.items.map((event) => ({
          seq: call.tenant.inboxes === null ? event.seq : null,
          type: event.type,
          subjectId: event.subjectId,
          inboxId: event.inboxId,
          actor: { kind: event.actorKind, id: event.actorId },
          data: event.data,
          createdAt: event.createdAt,
        })),
      };
    },
  }),
];

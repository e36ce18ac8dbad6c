import { z } from "zod";
import { type Call, defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { countContacts } from "../contacts/visibility.ts";
import { readTotal } from "../figures/totals.ts";
import { helpHome } from "../http/help-addresses.ts";
import { getInbox } from "../inboxes/store.ts";
import { EVENT_TYPES } from "../tenant/events.ts";
import { Failure } from "../tenant/failure.ts";
import {
  type CursorScope,
  cursorInput,
  decodeCursor,
  limitInput,
  pageOf,
  pageOutput,
} from "../tenant/page.ts";
import { feedOutput, memberRow, usageOutput, workspaceOutput } from "./answers.ts";
import { awaitFeed } from "./await-events.ts";
import { readNewest } from "./events.ts";
import { callsThisMonth } from "./usage.ts";

const facts = { toolset: "workspace", scope: "workspace:read", hints: HINTS.R, untrusted: [] } as const;

/** Usage against the plan's limits: what get_api_usage and the usage resource answer. */
export async function usageOf(call: Call): Promise<z.input<typeof usageOutput>> {
  const [windows, ai, byTool] = await Promise.all([
    call.workspace.usage(),
    call.workspace.modelUsage(),
    callsThisMonth(call.tenant),
  ]);
  return { plan: call.principal.plan, windows, ai, byTool };
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
    input: () => z.strictObject({}),
    output: () => workspaceOutput,
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
        helpPages: helpHome(call.env, tenant),
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
      "Answers the calls made in this minute, day and month, what is left of each and when it resets, this month's by tool, and today's calls to AI models.",
    phrases:
      "how many calls can i still make today, rate limit, quota left, usage so far, close to the limit, " +
      "calls used this month, how much of our allowance is gone, too many requests, are we throttled, api " +
      "consumption by tool, remaining budget of requests",
    example: {},
    input: () => z.strictObject({}),
    output: () => usageOutput,
    minuteOnly: true,
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
    input: () => z.strictObject({ cursor: cursorInput, limit: limitInput() }),
    output: () => pageOutput(memberRow),
    async run(call, { cursor, limit }) {
      const scope: CursorScope = { list: "members", tenant: call.tenant };
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
      "Reads the events feed: what was created or changed, by whom, as ids and states. Oldest first, to follow it: keep nextCursor (it is always there then) for the next time, and no event is skipped or repeated. Newest first, to see what is new.",
    phrases:
      "what happened overnight, activity stream, audit trail, anything new, event log, poll for updates, " +
      "sync changes to another system, incremental export, who did what, catch up since last time, recent " +
      "changes in the workspace, change history of everything",
    scope: "events:read",
    example: { types: ["message.created", "conversation.status_changed"], limit: 50 },
    input: () =>
      z.strictObject({
        cursor: cursorInput,
        types: z.array(z.enum(EVENT_TYPES)).max(EVENT_TYPES.length).optional().describe("Only these types"),
        inboxId: reference("inbox").optional().describe("Only events of this inbox"),
        sort: z.enum(["oldest", "newest"]).default("oldest"),
        limit: limitInput(),
        waitSeconds: z
          .int()
          .min(0)
          .max(25)
          .default(0)
          .describe("Oldest first: waits so long for an event when there is none"),
      }),
    output: () => feedOutput,
    async run(call, { types, sort, waitSeconds, ...input }) {
      if (sort === "newest" && waitSeconds > 0) {
        throw new Failure(
          "invalid_input",
          "waitSeconds waits for what comes next, and goes with sort oldest.",
        );
      }
      if (input.inboxId !== undefined) await getInbox(call.tenant, input.inboxId);
      const filter = { ...input, types: types && [...new Set(types)] };
      const feed = await (sort === "newest"
        ? readNewest(call.tenant, filter)
        : awaitFeed(call, filter, waitSeconds * 1000));
      return {
        nextCursor: feed.nextCursor,
        hasMore: feed.hasMore,
        items: feed.items.map(({ seq, actorKind: kind, actorId: id, ...event }) => ({
          ...event,
          seq: call.tenant.inboxes === null ? seq : null,
          actor: { kind, id },
        })),
      };
    },
  }),
];

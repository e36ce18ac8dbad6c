import { z } from "zod";
import { CREDENTIAL_KINDS } from "../gate/principal.ts";
import { time } from "../tenant/time.ts";

export const workspaceOutput = z.object({
  id: z.string(),
  name: z.string(),
  plan: z.string(),
  trialEndsAt: time.nullable(),
  timeZone: z.string(),
  mcpEnabled: z.boolean(),
  helpPages: z.string().nullable().describe("Where anybody reads published articles; null: nowhere"),
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
});

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
  ai: z
    .object({ used: z.int(), limit: z.int(), remaining: z.int(), resetsAt: time })
    .describe("Calls to language models today (UTC), for answers, simulations and test questions"),
  byTool: z
    .array(z.object({ name: z.string(), count: z.int() }))
    .describe(
      "Calls since the first of the month (UTC), the most used first; of a caller limited to inboxes its own",
    ),
});

/** Whom conversations and tickets can be assigned to. */
export const memberRow = z.object({
  id: z.string(),
  kind: z.enum(["member", "bot"]),
  name: z.string(),
  role: z.string().nullable().describe("null for bots"),
});

/** A page of the events feed. */
export const feedOutput = z.object({
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
  nextCursor: z.string().nullable().describe("null: newest first, and nothing is older"),
  hasMore: z.boolean().describe("More can be read at once"),
});

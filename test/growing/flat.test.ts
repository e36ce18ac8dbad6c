import { env } from "cloudflare:workers";
import { drizzle } from "drizzle-orm/d1";
import { beforeAll, describe, expect, it } from "vitest";
import type { Call, Tool } from "../../src/calls/define.ts";
import { catalogue } from "../../src/catalogue.ts";
import { workspaces } from "../../src/control/schema.ts";
import { createFlow } from "../../src/flows/edit/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { testCall } from "../call.ts";
import { type Meter, metered } from "../meter.ts";
import { argumentSchema } from "./samples.ts";
import { seedWorkspace } from "./seed.ts";

/** Lists and searches cost the same in a workspace of 1,000 messages and of 100,000. */
const SIZES = [1_000, 100_000] as const;
const MORE_ROWS = 10;
/** Filters that fit few rows have no index of their own: they look at so many at most, and say where to go on. */
const SPARSE_ROWS = 5_000;
const MORE_TIME = 2;
/** Below this the clock measures noise. */
const NOISE_MS = 3;

interface Filled {
  ids: Record<string, string>;
  call: Call;
  limited: Call;
  meter: Meter;
}

let small: Filled;
let large: Filled;

async function fill(messages: number): Promise<Filled> {
  const workspaceId = newId("workspace");
  await drizzle(env.CONTROL, { casing: "snake_case" }).insert(workspaces).values({
    id: workspaceId,
    name: "Seeded",
    plan: "enterprise",
    ring: "stable",
    shard: "TENANT_1",
    timeZone: "UTC",
    mcpEnabled: true,
    confirmSends: false,
    suspendedAt: null,
    trialEndsAt: null,
    createdAt: 0,
  });
  const seeded = await seedWorkspace(env.TENANT_1, workspaceId, messages);
  const flow = await createFlow(testCall({ workspaceId }).tenant, { name: "Flow" });
  const ids = { ...seeded, flowId: flow.id };
  const meter = metered(env.TENANT_1);
  const call = testCall({ workspaceId, database: meter.database });
  const limited = testCall({ workspaceId, database: meter.database, inboxes: [ids.inboxId] });
  return { ids, call, limited, meter };
}

beforeAll(async () => {
  small = await fill(SIZES[0]);
  large = await fill(SIZES[1]);
});

type Variant = (ids: Record<string, string>) => Record<string, unknown>;

/** Filters worth measuring, besides none at all. Words of searches are in every message, or in one of 25. */
const VARIANTS: Record<string, Record<string, Variant>> = {
  list_contacts: {
    "a common name": () => ({ query: "person" }),
    "one email": () => ({ query: "person7@example.com" }),
    tag: ({ tag }) => ({ tag }),
    channel: () => ({ channel: "web" }),
    "custom field": () => ({ customField: { key: "size", value: "size1" } }),
    oldest: () => ({ sort: "oldest" }),
    "by name": () => ({ sort: "name" }),
    "by activity": () => ({ sort: "last_activity" }),
    "sparse: tag and custom field": ({ tag }) => ({ tag, customField: { key: "size", value: "size1" } }),
  },
  list_conversations: {
    inbox: ({ inboxId }) => ({ inboxId }),
    chatbot: ({ chatbotId }) => ({ chatbotId }),
    status: () => ({ status: "open" }),
    "inbox and status": ({ inboxId }) => ({ inboxId, status: "open" }),
    contact: ({ contactId }) => ({ contactId }),
    // Ten rows, since the small workspace has few of each status, assignee and inbox together.
    assignee: ({ assignee }) => ({ assignee, limit: 10 }),
    "nobody's": () => ({ assignee: "none", limit: 10 }),
    channel: () => ({ channel: "web" }),
    "since yesterday": () => ({ startDate: new Date(Date.now() - 86_400_000).toISOString() }),
    "sparse: status, assignee and channel": ({ assignee }) => ({
      status: "resolved",
      assignee,
      channel: "web",
    }),
    "page 3": () => ({ page: 3 }),
  },
  search_conversations: {
    "a word of every message": () => ({ query: "order" }),
    "a word of one in 15": () => ({ query: "rare" }),
    "two words": () => ({ query: "order rare" }),
    "a prefix": () => ({ query: "numb" }),
    "a word and a status": () => ({ query: "order", status: "open" }),
    "sparse: a word and nobody": () => ({ query: "order", assignee: "mb_nobody" }),
  },
  list_draft_replies: {
    status: () => ({ status: "pending" }),
    conversation: ({ conversationId }) => ({ conversationId }),
  },
  list_events: {
    inbox: ({ inboxId }) => ({ inboxId }),
    types: () => ({ types: ["conversation.created"] }),
  },
  list_tickets: {
    status: () => ({ status: "open", limit: 10 }),
    "sparse: chatbot and priority": ({ chatbotId }) => ({ chatbotId, priority: "high", limit: 10 }),
  },
  list_leads: { "a name": () => ({ query: "person" }), chatbot: ({ chatbotId }) => ({ chatbotId }) },
  list_responses: {
    "since yesterday": ({ chatbotId }) => ({
      chatbotId,
      startDate: new Date(Date.now() - 86_400_000).toISOString(),
    }),
  },
  get_knowledge_gaps: {
    "sparse: a year of questions": ({ chatbotId }) => ({ chatbotId, days: 365 }),
    // A ranking reads what it groups: a bounded number of the last questions.
    "sparse: as it is": ({ chatbotId }) => ({ chatbotId }),
  },
  get_webhook_delivery_logs: { failed: ({ webhookId }) => ({ webhookId, status: "failed" }) },
  get_chatbot_flow: { "as it is": ({ flowId }) => ({ flowId }) },
  list_flow_versions: { "as it is": ({ flowId }) => ({ flowId }) },
  get_conversation: { whole: ({ conversationId }) => ({ conversationId }) },
};

/** Reading tools that page or search, and those named above. New ones are here by their parameters. */
const tools = catalogue.tools.filter(
  (tool) =>
    tool.hints.readOnly &&
    (VARIANTS[tool.name] ||
      ["cursor", "limit", "query"].some((name) => name in argumentSchema(tool).properties)),
);

const cases = tools.flatMap((tool) => {
  const variants: Record<string, Variant> = { ...VARIANTS[tool.name] };
  const { required } = argumentSchema(tool);
  if (!variants["sparse: as it is"]) {
    variants["as it is"] ??= (ids) =>
      Object.fromEntries(
        required.map((name) => [name, ids[name] ?? (name === "query" ? "order" : undefined)]),
      );
  }
  return Object.entries(variants).flatMap(([label, args]) =>
    (["call", "limited"] as const).map((who) => [tool.name, label, who, tool, args] as const),
  );
});

async function measure(tool: Tool, filled: Filled, who: "call" | "limited", args: Variant) {
  const prepared = tool.prepare(args(filled.ids));
  if ("failure" in prepared) throw prepared.failure;
  filled.meter.reset();
  const began = performance.now();
  const answer = await prepared.run(filled[who]);
  return { ms: performance.now() - began, rows: filled.meter.rowsRead, size: JSON.stringify(answer).length };
}

const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe("flat cost", () => {
  it.each(cases)("%s, %s (%s)", async (_name, label, who, tool, args) => {
    const times = { small: [] as number[], large: [] as number[] };
    let rows = { small: 0, large: 0 };
    for (let round = 0; round < 9; round++) {
      const [a, b] = [await measure(tool, small, who, args), await measure(tool, large, who, args)];
      times.small.push(a.ms);
      times.large.push(b.ms);
      rows = { small: a.rows, large: b.rows };
    }
    if (label.startsWith("sparse")) return expect(rows.large).toBeLessThan(SPARSE_ROWS);
    expect(rows.large - rows.small, `rows read: ${rows.small} and ${rows.large}`).toBeLessThan(MORE_ROWS);
    expect(median(times.large)).toBeLessThan(Math.max(NOISE_MS, median(times.small)) * MORE_TIME);
  });
});

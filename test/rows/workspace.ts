import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { column, list, part, type Row } from "./row.ts";

/** The calls of all days by name, from the rows that count them. */
function countsOf(days: Record<string, unknown>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const day of days) {
    for (const [name, count] of Object.entries(JSON.parse(String(day.counts)))) {
      counts[name] = (counts[name] ?? 0) + Number(count);
    }
  }
  return counts;
}

const facts = { toolset: "workspace", kind: "R", scope: "workspace:read" } as const;

export const workspaceRows: Record<string, Row> = {
  get_workspace: {
    ...facts,
    parameters: "",
    from: "X",
    args: () => ({}),
    async holds(answer, rig) {
      const counts = part(answer, "counts");
      expect(answer).toMatchObject({
        id: rig.world.workspace.id,
        name: rig.world.workspace.name,
        plan: "roomy",
      });
      expect(counts.chatbots).toBe((await rig.rows("chatbots")).length);
      expect(counts.inboxes).toBe((await rig.rows("inboxes")).length);
      expect(counts.contacts).toEqual({ count: (await rig.rows("contacts")).length, atLeast: false });
      expect(counts.openConversations).toBe((await rig.rows("conversations", { status: "open" })).length);
      expect(part(answer, "caller")).toMatchObject({ kind: "api_key", name: "All", inboxes: null });
    },
  },
  get_api_usage: {
    ...facts,
    parameters: "",
    from: "C",
    async args(rig) {
      await rig.call("list_tags", {});
      // The log is written in groups of what comes within a second.
      await vi.waitFor(
        async () => expect(countsOf(await rig.rows("call_days")).list_tags).toBeGreaterThan(0),
        { timeout: 30_000 },
      );
      return {};
    },
    async holds(answer, rig) {
      const windows = list(answer, "windows");
      expect(windows.map(({ window }) => window)).toEqual(["minute", "day", "month"]);
      for (const { used } of windows) expect(used).toBeGreaterThan(0);
      const { list_tags: count } = countsOf(await rig.rows("call_days"));
      expect(list(answer, "byTool")).toContainEqual({ name: "list_tags", count });
    },
  },
  get_dashboard: {
    ...facts,
    parameters: "days?",
    from: "T",
    args: () => ({ days: 1 }),
    async holds(answer, rig) {
      const conversations = await rig.rows("conversations");
      const open = conversations.filter(({ status }) => status === "open");
      expect(answer.openConversations).toBe(open.length);
      const tickets = await rig.rows("tickets");
      const openTickets = tickets.filter(({ status }) => status !== "resolved" && status !== "closed");
      expect(answer.openTickets).toBe(openTickets.length);
      expect(answer.ticketsCreated).toBe(tickets.length);
      expect(answer.leadsCaptured).toBe((await rig.rows("leads")).length);
      const inbound = conversations.filter((row) => row.first_inbound_at !== null);
      expect(answer.sessions).toBe(inbound.length);
      const latest = (await rig.rows("events")).at(-1);
      expect(list(answer, "recentActivity")[0]).toMatchObject({
        type: latest?.type,
        subjectId: latest?.subject_id,
      });
    },
  },
  list_members: {
    ...facts,
    parameters: "cursor?, limit?",
    from: "+",
    args: () => ({}),
    async holds(answer, rig) {
      const { results } = await env.CONTROL.prepare("SELECT id FROM members WHERE workspace_id = ?")
        .bind(rig.world.workspace.id)
        .all();
      expect(column(list(answer), "id")).toEqual(column(results, "id"));
    },
  },
  list_events: {
    ...facts,
    scope: "events:read",
    parameters: "cursor?, types?, inboxId?, sort?, limit?, waitSeconds?",
    from: "D",
    args: () => ({ types: ["message.created", "ticket.created"], limit: 100 }),
    async holds(answer, rig) {
      const stored = (await rig.rows("events")).filter(({ type }) =>
        ["message.created", "ticket.created"].includes(String(type)),
      );
      expect(list(answer).map(({ seq }) => seq)).toEqual(stored.map(({ seq }) => seq));
      expect(list(answer).map(({ subjectId }) => subjectId)).toEqual(stored.map((row) => row.subject_id));
    },
  },
};

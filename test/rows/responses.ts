import { expect } from "vitest";
import { z } from "zod";
import { TEMPLATES } from "../../src/templates/store.ts";
import { column, list, part, type Row, shown } from "./row.ts";

const nodesOf = z.array(z.looseObject({ nodeId: z.string() }));

const template = { toolset: "templates", kind: "R", scope: "templates:read" } as const;
const response = { toolset: "responses", kind: "R", scope: "responses:read" } as const;
const analytics = { toolset: "analytics", kind: "R", scope: "analytics:read" } as const;

export const templateRows: Record<string, Row> = {
  list_templates: {
    ...template,
    parameters: "category?, cursor?, page?, limit?",
    from: "C",
    args: () => ({ category: "support", limit: 50 }),
    holds(answer) {
      const ours = TEMPLATES.filter(({ category }) => category === "support");
      expect(column(list(answer), "id")).toEqual(ours.map(({ id }) => id).sort());
    },
  },
  get_template_categories: {
    ...template,
    parameters: "",
    from: "C",
    args: () => ({}),
    holds(answer) {
      const counts = list(answer, "categories").map(({ templateCount }) => Number(templateCount));
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(TEMPLATES.length);
    },
  },
  create_from_template: {
    ...template,
    kind: "W",
    scope: "chatbots:write",
    parameters: "templateId, name?",
    from: "C",
    args: (rig) => ({ templateId: rig.id("templateId"), name: "Row from template" }),
    async holds(answer, rig) {
      const { id } = part(answer, "chatbot");
      expect(await rig.row("chatbots", { name: "Row from template" })).toMatchObject({ id });
      const flow = await rig.row("flows", { chatbot_id: String(id) });
      const draft: unknown = JSON.parse(String(flow.draft));
      expect(list(part({ draft }, "draft"), "nodes").length).toBeGreaterThan(5);
      expect(flow.published_version_id).toBeNull();
    },
  },
};

export const responseRows: Record<string, Row> = {
  list_responses: {
    ...response,
    parameters: "chatbotId?, flowId?, startDate?, endDate?, cursor?, limit?, page?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), limit: 100 }),
    async holds(answer, rig) {
      const stored = await rig.rows("responses", { chatbot_id: rig.id("chatbotId") });
      expect(list(answer)).toMatchObject(
        stored.reverse().map(({ id, started_at, status }) => ({ id, status, startedAt: shown(started_at) })),
      );
      expect(stored.length).toBeGreaterThan(0);
    },
  },
  get_response: {
    ...response,
    parameters: "chatbotId?, flowId?, responseId",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), responseId: rig.id("responseId") }),
    async holds(answer, rig) {
      const stored = await rig.row("responses", { id: rig.id("responseId") });
      const visited = nodesOf.parse(JSON.parse(String(stored.path)));
      expect(list(answer, "path").map(({ nodeId }) => nodeId)).toEqual(visited.map(({ nodeId }) => nodeId));
      expect(part(answer, "response").id).toBe(rig.id("responseId"));
    },
  },
};

export const analyticsRows: Record<string, Row> = {
  get_analytics: {
    ...analytics,
    parameters: "chatbotId?, days?",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), days: 7 }),
    async holds(answer, rig) {
      const messages = await rig.rows("messages", { inbox_id: rig.id("inboxId"), kind: "message" });
      const inbound = messages.filter(({ direction }) => direction === "in").length;
      expect(part(answer, "messages")).toMatchObject({ in: inbound, out: messages.length - inbound });
      expect(list(answer, "byChannel")).toMatchObject([{ channel: "web", messagesIn: inbound }]);
      expect(list(part(answer, "trend"), "rows")).toHaveLength(7);
    },
  },
  get_chatbot_analytics: {
    ...analytics,
    parameters: "chatbotId, days?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const stored = await rig.rows("responses", { chatbot_id: rig.id("chatbotId") });
      expect(part(answer, "responses")).toMatchObject({
        started: stored.length,
        completed: 0,
        completionRate: 0,
      });
      const [first] = stored;
      const own = stored.filter((response) => response.flow_id === first?.flow_id);
      expect(list(answer, "dropOff")).toContainEqual(
        expect.objectContaining({ flowId: first?.flow_id, nodeId: "name", reached: own.length, answered: 0 }),
      );
    },
  },
};

import { expect, vi } from "vitest";
import { column, list, part, type Rig, type Row } from "./row.ts";

const channel = { toolset: "channels", kind: "R", scope: "channels:read" } as const;
const read = { toolset: "chatbots", kind: "R", scope: "chatbots:read" } as const;
const write = { toolset: "chatbots", kind: "W", scope: "chatbots:write" } as const;

const stored = (rig: Rig, id: unknown = rig.id("chatbotId")) => rig.row("chatbots", { id: String(id) });
const json = (value: unknown): unknown => JSON.parse(String(value));

export const channelRows: Record<string, Row> = {
  list_channels: {
    ...channel,
    parameters: "chatbotId?, cursor?, limit?",
    from: "X C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const inboxes = await rig.rows("inboxes", { chatbot_id: rig.id("chatbotId") });
      expect(list(answer)).toMatchObject(
        inboxes.map(({ id, channel, name, state }) => ({ id, channel, name, state })),
      );
    },
  },
  get_channel_config: {
    ...channel,
    parameters: "channelId",
    from: "C",
    args: (rig) => ({ channelId: rig.id("channelId") }),
    async holds(answer, rig) {
      const inbox = await rig.row("inboxes", { id: rig.id("inboxId") });
      expect(answer).toMatchObject({
        id: inbox.id,
        publicKey: inbox.public_key,
        chatbotId: inbox.chatbot_id,
      });
    },
  },
};

export const chatbotRows: Record<string, Row> = {
  list_chatbots: {
    ...read,
    parameters: "cursor?, limit?",
    from: "C T",
    args: () => ({ limit: 100 }),
    async holds(answer, rig) {
      const rows = await rig.rows("chatbots");
      expect(list(answer)).toMatchObject(
        rows.map(({ id, name, model, disabled, is_primary }) => ({
          id,
          name,
          model,
          disabled: disabled === 1,
          primary: is_primary === 1,
        })),
      );
    },
  },
  get_chatbot: {
    ...read,
    parameters: "chatbotId",
    from: "C T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const row = await stored(rig);
      const { id, name, model, temperature, language, strictness, instructions } = row;
      expect(answer).toMatchObject({ id, name, model, temperature, language, strictness, instructions });
      expect(answer.ai).toMatchObject(json(row.ai) as object);
      const inboxes = await rig.rows("inboxes", { chatbot_id: rig.id("chatbotId") });
      expect(column(list(answer, "inboxes"), "id")).toEqual(column(inboxes, "id"));
    },
  },
  create_chatbot: {
    ...write,
    parameters: "name, description?",
    from: "C",
    args: () => ({ name: "Row bot", description: "Made by a row" }),
    async holds(answer, rig) {
      const { id } = part(answer, "chatbot");
      expect(await stored(rig, id)).toMatchObject({ name: "Row bot", description: "Made by a row" });
      expect(await rig.rows("flows", { chatbot_id: String(id) })).toHaveLength(1);
    },
  },
  update_chatbot: {
    ...write,
    parameters: "chatbotId, name?, description?, disabled?, widgetEnabled?, primary?, strictness?",
    from: "C T",
    args: (rig) => ({
      chatbotId: rig.id("chatbotId"),
      name: "Renamed row",
      strictness: 88,
      widgetEnabled: false,
    }),
    async holds(answer, rig) {
      expect(await stored(rig)).toMatchObject({ name: "Renamed row", strictness: 88, widget_enabled: 0 });
      expect(part(answer, "chatbot")).toMatchObject({
        name: "Renamed row",
        strictness: 88,
        widgetEnabled: false,
      });
    },
  },
  delete_chatbot: {
    ...write,
    kind: "D",
    scope: "chatbots:delete",
    parameters: "chatbotId",
    from: "C",
    args: async (rig) => ({
      chatbotId: part(await rig.call("create_chatbot", { name: "Short-lived row" }), "chatbot").id,
    }),
    async holds(answer, rig) {
      expect(answer.deleted).toBe(true);
      expect(await rig.rows("chatbots", { id: String(answer.id) })).toEqual([]);
      expect(await rig.rows("flows", { chatbot_id: String(answer.id) })).toEqual([]);
    },
  },
  duplicate_chatbot: {
    ...write,
    parameters: "chatbotId, name?",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), name: "Row copy" }),
    async holds(answer, rig) {
      const [original, copy] = [await stored(rig), await stored(rig, part(answer, "chatbot").id)];
      expect(copy.id).not.toBe(original.id);
      expect(copy).toMatchObject({ name: "Row copy", ai: original.ai, widget: original.widget });
    },
  },
  export_chatbot: {
    ...read,
    parameters: "chatbotId",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const { name, instructions } = await stored(rig);
      expect(part(part(answer, "configuration"), "chatbot")).toMatchObject({ name, instructions });
    },
  },
  import_chatbot: {
    ...write,
    parameters: "configuration, name?",
    from: "+",
    async args(rig) {
      const { configuration } = await rig.call("export_chatbot", { chatbotId: rig.id("chatbotId") });
      return { configuration, name: "Row import" };
    },
    async holds(answer, rig) {
      const [original, copy] = [await stored(rig), await stored(rig, part(answer, "chatbot").id)];
      expect(copy).toMatchObject({ name: "Row import", ai: original.ai, widget: original.widget });
    },
  },
  update_chatbot_instructions: {
    ...write,
    parameters: "chatbotId, instructions",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), instructions: "Answer in one sentence." }),
    async holds(answer, rig) {
      expect((await stored(rig)).instructions).toBe("Answer in one sentence.");
      expect(answer.previousInstructions).not.toBe("Answer in one sentence.");
    },
  },
  update_chatbot_model: {
    ...write,
    parameters: "chatbotId, model?, temperature?",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), model: "claude-sonnet-4-5", temperature: 0.9 }),
    async holds(_, rig) {
      expect(await stored(rig)).toMatchObject({ model: "claude-sonnet-4-5", temperature: 0.9 });
    },
  },
  update_chatbot_language: {
    ...write,
    parameters: "chatbotId, language",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), language: "pt-BR" }),
    async holds(_, rig) {
      expect((await stored(rig)).language).toBe("pt-BR");
    },
  },
  retrain_chatbot: {
    ...write,
    parameters: "chatbotId",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const { id } = part(answer, "job");
      expect(await rig.row("index_jobs", { chatbot_id: rig.id("chatbotId") })).toMatchObject({ id });
      await vi.waitFor(
        async () => expect((await rig.row("index_jobs", { id: String(id) })).state).toBe("done"),
        60_000,
      );
    },
  },
  get_ai_config: {
    ...read,
    parameters: "chatbotId",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const row = await stored(rig);
      expect(answer).toMatchObject({
        ...(json(row.ai) as object),
        model: row.model,
        temperature: row.temperature,
      });
    },
  },
  update_ai_config: {
    ...write,
    parameters: "chatbotId, enabled?, mode?, greetingOverride?",
    from: "C",
    args: (rig) => ({
      chatbotId: rig.id("chatbotId"),
      mode: "human_first",
      greetingOverride: "Hello from a row",
    }),
    async holds(_, rig) {
      expect(json((await stored(rig)).ai)).toMatchObject({
        mode: "human_first",
        greetingOverride: "Hello from a row",
      });
    },
  },
  get_widget_config: {
    ...read,
    parameters: "chatbotId",
    from: "C",
    args: (rig) => ({ chatbotId: rig.id("chatbotId") }),
    async holds(answer, rig) {
      const row = await stored(rig);
      expect(answer.config).toMatchObject(json(row.widget) as object);
      expect(answer.texts).toMatchObject(json(row.widget_texts) as object);
      const { id } = await rig.row("inboxes", { id: rig.id("inboxId") });
      // There is no widget to put on a page yet.
      expect(list(answer, "embed")[0]).toMatchObject({ inboxId: id, snippet: null });
    },
  },
  update_widget_config: {
    ...write,
    parameters: "chatbotId, config",
    from: "C T",
    args: (rig) => ({
      chatbotId: rig.id("chatbotId"),
      config: { headerBgColor: "#123456", widgetPosition: "left", allowedDomains: ["shop.example"] },
    }),
    async holds(_, rig) {
      expect(json((await stored(rig)).widget)).toMatchObject({
        headerBgColor: "#123456",
        widgetPosition: "left",
        allowedDomains: ["shop.example"],
      });
    },
  },
  update_widget_texts: {
    ...write,
    parameters: "chatbotId, welcomeMessage?, inputPlaceholder?, thinkingLabel?, submitLabel?",
    from: "T",
    args: (rig) => ({ chatbotId: rig.id("chatbotId"), welcomeMessage: "Hi from a row", submitLabel: "Go" }),
    async holds(_, rig) {
      expect(json((await stored(rig)).widget_texts)).toMatchObject({
        welcomeMessage: "Hi from a row",
        submitLabel: "Go",
      });
    },
  },
};

import { z } from "zod";
import type { Options } from "./forms.tsx";
import { Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { doingsOf, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, may, param, type Visit } from "./visit.ts";

/** The longest instructions, as the tool takes them. */
const MAX_INSTRUCTIONS = 15_000;

const chatbotSchema = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  disabled: z.boolean(),
  language: z.string(),
  model: z.string(),
  strictness: z.number(),
  instructions: z.string(),
  temperature: z.number(),
  ai: z.object({
    enabled: z.boolean(),
    mode: z.string(),
    greetingOverride: z.string().nullable(),
    answering: z.boolean(),
    reason: z.string().nullable(),
  }),
  inboxes: z.array(z.object({ id: z.string(), name: z.string() })),
  updatedAt: z.string(),
});

const ofChatbot = (visit: Visit) => ({ chatbotId: param(visit, "chatbot") });
const here = (visit: Visit) => `/chatbots/${param(visit, "chatbot")}`;

const MODES = ["ai_first", "human_first", "ai_only", "human_only"] as const;
const modelsSchema = z.object({ models: z.array(z.string()) });
const copiedSchema = z.object({ chatbot: z.object({ id: z.string() }) });

/** What can be done to a chatbot. */
const FORMS = {
  instructions: {
    heading: "saveInstructions",
    tool: "update_chatbot_instructions",
    needs: "chatbots:write",
    fields: [{ name: "instructions", label: "instructions", kind: "long", max: MAX_INSTRUCTIONS }],
    args: ofChatbot,
    to: here,
  },
  settings: {
    heading: "changeSettings",
    tool: "update_chatbot",
    needs: "chatbots:write",
    fields: [
      { name: "name", label: "name", kind: "text", required: true, max: 100 },
      { name: "description", label: "description", kind: "text", max: 500 },
      { name: "strictness", label: "strictness", kind: "number", required: true },
    ],
    args: ofChatbot,
    to: here,
  },
  model: {
    heading: "changeModel",
    tool: "update_chatbot_model",
    needs: "chatbots:write",
    fields: [
      { name: "model", label: "model", kind: "choice", options: modelOptions },
      { name: "temperature", label: "temperature", kind: "number", required: true },
    ],
    args: ofChatbot,
    to: here,
  },
  language: {
    heading: "changeLanguage",
    tool: "update_chatbot_language",
    needs: "chatbots:write",
    fields: [{ name: "language", label: "languageCode", kind: "text", required: true, max: 35 }],
    args: ofChatbot,
    to: here,
  },
  ai: {
    heading: "changeAi",
    tool: "update_ai_config",
    needs: "chatbots:write",
    fields: [
      { name: "enabled", label: "aiEnabled", kind: "tick" },
      {
        name: "mode",
        label: "aiMode",
        kind: "choice",
        options: ({ words }) => MODES.map((one) => [one, words.aiModes[one]]),
      },
      { name: "greetingOverride", label: "greeting", kind: "text", max: 500 },
    ],
    args: ofChatbot,
    to: here,
  },
  enable: {
    heading: "enableChatbot",
    tool: "update_chatbot",
    needs: "chatbots:write",
    args: (visit) => ({ ...ofChatbot(visit), disabled: false }),
    to: here,
  },
  disable: {
    heading: "disableChatbot",
    tool: "update_chatbot",
    needs: "chatbots:write",
    args: (visit) => ({ ...ofChatbot(visit), disabled: true }),
    to: here,
    sure: "disableChatbot",
  },
  copy: {
    heading: "copyChatbot",
    tool: "duplicate_chatbot",
    needs: "chatbots:write",
    args: ofChatbot,
    to: (_, answer) => `/chatbots/${copiedSchema.parse(answer).chatbot.id}`,
    done: "copied",
  },
  remove: {
    heading: "deleteChatbot",
    tool: "delete_chatbot",
    needs: "chatbots:delete",
    args: ofChatbot,
    to: () => "/chatbots",
    done: "deleted",
    sure: "deleteChatbot",
  },
} satisfies Record<string, ToolForm>;

async function modelOptions(visit: Visit): Promise<Options> {
  const { models } = modelsSchema.parse(await use(visit, "get_ai_config", ofChatbot(visit)));
  return models.map((one) => [one, one] as const);
}

/** `/chatbots/<chatbot>`: how it answers, and what belongs to it. */
export const chatbotPage: Page = {
  path: "/chatbots/:chatbot",
  needs: "chatbots:read",
  async show(visit, refused) {
    const { words } = visit;
    const chatbotId = param(visit, "chatbot");
    const bot = chatbotSchema.parse(await use(visit, "get_chatbot", { chatbotId }));
    const t = words.chatbotPage;
    const parts = [
      ["flows:read", "flow"],
      ["chatbots:read", "widget"],
      ["knowledge:read", "knowledge"],
      ["responses:read", "responses"],
      ["chatbots:read", "try"],
      ["chatbots:read", "questions"],
    ] as const;
    return {
      title: bot.name,
      at: "/chatbots",
      body: (
        <>
          <p>
            <Said text={bot.description} />
          </p>
          <ul class="links">
            {parts.map(
              ([needs, name]) =>
                may(visit, needs) && (
                  <li>
                    <a href={linkTo(visit, `/chatbots/${bot.id}/${name}`)}>{words.nav[name]}</a>
                  </li>
                ),
            )}
            <li>
              <a href={linkTo(visit, `/chatbots/${bot.id}/chatbot.json`)}>{words.nav.exportChatbot}</a>
            </li>
          </ul>
          <dl>
            <dt>{words.status}</dt>
            <dd>
              <span class={bot.disabled ? "tag revoked" : "tag active"}>
                {bot.disabled ? words.switchedOff : words.switchedOn}
              </span>
            </dd>
            <dt>{t.ai}</dt>
            <dd>{bot.ai.answering ? t.answers : (bot.ai.reason ?? t.silent)}</dd>
            <dt>{words.columns.model}</dt>
            <dd>{bot.model}</dd>
            <dt>{t.language}</dt>
            <dd>{bot.language}</dd>
            <dt>{t.strictness}</dt>
            <dd>{bot.strictness} / 100</dd>
            <dt>{words.nav.inboxes}</dt>
            <dd>{bot.inboxes.map(({ name }) => name).join(", ") || "–"}</dd>
            <dt>{words.columns.updated}</dt>
            <dd>
              <Time visit={visit} at={bot.updatedAt} />
            </dd>
          </dl>
          <FormOf
            visit={visit}
            name="instructions"
            form={FORMS.instructions}
            refused={refused}
            values={{ instructions: bot.instructions }}
          />
          {!may(visit, "chatbots:write") && (
            <>
              <h2>{t.instructions}</h2>
              <p class="text">
                <Said text={bot.instructions} />
              </p>
            </>
          )}
          <FormOf
            visit={visit}
            name="settings"
            form={FORMS.settings}
            refused={refused}
            folded
            values={{
              name: bot.name,
              description: bot.description,
              strictness: String(bot.strictness),
            }}
          />
          <FormOf
            visit={visit}
            name="model"
            form={FORMS.model}
            refused={refused}
            folded
            values={{ model: bot.model, temperature: String(bot.temperature) }}
          />
          <FormOf
            visit={visit}
            name="language"
            form={FORMS.language}
            refused={refused}
            folded
            values={{ language: bot.language }}
          />
          <FormOf
            visit={visit}
            name="ai"
            form={FORMS.ai}
            refused={refused}
            folded
            values={{
              enabled: bot.ai.enabled ? "yes" : "",
              mode: bot.ai.mode,
              greetingOverride: bot.ai.greetingOverride ?? "",
            }}
          />
          <div class="buttons">
            {bot.disabled ? (
              <FormOf visit={visit} name="enable" form={FORMS.enable} refused={refused} />
            ) : (
              <FormOf visit={visit} name="disable" form={FORMS.disable} refused={refused} />
            )}
            <FormOf visit={visit} name="copy" form={FORMS.copy} refused={refused} />
            <FormOf visit={visit} name="remove" form={FORMS.remove} refused={refused} />
          </div>
        </>
      ),
    };
  },
  actions: doingsOf(FORMS),
};

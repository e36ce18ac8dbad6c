import { z } from "zod";
import { Action, LongText, Press, Problem, typed } from "./forms.tsx";
import { Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { use } from "./use.ts";
import { linkTo, may, param } from "./visit.ts";

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
  ai: z.object({ answering: z.boolean(), reason: z.string().nullable() }),
  inboxes: z.array(z.object({ id: z.string(), name: z.string() })),
  updatedAt: z.string(),
});

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
      ["knowledge:read", "knowledge"],
      ["responses:read", "responses"],
    ] as const;
    return {
      title: bot.name,
      at: "/chatbots",
      body: (
        <>
          <Problem refused={refused} />
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
          {may(visit, "chatbots:write") ? (
            <>
              <Action name="instructions">
                <LongText
                  name="instructions"
                  label={t.instructions}
                  value={typed(refused, "instructions", bot.instructions)}
                  rows={12}
                  maxLength={MAX_INSTRUCTIONS}
                />
                <button type="submit">{words.save}</button>
              </Action>
              <Press
                name={bot.disabled ? "enable" : "disable"}
                label={bot.disabled ? t.enable : t.disable}
                danger={!bot.disabled}
              />
            </>
          ) : (
            <>
              <h2>{t.instructions}</h2>
              <p class="text">
                <Said text={bot.instructions} />
              </p>
            </>
          )}
        </>
      ),
    };
  },
  actions: {
    instructions: {
      needs: "chatbots:write",
      async take(visit, form) {
        const chatbotId = param(visit, "chatbot");
        const instructions = (form.get("instructions") ?? "").replaceAll("\r\n", "\n");
        await use(visit, "update_chatbot_instructions", { chatbotId, instructions });
        return { to: `/chatbots/${chatbotId}`, done: "saved" };
      },
    },
    enable: {
      needs: "chatbots:write",
      async take(visit) {
        const chatbotId = param(visit, "chatbot");
        await use(visit, "update_chatbot", { chatbotId, disabled: false });
        return { to: `/chatbots/${chatbotId}`, done: "saved" };
      },
    },
    disable: {
      needs: "chatbots:write",
      async take(visit) {
        const chatbotId = param(visit, "chatbot");
        await use(visit, "update_chatbot", { chatbotId, disabled: true });
        return { to: `/chatbots/${chatbotId}`, done: "saved" };
      },
    },
  },
};

import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { chatbotOutput, showChatbot } from "../chatbots/answers.ts";
import { modelsOf } from "../chatbots/models.ts";
import { chatbotNameInput } from "../chatbots/settings.ts";
import { createChatbot } from "../chatbots/store.ts";
import { cursorInput, limitInput, pageInput, pageOutput } from "../tenant/page.ts";
import { type Template, templateDraft } from "./define.ts";
import { CATEGORY_IDS, findTemplate, listTemplates, templateCategories, templateSettings } from "./store.ts";

const facts = { toolset: "templates", untrusted: [] } as const;

const templateRow = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string(),
  category: z.enum(CATEGORY_IDS),
  language: z.string().describe("Of its texts, BCP 47"),
  collects: z.array(z.string()).describe("What visitors are asked for"),
  setup: z.array(z.string()).describe("What to adapt before publishing"),
  nodeCount: z.int(),
});

function showTemplate(template: Template): z.input<typeof templateRow> {
  return {
    ...template,
    collects: [...template.collects],
    setup: [...template.setup],
    language: template.chatbot.language ?? "auto",
    nodeCount: Object.keys(template.steps).length,
  };
}

/** The templates toolset in the catalogue's order. */
export const templateTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "list_templates",
    title: "List templates",
    description: "Lists ready-made chatbots with what each does, asks for and needs to have adapted.",
    phrases:
      "is there a template for booking, examples to start from, blueprints, template gallery, bots for my " +
      "industry, example bots, prebuilt assistants, templates for a restaurant or real estate, browse " +
      "templates, sample chatbots",
    scope: "templates:read",
    hints: HINTS.R,
    example: { category: "support" },
    input: () =>
      z.strictObject({
        category: z.enum(CATEGORY_IDS).optional(),
        cursor: cursorInput,
        page: pageInput,
        limit: limitInput(50),
      }),
    output: () => pageOutput(templateRow),
    async run({ tenant }, input) {
      const page = await listTemplates(tenant, input);
      return { ...page, items: page.items.map(showTemplate) };
    },
  }),
  defineTool({
    ...facts,
    name: "get_template_categories",
    title: "Get template categories",
    description: "Answers the categories of templates, with what each is for and how many it has.",
    phrases:
      "kinds of templates, template groups, what sorts of ready-made bots, industries covered, themes of " +
      "templates",
    scope: "templates:read",
    hints: HINTS.R,
    example: {},
    input: () => z.strictObject({}),
    output: () =>
      z.object({
        categories: z.array(
          z.object({
            id: z.string(),
            name: z.string(),
            description: z.string(),
            templateCount: z.int(),
          }),
        ),
      }),
    async run() {
      return { categories: templateCategories() };
    },
  }),
  defineTool({
    ...facts,
    name: "create_from_template",
    title: "Create chatbot from template",
    description:
      "Makes a chatbot from a template, with settings, texts, widget and flow. The flow is a draft: adapt it, then publish_flow_version makes it live. setup says what else is left to do.",
    phrases:
      "set up a bot using a blueprint, start with the faq template, bot out of a ready-made one, use a " +
      "template, install a template, set up the booking template, take the faq template and make a bot, " +
      "instantiate a template",
    scope: "chatbots:write",
    hints: HINTS.W,
    example: { templateId: "lead-capture", name: "Website leads" },
    input: () =>
      z.strictObject({
        templateId: z.string().min(1).max(100).describe("Id or name"),
        name: chatbotNameInput.optional().describe("In place of the template's"),
      }),
    output: () =>
      z.object({
        chatbot: chatbotOutput,
        templateId: z.string(),
        flowPublished: z.literal(false),
        setup: z.array(z.string()).describe("What to adapt before publishing"),
      }),
    async run({ tenant, env }, { templateId, name }) {
      const template = findTemplate(templateId);
      const settings = templateSettings(template, name ?? template.name, modelsOf(env)[0]);
      const chatbot = await createChatbot(tenant, settings, templateDraft(template));
      return {
        chatbot: showChatbot(chatbot),
        templateId: template.id,
        flowPublished: false as const,
        setup: [...template.setup],
      };
    },
  }),
];

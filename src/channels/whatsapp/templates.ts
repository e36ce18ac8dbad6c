import { z } from "zod";
import type { MessageTemplate } from "../../conversations/append.ts";
import type { ApprovedTemplate } from "../../inboxes/templates.ts";
import { Failure } from "../../tenant/failure.ts";
import type { Connected, Handed } from "../channel.ts";
import { callGraph, type GraphAnswer } from "../meta/graph.ts";
import { credentialsOf } from "./credentials.ts";
import { refused } from "./reasons.ts";
import type { Part } from "./render.ts";

/**
 * Message templates of a WhatsApp Business account (developers.facebook.com, business-messaging, whatsapp, templates, read
 * December 2026). Variables of the body have the names that the template has for them: 1, 2, … or words. That of the
 * header is `header` (of a picture, video or file its https address), that of the n-th button `button<n>`.
 */

const component = z.object({
  type: z.string(),
  format: z.string().optional(),
  text: z.string().optional(),
  buttons: z
    .array(z.object({ type: z.string(), text: z.string().optional(), url: z.string().optional() }))
    .optional(),
});

const stored = z.object({
  name: z.string(),
  language: z.string(),
  status: z.string(),
  category: z.string().default(""),
  parameter_format: z.string().optional(),
  components: z.array(component).default([]),
});
type Stored = z.output<typeof stored>;

const page = z.object({
  data: z.array(stored),
  paging: z
    .object({ cursors: z.object({ after: z.string().optional() }).optional(), next: z.string().optional() })
    .optional(),
});

const FIELDS = "name,language,status,category,parameter_format,components";
/** Templates that are read at once, and pages of them at most. */
const AT_ONCE = 100;
const MOST_PAGES = 5;

const PLACEHOLDER = /\{\{\s*([A-Za-z0-9_]{1,60})\s*\}\}/g;
const MEDIA: Readonly<Record<string, string>> = { IMAGE: "image", VIDEO: "video", DOCUMENT: "document" };

/** @throws Failure `not_allowed` with WhatsApp's reason */
export async function listTemplates(connected: Connected): Promise<ApprovedTemplate[]> {
  const all: Stored[] = [];
  let after: string | undefined;
  for (let i = 0; i < MOST_PAGES; i++) {
    const answer = await ask(connected, { status: "APPROVED", ...(after ? { after } : {}) });
    if (!answer.ok) {
      throw new Failure("not_allowed", `WhatsApp does not tell its templates: ${answer.description}`);
    }
    const read = page.parse(answer.result);
    all.push(...read.data);
    after = read.paging?.next === undefined ? undefined : read.paging.cursors?.after;
    if (after === undefined) break;
  }
  return all.filter(({ status }) => status === "APPROVED").map(shownTemplate);
}

function ask(connected: Connected, query: Record<string, string>): Promise<GraphAnswer> {
  const credentials = credentialsOf(connected);
  const search = new URLSearchParams({ fields: FIELDS, limit: String(AT_ONCE), ...query });
  const path = `${credentials.businessAccountId}/message_templates?${search}`;
  return callGraph(connected.env, credentials, path);
}

function shownTemplate({ name, language, category, components }: Stored): ApprovedTemplate {
  const text = components
    .flatMap((one) => {
      if (one.type === "HEADER") return one.format === "TEXT" ? [asHeader(one.text)] : mediaHeader(one);
      if (one.type === "BUTTONS") return [buttonLines(one.buttons ?? [])];
      return [one.text ?? ""];
    })
    .filter((part) => part !== "")
    .join("\n\n");
  const variables = [...new Set([...text.matchAll(PLACEHOLDER)].flatMap(([, variable = ""]) => variable))];
  return { name, language, category: category.toLowerCase(), text, variables };
}

function asHeader(text = ""): string {
  return text.replaceAll(PLACEHOLDER, "{{header}}");
}

function mediaHeader({ format = "" }: z.output<typeof component>): string[] {
  return MEDIA[format] ? ["{{header}}"] : [];
}

type Button = NonNullable<z.output<typeof component>["buttons"]>[number];

function buttonLines(buttons: readonly Button[]): string {
  return buttons
    .map(
      ({ text = "", url }, i) =>
        `${text}${url ? `: ${url.replaceAll(PLACEHOLDER, `{{button${i + 1}}}`)}` : ""}`,
    )
    .join("\n");
}

/**
 * The one request that sends a template, as WhatsApp has it now; or what follows where it cannot be had.
 * @param template its variables were checked when it was sent
 */
export async function templatePart(
  { name, language, variables = {} }: MessageTemplate,
  connected: Connected,
): Promise<Part[] | Handed> {
  const answer = await ask(connected, { name });
  if (!answer.ok) return refused(answer);
  const found = page
    .parse(answer.result)
    .data.find((one) => one.name === name && one.language === language && one.status === "APPROVED");
  if (!found)
    return { outcome: "failed", reason: `WhatsApp has no approved template ${name} (${language}).` };
  const components = found.components.flatMap((one) => filled(one, found.parameter_format, variables));
  return [
    {
      type: "template",
      template: {
        name,
        language: { code: language },
        ...(components.length > 0 ? { components } : {}),
      },
    },
  ];
}

function filled(
  { type, format = "TEXT", text = "", buttons = [] }: z.output<typeof component>,
  parameterFormat: string | undefined,
  variables: Record<string, string>,
): object[] {
  const names = [...text.matchAll(PLACEHOLDER)].map(([, name = ""]) => name);
  const isNamed = parameterFormat === "NAMED";
  const said = (name: string, value = "") => ({
    ...{ type: "text", text: value },
    ...(isNamed ? { parameter_name: name } : {}),
  });
  if (type === "HEADER") {
    const kind = MEDIA[format];
    const value = variables.header;
    if (kind) return [{ type: "header", parameters: [{ type: kind, [kind]: { link: value } }] }];
    return names.length === 0 ? [] : [{ type: "header", parameters: names.map((name) => said(name, value)) }];
  }
  if (type === "BODY") {
    const distinct = [...new Set(names)].toSorted((a, b) => Number(a) - Number(b) || 0);
    return distinct.length === 0
      ? []
      : [{ type: "body", parameters: distinct.map((name) => said(name, variables[name])) }];
  }
  return buttons.flatMap(({ url = "" }, i) =>
    url.includes("{{")
      ? [
          {
            ...{ type: "button", sub_type: "url", index: String(i) },
            parameters: [{ type: "text", text: variables[`button${i + 1}`] ?? "" }],
          },
        ]
      : [],
  );
}

import { z } from "zod";
import { type ChatbotSettings, completeSettings, importedSettings } from "../chatbots/settings.ts";
import { Failure } from "../tenant/failure.ts";
import { fold } from "../tenant/fold.ts";
import { nearestNames } from "../tenant/nearest-names.ts";
import { type CursorScope, decodeCursor, type Page, pageOf, pageOffset } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { CATEGORIES, type Template } from "./define.ts";
import { appointment } from "./library/appointment.ts";
import { eventRegistration } from "./library/event-registration.ts";
import { faq } from "./library/faq.ts";
import { jobApplication } from "./library/job-application.ts";
import { leadCapture } from "./library/lead-capture.ts";
import { nps } from "./library/nps.ts";
import { orderStatus } from "./library/order-status.ts";
import { productFinder } from "./library/product-finder.ts";
import { productOnboarding } from "./library/product-onboarding.ts";
import { quoteRequest } from "./library/quote-request.ts";
import { returns } from "./library/returns.ts";
import { satisfaction } from "./library/satisfaction.ts";
import { supportTriage } from "./library/support-triage.ts";
import { tableReservation } from "./library/table-reservation.ts";

/** All templates, in the order of their categories. They come with the program: every workspace has the same. */
export const TEMPLATES: readonly Template[] = [
  leadCapture,
  quoteRequest,
  supportTriage,
  faq,
  appointment,
  tableReservation,
  productFinder,
  orderStatus,
  returns,
  nps,
  satisfaction,
  productOnboarding,
  eventRegistration,
  jobApplication,
];

export type CategoryId = Template["category"];
export const CATEGORY_IDS = CATEGORIES.map(({ id }) => id);

/** The categories with how many templates each has. */
export function templateCategories() {
  return CATEGORIES.map((category) => ({
    ...category,
    templateCount: TEMPLATES.filter((template) => template.category === category.id).length,
  }));
}

/** A page of the templates, by cursor or page number as every list has them. */
export async function listTemplates(
  tenant: Tenant,
  options: { category?: CategoryId; cursor?: string; page?: number; limit: number },
): Promise<Page<Template>> {
  const { category, cursor, page, limit } = options;
  const scope: CursorScope = { list: "templates", tenant, filters: category };
  const offset = pageOffset(page, limit, cursor);
  const after = cursor && (await decodeCursor(scope, cursor, z.tuple([z.string()])))[0];
  const found = TEMPLATES.filter((template) => category === undefined || template.category === category);
  const from = after ? found.findIndex(({ id }) => id === after) + 1 : offset;
  return pageOf(scope, found.slice(from, from + limit + 1), limit, ({ id }) => [id]);
}

/**
 * The template of an id, or of a name in any case.
 * @throws Failure `not_found` with the nearest ids
 */
export function findTemplate(idOrName: string): Template {
  const wanted = keyOf(idOrName);
  const found = TEMPLATES.find(({ id, name }) => id === wanted || keyOf(name) === wanted);
  if (found) return found;
  const near = [
    ...nearestNames(
      wanted,
      TEMPLATES.map(({ id }) => id),
    ),
    ...likeNamed(wanted),
  ];
  throw new Failure("not_found", `There is no template ${JSON.stringify(idOrName.slice(0, 100))}.`, {
    hint: "list_templates shows all templates.",
    candidates: near.length > 0 ? [...new Set(near)].slice(0, 3) : TEMPLATES.map(({ id }) => id),
  });
}

/** Ids of the templates that share a word with what was asked for, or whose name is spelled nearly so. */
function likeNamed(wanted: string): string[] {
  const words = wanted.split("-").filter((word) => word.length > 2);
  const near = nearestNames(
    wanted,
    TEMPLATES.map(({ name }) => keyOf(name)),
  );
  return TEMPLATES.filter(({ id, name }) => {
    const own = `${id}-${keyOf(name)}`.split("-");
    return near.includes(keyOf(name)) || words.some((word) => own.includes(word));
  }).map(({ id }) => id);
}

/** A name as ids are spelled: `FAQ assistant` is `faq-assistant`. */
function keyOf(text: string): string {
  return fold(text)
    .trim()
    .replace(/[\s_-]+/g, "-");
}

/** The settings of a chatbot made from a template, whole and checked. */
export function templateSettings(template: Template, name: string, model: string): ChatbotSettings {
  return completeSettings(importedSettings.parse({ ...template.chatbot, name }), model);
}

import { z } from "zod";
import { visibleText } from "../calls/sanitise.ts";
import { teamText } from "../chatbots/text.ts";

/**
 * Most characters of an article. All of it fits into one answer; a longer document is several articles, which search
 * also finds better.
 */
export const MAX_CONTENT = 40_000;
/** Search keywords of an article. */
const MAX_KEYWORDS = 20;

export const titleInput = teamText(200);
export const summaryInput = teamText(1000, 0);
export const contentInput = teamText(MAX_CONTENT);
export const keywordsInput = z.array(teamText(60)).max(MAX_KEYWORDS);
export const metaDescriptionInput = teamText(320);
export const categoryNameInput = teamText(80);

/** What people see as one emoji is up to ten code points. Checked, but not spelled out in the JSON Schema. */
export const iconInput = z
  .string()
  .overwrite((icon) => visibleText(icon).trim())
  .refine((icon) => icon !== "" && [...icon].length <= 10, { error: "must be 1 to 10 characters" });

export const colorInput = z
  .string()
  .refine((color) => /^#[0-9a-f]{6}$/i.test(color), { error: "must be a hex colour such as #1d4ed8" })
  .overwrite((color) => color.toLowerCase());

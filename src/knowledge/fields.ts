import { z } from "zod";
import { commaFree, typedText } from "../tenant/typed-text.ts";
import { visibleText } from "../tenant/visible-text.ts";

/**
 * Most characters of an article. All of it fits into one answer; a longer document is several articles, which search
 * also finds better.
 */
export const MAX_CONTENT = 40_000;
/** Search keywords of an article. */
const MAX_KEYWORDS = 20;

export const titleInput = typedText(200, { visible: true });
export const summaryInput = typedText(1000, { min: 0, visible: true });
export const contentInput = typedText(MAX_CONTENT, { visible: true });
export const keywordsInput = z.array(commaFree(typedText(60, { visible: true }))).max(MAX_KEYWORDS);
export const metaDescriptionInput = typedText(320, { visible: true });
export const categoryNameInput = typedText(80, { visible: true });

/** What people see as one emoji is up to ten code points. Checked, but not spelled out in the JSON Schema. */
export const iconInput = z
  .string()
  .overwrite((icon) => visibleText(icon).trim())
  .refine((icon) => icon !== "" && [...icon].length <= 10, { error: "must be 1 to 10 characters" });

export const colorInput = z
  .string()
  .refine((color) => /^#[0-9a-f]{6}$/i.test(color), { error: "must be a hex colour such as #1d4ed8" })
  .overwrite((color) => color.toLowerCase());

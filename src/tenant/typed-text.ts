import { z } from "zod";
import { isBlank, visibleText } from "./visible-text.ts";

/**
 * The one rule for text that somebody typed: well-formed, without NUL (which ends text for some readers of SQLite),
 * without white space at its ends, at most `max` characters.
 * @param max in UTF-16 units, after trimming
 * @param options.min 1 where nothing is said, and then something in it can be seen; 0 allows an empty text
 * @param options.visible leaves out characters that show nothing, as answers do: what is exported comes back as it was
 * @param options.keepSpace keeps white space at the ends: message text is the writer's own
 */
export function typedText(
  max: number,
  options: { min?: number; keepSpace?: boolean; visible?: boolean } = {},
) {
  const { min = 1, keepSpace = false, visible = false } = options;
  const text = z.string().overwrite((typed) => {
    const clean = visible ? visibleText(typed) : storableText(typed);
    return keepSpace ? clean : clean.trim();
  });
  if (min === 0) return text.max(max);
  return text
    .min(min)
    .max(max)
    .refine((clean) => clean === "" || !isBlank(clean), { error: "nothing in it can be seen" });
}

/** Text that can be stored and searched: NUL ends text for some readers, and lone surrogates are no text at all. */
export function storableText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "");
}

const withoutCommas = z.registry<Record<never, never>>();

/** Marks the items of a list as texts in which a comma never stands, so that `a, b` as one text is two of them. */
export function commaFree<S extends z.ZodType>(item: S): S {
  withoutCommas.add(item, {});
  return item;
}

/** Whether {@link commaFree} was said of an item. */
export function isCommaFree(item: z.core.$ZodType): boolean {
  return withoutCommas.has(item);
}

import { visibleText } from "../tenant/visible-text.ts";
import { endingOf, fits } from "./media-type.ts";

/** Characters of a file's name that are kept. */
export const MAX_NAME = 120;

/** What separates folders, means something to a shell of Windows or Unix, or ends a line. */
const UNWANTED = /[\p{Cc}\u2028\u2029<>:"|?*`$;&{}]/gu;

/**
 * A name for a file as people may see and keep it: without folders, without what hides or turns text around, not longer
 * than {@link MAX_NAME}, and with an ending that fits what the file is.
 * @param said by whoever sends it; undefined or empty: it has none
 */
export function fileName(said: string | undefined, mediaType: string): string {
  const last =
    visibleText(said ?? "")
      .split(/[/\\]/)
      .at(-1) ?? "";
  const clean = last
    .replace(UNWANTED, " ")
    .replace(/\s+/g, " ")
    .replace(/^[. ]+|[. ]+$/g, "");
  const usual = endingOf(mediaType);
  const named = clean === "" ? "file" : clean;
  const [, stem = named, ending = ""] = /^(.+)\.([\p{L}\p{N}]{1,10})$/u.exec(named) ?? [];
  const right = usual !== null && !fits(mediaType, ending);
  if (right) return `${short(named, MAX_NAME - usual.length - 1)}.${usual}`;
  return ending === "" ? short(named, MAX_NAME) : `${short(stem, MAX_NAME - ending.length - 1)}.${ending}`;
}

/** The first characters, none of them cut in two. */
function short(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replace(/\uFFFD$/u, "");
}

/** `Content-Disposition`, in both of its spellings (RFC 6266, RFC 8187). */
export function disposition(kind: "inline" | "attachment", name: string): string {
  const plain = name.replace(/[^\w.() -]/g, "_");
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `${kind}; filename="${plain}"; filename*=UTF-8''${encoded}`;
}

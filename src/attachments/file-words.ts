import { type FileKind, kindOf } from "./media-type.ts";

/** Nothing of the server is imported here: the widget reads messages by it too. */

const WORD: Record<FileKind, string> = { image: "picture", audio: "audio", video: "video", file: "file" };

interface Named {
  name: string;
  mediaType: string;
}

/** Files in words, a line each: what a message says that has no other text. */
export function sayFiles(files: readonly Named[]): string {
  return files.map(({ name, mediaType }) => `[${WORD[kindOf(mediaType)]}: ${name}]`).join("\n");
}

/** A message's text without the lines that {@link sayFiles} put there: what is shown beside the files themselves. */
export function captionOf(text: string, files: readonly Named[]): string {
  const said = sayFiles(files);
  if (said === "" || text === said) return said === "" ? text : "";
  return text.startsWith(`${said}\n`) ? text.slice(said.length + 1) : text;
}

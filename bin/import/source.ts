import { isUtf8 } from "node:buffer";
import { readFileSync, statSync } from "node:fs";
import { relative } from "node:path";
import { Refused } from "../refused.ts";

/** How a file is named in what is printed: from the folder that the command was called in. */
export function shownFile(file: string): string {
  const shown = relative(process.cwd(), file);
  return shown === "" || shown.startsWith("..") ? file : shown;
}

/** Largest file that is read as a whole, in bytes. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A file's bytes. @throws Refused when it cannot be read, is no file, or is larger than `most` bytes */
export function readBytes(file: string, most = MAX_BYTES): Buffer<ArrayBuffer> {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats && !stats.isFile() && !stats.isDirectory()) throw new Refused(`${shownFile(file)} is no file.`);
  if (stats && stats.size > most) {
    throw new Refused(`${shownFile(file)} is larger than ${Math.floor(most / 1024 / 1024)} MB.`);
  }
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const why =
      { ENOENT: "There is no file", EISDIR: "This is a folder, not a file:", EACCES: "Not allowed to read" }[
        code
      ] ?? `Cannot read (${code || error})`;
    throw new Refused(`${why} ${shownFile(file)}.`);
  }
}

/** The same bytes as UTF-8 without a byte order mark; null when they are neither UTF-8 nor marked as UTF-16. */
export function asUtf8(bytes: Buffer<ArrayBuffer>): Buffer<ArrayBuffer> | null {
  const marked = {
    utf16le: bytes[0] === 0xff && bytes[1] === 0xfe,
    utf16be: bytes[0] === 0xfe && bytes[1] === 0xff,
  };
  // Spreadsheet programs write "Unicode text" as UTF-16 with a mark.
  if (marked.utf16le || marked.utf16be) {
    return Buffer.from(new TextDecoder(marked.utf16le ? "utf-16le" : "utf-16be").decode(bytes));
  }
  if (!isUtf8(bytes)) return null;
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** A text file as UTF-8. @throws Refused when it cannot be read or has another encoding */
export function readUtf8(file: string): Buffer<ArrayBuffer> {
  const text = asUtf8(readBytes(file));
  if (text) return text;
  throw new Refused(`${shownFile(file)} is not UTF-8: save it with that encoding (“CSV UTF-8” in Excel).`);
}

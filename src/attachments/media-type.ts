/**
 * What a file is, by its beginning. What a sender says of it counts only where nothing contradicts it: as which document
 * a container is, or as plain text. Whatever is not known here is bytes and nothing else.
 */

/** Bytes of a file that {@link mediaTypeOf} looks at. */
export const HEAD_BYTES = 64;

/** A file whose kind nothing tells. */
export const UNKNOWN_TYPE = "application/octet-stream";

/** What a page shows as a picture, and a browser in a window of its own. Never SVG, which is a program. */
const PICTURES: ReadonlySet<string> = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** As what channels treat a file. */
export const FILE_KINDS = ["image", "audio", "video", "file"] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** The kind of a file: an image is one that everybody can show, any other picture is a file. */
export function kindOf(mediaType: string): FileKind {
  if (PICTURES.has(mediaType)) return "image";
  if (mediaType.startsWith("audio/")) return "audio";
  return mediaType.startsWith("video/") ? "video" : "file";
}

/** Documents that are a ZIP or an OLE file inside. */
const IN_ZIP: ReadonlySet<string> = new Set([
  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  "application/vnd.openxmlformats-officedocument.presentationml.presentation",
  "application/vnd.oasis.opendocument.text",
  "application/vnd.oasis.opendocument.spreadsheet",
  "application/vnd.oasis.opendocument.presentation",
  "application/epub+zip",
]);
const IN_OLE: ReadonlySet<string> = new Set([
  "application/msword",
  "application/vnd.ms-excel",
  "application/vnd.ms-powerpoint",
]);
/** Text in which nothing runs, whoever opens it. */
const TEXTS: ReadonlySet<string> = new Set([
  "text/plain",
  "text/csv",
  "text/calendar",
  "text/vcard",
  "application/json",
]);

/** Endings that fit a type, the usual one first; of types that are not here any ending is left as it is. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  "image/png": ["png"],
  "image/jpeg": ["jpg", "jpeg", "jfif"],
  "image/gif": ["gif"],
  "image/webp": ["webp"],
  "application/pdf": ["pdf"],
  "audio/ogg": ["ogg", "oga", "opus"],
  "audio/mpeg": ["mp3", "mpga"],
  "audio/mp4": ["m4a", "mp4"],
  "audio/wav": ["wav"],
  "audio/amr": ["amr"],
  "audio/aac": ["aac"],
  "audio/webm": ["webm", "weba"],
  "video/mp4": ["mp4", "m4v"],
  "video/webm": ["webm"],
  "video/3gpp": ["3gp"],
  "video/quicktime": ["mov"],
};

/** The usual ending of a type's file names, without a dot; null where there is none. */
export function endingOf(mediaType: string): string | null {
  return ENDINGS[mediaType]?.[0] ?? null;
}

/** Whether a file of this type may be called so: what opens a file goes by its ending. */
export function fits(mediaType: string, ending: string): boolean {
  return ENDINGS[mediaType]?.includes(ending.toLowerCase()) ?? true;
}

/**
 * The media type of a file.
 * @param head its first {@link HEAD_BYTES}, or all of a shorter one
 * @param declared what its sender says, with or without parameters
 * @returns without parameters, in lower case
 */
export function mediaTypeOf(head: Uint8Array, declared = ""): string {
  const said = declared.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const at = (offset: number, text: string) =>
    [...text].every((letter, i) => head[offset + i] === letter.charCodeAt(0));
  const is = (...bytes: number[]) => bytes.every((byte, i) => head[i] === byte);
  const heard = said.startsWith("audio/");
  if (is(0x89) && at(1, "PNG\r\n\x1a\n")) return "image/png";
  if (is(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (at(0, "GIF87a") || at(0, "GIF89a")) return "image/gif";
  if (at(0, "RIFF") && at(8, "WEBP")) return "image/webp";
  if (at(0, "RIFF") && at(8, "WAVE")) return "audio/wav";
  if (at(0, "%PDF-")) return "application/pdf";
  if (at(0, "OggS")) return said.startsWith("video/") ? "video/ogg" : "audio/ogg";
  if (at(0, "ID3")) return "audio/mpeg";
  if (at(0, "fLaC")) return "audio/flac";
  if (at(0, "#!AMR")) return "audio/amr";
  if (is(0x1a, 0x45, 0xdf, 0xa3)) return heard ? "audio/webm" : "video/webm";
  if (at(4, "ftyp")) return inMp4((from, text) => at(8 + from, text), heard);
  // ADTS and MPEG audio have eleven bits in common; a layer of 0 is AAC's.
  if (is(0xff) && heard && ((head[1] ?? 0) & 0xe0) === 0xe0) {
    return ((head[1] ?? 0) & 0x06) === 0 ? "audio/aac" : "audio/mpeg";
  }
  if (at(0, "PK\x03\x04")) return IN_ZIP.has(said) ? said : "application/zip";
  if (is(0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1)) return IN_OLE.has(said) ? said : UNKNOWN_TYPE;
  if (is(0x1f, 0x8b)) return "application/gzip";
  return TEXTS.has(said) && head.length > 0 && !head.includes(0) ? said : UNKNOWN_TYPE;
}

/** What an ISO base media file holds, by its brand. */
function inMp4(brand: (from: number, text: string) => boolean, heard: boolean): string {
  if (brand(0, "M4A") || brand(0, "M4B")) return "audio/mp4";
  if (brand(0, "avif") || brand(0, "avis")) return "image/avif";
  if (brand(0, "heic") || brand(0, "heix") || brand(0, "mif1")) return "image/heic";
  if (brand(0, "3gp") || brand(0, "3g2")) return "video/3gpp";
  if (brand(0, "qt  ")) return "video/quicktime";
  return heard ? "audio/mp4" : "video/mp4";
}

import { inflateRawSync } from "node:zlib";
import { BadEntry } from "./entry.ts";

/** Bytes that a packed document may hold, and those of its XML, which is read as a whole and takes fifty times as much. */
const MAX_UNPACKED = 200_000_000;
const MAX_XML = 10_000_000;
const MAX_FILES = 5000;

/** Of the file format (APPNOTE.TXT 6.3.10, 4.3): signatures and where fields stand. */
const END = { signature: 0x06054b50, size: 22, comment: 0xffff };
const CENTRAL = { signature: 0x02014b50, size: 46 };
const LOCAL = { size: 30 };
const STORED = 0;
const DEFLATED = 8;

/**
 * Unpacks what is in a ZIP file, and forgets it, to know that it is no more than can be worked with: what its directory
 * says of sizes may be a lie.
 * @throws BadEntry when it is more, or no readable ZIP file
 */
export function assertUnpackable(bytes: Buffer): void {
  let unpacked = 0;
  let xml = 0;
  for (const { name, size } of sizes(bytes, () => MAX_UNPACKED - unpacked)) {
    unpacked += size;
    if (/\.(xml|rels)$/i.test(name)) xml += size;
    if (unpacked > MAX_UNPACKED || xml > MAX_XML) throw tooLarge();
  }
}

function tooLarge(): BadEntry {
  return new BadEntry(
    `unpacks to more than ${MAX_XML / 1_000_000} MB of text or ${MAX_UNPACKED / 1_000_000} MB in all`,
  );
}

/** @param room bytes that the next file may still have */
function* sizes(bytes: Buffer, room: () => number): Generator<{ name: string; size: number }> {
  const unreadable = new BadEntry("is no readable DOCX");
  const from = Math.max(0, bytes.length - END.size - END.comment);
  const end = bytes.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  if (end < from || end + END.size > bytes.length) throw unreadable;
  const files = bytes.readUInt16LE(end + 10);
  if (files > MAX_FILES) throw tooLarge();
  let at = bytes.readUInt32LE(end + 16);
  for (let i = 0; i < files; i++) {
    if (at + CENTRAL.size > bytes.length || bytes.readUInt32LE(at) !== CENTRAL.signature) throw unreadable;
    const method = bytes.readUInt16LE(at + 10);
    const packed = bytes.readUInt32LE(at + 20);
    const [nameLength, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
    const local = bytes.readUInt32LE(at + 42);
    const next = at + CENTRAL.size + (nameLength ?? 0);
    const name = bytes.toString("utf8", at + CENTRAL.size, next);
    at = next + (extra ?? 0) + (comment ?? 0);
    if (local + LOCAL.size > bytes.length) throw unreadable;
    const data = local + LOCAL.size + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    if (method === STORED) yield { name, size: packed };
    else if (method === DEFLATED) yield { name, size: inflatedSize(bytes.subarray(data), room()) };
    else throw unreadable;
  }
}

function inflatedSize(bytes: Buffer, most: number): number {
  try {
    return inflateRawSync(bytes, { maxOutputLength: Math.max(1, most) }).length;
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge();
    throw new BadEntry("is no readable DOCX");
  }
}

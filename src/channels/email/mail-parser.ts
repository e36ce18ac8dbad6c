import PostalMime from "postal-mime";

/** How deep parts may lie in parts, and bytes of all headers: far above what mail programs write. A mail in it is a file. */
const LIMITS = { maxNestingDepth: 30, maxHeadersSize: 256 * 1024, maxRfc822NestingDepth: 0 };

/** Bytes of a part that is read as text; a longer one is a file. */
const MAX_TEXT_PART = 1024 * 1024;

/** So often HTML may open what it does not close: looking for the end each time takes the square of its length. */
const MOST_OPEN = 500;

/** What of a part decides whether it is text. */
interface Part {
  content?: ArrayBuffer | null;
  contentType: { parsed?: { value?: string } };
  contentDisposition?: { parsed?: { value?: string } };
}

/** postal-mime, with parts that would hold it up, or that nobody reads, as files. */
export class MailParser extends PostalMime {
  constructor() {
    super(LIMITS);
  }

  /** Its own question, which it asks of each part. */
  isInlineTextNode({ content, contentType, contentDisposition }: Part): boolean {
    const type = contentType.parsed?.value;
    if (contentDisposition?.parsed?.value === "attachment") return false;
    if (type !== "text/plain" && type !== "text/html") return false;
    const bytes = new Uint8Array(content ?? new ArrayBuffer());
    return bytes.byteLength <= MAX_TEXT_PART && (type === "text/plain" || !isTangled(bytes));
  }
}

const [LESS, MORE, BANG] = [0x3c, 0x3e, 0x21];
/** s and S: of scripts, which have no place in mail. */
const SCRIPT = [0x73, 0x53];

/** HTML whose tags, comments or scripts are opened far more often than closed, or that is scripts. */
function isTangled(bytes: Uint8Array): boolean {
  let open = 0;
  let isInside = false;
  for (let i = 0; i < bytes.length; i++) {
    const letter = bytes[i];
    if (letter === MORE) isInside = false;
    if (letter !== LESS) continue;
    const next = bytes[i + 1] ?? 0;
    if (isInside) open++;
    if (next === BANG) open += 0.25;
    if (SCRIPT.includes(next) && bytes[i + 2] === 0x63) open++;
    isInside = true;
    if (open > MOST_OPEN) return true;
  }
  return false;
}

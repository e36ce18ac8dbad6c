import { parseJson, TooDeep } from "./json-text.ts";

/** The largest body that any door reads: the SDKs' own limit for MCP messages. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

export type JsonBody =
  | { ok: true; value: unknown; text: string; bytes: number }
  | { ok: false; status: 400 | 413 | 415; message: string };

const STRICT_UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Reads a JSON body under a cap. The bytes that arrive without a declared length are counted, and reading stops as soon
 * as they are too many.
 * @param maxBytes the largest body taken
 * @param whenEmpty what a request without a body stands for, whatever its type; without it that is malformed
 * @returns the parsed value, or the status to refuse with: 415 not JSON by its type or packed, 413 too large, 400 malformed
 */
export async function readJson(
  request: Request,
  maxBytes = MAX_BODY_BYTES,
  whenEmpty?: unknown,
): Promise<JsonBody> {
  const declared = Number(request.headers.get("content-length") ?? Number.NaN);
  // Asked last: it makes a stream.
  if (whenEmpty !== undefined && (declared === 0 || request.body === null)) {
    return { ok: true, value: whenEmpty, text: "", bytes: 0 };
  }
  const encoding = request.headers.get("content-encoding")?.trim().toLowerCase();
  if (encoding && encoding !== "identity") {
    return { ok: false, status: 415, message: "Send the body as it is, without a Content-Encoding." };
  }
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    return { ok: false, status: 415, message: "Content-Type must be application/json." };
  }
  const tooLarge = { ok: false, status: 413, message: `The body is larger than ${maxBytes} bytes.` } as const;
  if (declared > maxBytes) return tooLarge;
  // HTTP itself holds a sender to a length that it declared: nothing longer arrives, and one read is all it takes.
  const bytes =
    declared <= maxBytes ? new Uint8Array(await request.arrayBuffer()) : await readBytes(request, maxBytes);
  if (bytes === null || bytes.byteLength > maxBytes) return tooLarge;
  try {
    const text = STRICT_UTF8.decode(bytes);
    return { ok: true, value: parseJson(text), text, bytes: bytes.byteLength };
  } catch (error) {
    const message = error instanceof TooDeep ? error.message : "The body is not valid JSON.";
    return { ok: false, status: 400, message };
  }
}

/** The whole body, read no further than `maxBytes`; null when it is longer. */
export async function readBytes(request: Request | Response, maxBytes: number): Promise<Uint8Array | null> {
  if (!request.body) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.byteLength;
    if (length > maxBytes) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
  const [only] = chunks;
  if (chunks.length === 1 && only) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

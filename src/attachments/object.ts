import { HEAD_BYTES } from "./media-type.ts";

/** What a file is read from. */
export interface FileSource {
  body: ReadableStream<Uint8Array> | Uint8Array;
  /** Bytes of the body, where whoever sends it says so and is held to it. */
  length?: number;
}

/** Parts of an upload whose length nobody said: R2 takes none smaller but the last. */
const PART_BYTES = 5 * 1024 * 1024;

export interface Put {
  bytes: number;
  /** The beginning, by which it is known what the file is. */
  head: Uint8Array;
}

/**
 * Puts an object as its bytes come: nothing but its beginning, or a part, is held in memory. Of one that is cut off, too
 * large or not as long as was said, nothing is left.
 * @returns null: it is larger than `maxBytes`
 */
export async function putObject(
  bucket: R2Bucket,
  key: string,
  { body, length }: FileSource,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<Put | null> {
  if (body instanceof Uint8Array) {
    if (body.byteLength > maxBytes) return null;
    if (body.byteLength > 0) await bucket.put(key, body);
    return { bytes: body.byteLength, head: body.slice(0, HEAD_BYTES) };
  }
  if (length !== undefined && length > maxBytes) return null;
  return length === undefined
    ? await putParts(bucket, key, body, { maxBytes, signal })
    : await putWhole(bucket, key, body, { length, signal });
}

async function putWhole(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream<Uint8Array>,
  { length, signal }: { length: number; signal: AbortSignal },
): Promise<Put> {
  const head = new Head();
  const { readable, writable } = new FixedLengthStream(length);
  const copying = body
    .pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          head.add(chunk);
          controller.enqueue(chunk);
        },
      }),
    )
    .pipeTo(writable, { signal });
  const [copied, put] = await Promise.allSettled([copying, bucket.put(key, readable)]);
  if (copied.status === "rejected") throw copied.reason;
  if (put.status === "rejected") throw put.reason;
  return { bytes: length, head: head.bytes };
}

async function putParts(
  bucket: R2Bucket,
  key: string,
  body: ReadableStream<Uint8Array>,
  { maxBytes, signal }: { maxBytes: number; signal: AbortSignal },
): Promise<Put | null> {
  const head = new Head();
  const parts: R2UploadedPart[] = [];
  let upload: R2MultipartUpload | null = null;
  let [bytes, filled] = [0, 0];
  let part = new Uint8Array(PART_BYTES);
  const reader = body.getReader();
  const stop = () => void reader.cancel(signal.reason).catch(() => {});
  signal.addEventListener("abort", stop, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) break;
      head.add(value);
      bytes += value.byteLength;
      if (bytes > maxBytes) {
        await reader.cancel();
        await upload?.abort();
        return null;
      }
      for (let from = 0; from < value.byteLength; ) {
        const some = value.subarray(from, from + PART_BYTES - filled);
        part.set(some, filled);
        filled += some.byteLength;
        from += some.byteLength;
        if (filled < PART_BYTES) continue;
        upload ??= await bucket.createMultipartUpload(key);
        parts.push(await upload.uploadPart(parts.length + 1, part));
        [part, filled] = [new Uint8Array(PART_BYTES), 0];
      }
    }
    const rest = part.subarray(0, filled);
    if (!upload) {
      if (bytes > 0) await bucket.put(key, rest);
    } else {
      if (filled > 0) parts.push(await upload.uploadPart(parts.length + 1, rest));
      await upload.complete(parts);
    }
    return { bytes, head: head.bytes };
  } catch (error) {
    await upload?.abort().catch(() => {});
    throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** The first {@link HEAD_BYTES} of what goes by. */
class Head {
  readonly #bytes = new Uint8Array(HEAD_BYTES);
  #length = 0;

  add(chunk: Uint8Array): void {
    const some = chunk.subarray(0, HEAD_BYTES - this.#length);
    this.#bytes.set(some, this.#length);
    this.#length += some.byteLength;
  }

  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

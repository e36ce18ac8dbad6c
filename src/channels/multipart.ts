/** A file to upload, as its bytes come. */
export interface UploadedFile {
  /** The form's field for it. */
  field: string;
  name: string;
  mediaType: string;
  bytes: number;
  body: ReadableStream<Uint8Array>;
}

/**
 * A form with one file as a request's body (RFC 7578), without holding the file in memory.
 * @param fields come before the file
 */
export function multipart(
  fields: Readonly<Record<string, string>>,
  file: UploadedFile,
): { headers: Record<string, string>; body: ReadableStream<Uint8Array> } {
  const utf8 = new TextEncoder();
  const boundary = `parley-${crypto.randomUUID()}`;
  const quoted = (text: string) => text.replace(/["\r\n]/g, (c) => encodeURIComponent(c));
  const before = utf8.encode(
    [
      ...Object.entries(fields).map(
        ([name, value]) =>
          `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"\r\n\r\n${value}\r\n`,
      ),
      `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(file.field)}"; filename="${quoted(file.name)}"\r\n`,
      `Content-Type: ${file.mediaType}\r\n\r\n`,
    ].join(""),
  );
  const after = utf8.encode(`\r\n--${boundary}--\r\n`);
  const { readable, writable } = new FixedLengthStream(before.length + file.bytes + after.length);
  const copy = async () => {
    const start = writable.getWriter();
    await start.write(before);
    start.releaseLock();
    await file.body.pipeTo(writable, { preventClose: true });
    const end = writable.getWriter();
    await end.write(after);
    await end.close();
  };
  // What is cut off here is cut off for who reads it.
  void copy().catch((error: unknown) => void writable.abort(error).catch(() => {}));
  return { headers: { "content-type": `multipart/form-data; boundary=${boundary}` }, body: readable };
}

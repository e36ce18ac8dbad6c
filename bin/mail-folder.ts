import { randomUUID } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { createTransport } from "nodemailer";
import { z } from "zod";

/**
 * A server that takes mail as Resend's API does (resend.com/docs/api-reference/emails/send-email) and sends none: each
 * becomes a file that mail programs open. Stands in for a provider at `npm start`.
 */

const mailSchema = z.object({
  from: z.string(),
  to: z.union([z.string(), z.array(z.string())]),
  subject: z.string(),
  text: z.string().optional(),
  html: z.string().optional(),
  reply_to: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  attachments: z
    .array(z.object({ filename: z.string(), content: z.string(), content_type: z.string().optional() }))
    .optional(),
});

/** A mail of Resend's API as it goes over the wire: RFC 5322, multipart. @param id becomes its Message-ID, as Resend's own */
export async function rawMail(body: unknown, id: string): Promise<Buffer> {
  const { reply_to: replyTo, attachments = [], ...mail } = mailSchema.parse(body);
  const transport = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const { message } = await transport.sendMail({
    ...{ ...mail, replyTo, messageId: `<${id}@mail.localhost>` },
    attachments: attachments.map(({ filename, content, content_type: contentType }) => ({
      ...{ filename, content, contentType, encoding: "base64" },
    })),
  });
  if (!Buffer.isBuffer(message)) throw new Error("unreachable: the transport answers buffers");
  return message;
}

/** Takes mail on loopback and writes each into `folder` as `<time>-<id>.eml`. @returns the server, and its address */
export async function serveMailFolder(folder: string): Promise<{ server: Server; origin: string }> {
  // Links in it let people in.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const taken = new Map<string, string>();
  const server = createServer((request, response) => {
    const answer = (status: number, body: object) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    const take = async () => {
      // Whoever asks for it wants to know whether the key is one.
      if (request.url === "/domains") return answer(200, { data: [] });
      if (request.method !== "POST" || request.url !== "/emails") {
        return answer(404, { name: "not_found", message: "There is only POST /emails." });
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const key = request.headers["idempotency-key"];
      const before = typeof key === "string" ? taken.get(key) : undefined;
      const id = before ?? randomUUID();
      if (before === undefined) {
        const raw = await rawMail(JSON.parse(Buffer.concat(chunks).toString()), id);
        const time = new Date().toISOString().replaceAll(":", "-");
        writeFileSync(join(folder, `${time}-${id}.eml`), raw, { mode: 0o600 });
        if (typeof key === "string") taken.set(key, id);
      }
      answer(200, { id });
    };
    take().catch((error: unknown) => answer(422, { name: "validation_error", message: String(error) }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("unreachable: it listens");
  return { server, origin: `http://127.0.0.1:${address.port}` };
}

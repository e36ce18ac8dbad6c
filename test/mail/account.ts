import PostalMime from "postal-mime";
import { z } from "zod";

const taken = z.array(z.object({ id: z.string(), key: z.string().nullable(), raw: z.string() }));

/** An account at one of the servers that stand for providers. */
export class MailAccount {
  readonly key = `re_${crypto.randomUUID().replaceAll("-", "")}`;
  readonly #origin: string;

  constructor(provider: "resend" | "postmark" = "resend") {
    this.#origin = `https://${provider}.example`;
  }

  /** What happens next, see `providers.ts`. */
  async control(what: object): Promise<void> {
    await fetch(`${this.#origin}/control/${this.key}`, { method: "POST", body: JSON.stringify(what) });
  }

  async raw(): Promise<{ id: string; raw: Uint8Array }[]> {
    const response = await fetch(`${this.#origin}/sent/${this.key}`);
    return taken.parse(await response.json()).map(({ id, raw }) => ({ id, raw: Uint8Array.fromBase64(raw) }));
  }

  /** What was sent, read by a library that knows nothing of us. */
  async mails() {
    return Promise.all(
      (await this.raw()).map(async ({ id, raw }) => ({ id, ...(await PostalMime.parse(raw)) })),
    );
  }
}

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { deploymentWay, handMail, isMailConfigured, sendMail } from "../../src/mail/send.ts";
import { MailAccount } from "./account.ts";

const mail = {
  from: { name: "Mina", address: "support@shop.example" },
  to: "ada@example.com",
  subject: "Your parcel",
  text: "It is on its way.",
  html: "<p>It is on its way.</p>",
};

/** Answers of a provider, and what they come to. */
const REFUSALS = {
  resend: [
    [401, { name: "invalid_api_key", message: "API key is invalid" }, { outcome: "later", refused: true }],
    [
      403,
      { name: "validation_error", message: "The domain is not verified." },
      { outcome: "later", refused: true },
    ],
    [409, { name: "concurrent_idempotent_requests", message: "Wait." }, { outcome: "later", refused: false }],
    [
      422,
      { name: "validation_error", message: "Invalid `to` field." },
      { outcome: "failed", unreachable: false },
    ],
    [
      429,
      { name: "rate_limit_exceeded", message: "Slow." },
      { outcome: "later", statusCode: 429, retryAfterMs: 7000 },
    ],
    [500, { name: "application_error", message: "Oops." }, { outcome: "later", refused: false }],
    [502, "no JSON", { outcome: "later", reason: "Resend answered 502." }],
    [302, "", { outcome: "later", refused: false }],
  ],
  postmark: [
    [401, { ErrorCode: 10, Message: "No token." }, { outcome: "later", refused: true }],
    [422, { ErrorCode: 406, Message: "Inactive recipient." }, { outcome: "failed", unreachable: true }],
    [422, { ErrorCode: 400, Message: "Sender signature not found." }, { outcome: "later", refused: true }],
    [422, { ErrorCode: 300, Message: "Invalid email." }, { outcome: "failed", unreachable: false }],
    [429, { ErrorCode: 429, Message: "Slow." }, { outcome: "later", statusCode: 429, retryAfterMs: 7000 }],
    [503, { ErrorCode: 100, Message: "Maintenance." }, { outcome: "later", refused: false }],
  ],
} as const;

describe("mail", () => {
  for (const provider of ["resend", "postmark"] as const) {
    it(`goes out by ${provider} as both text and HTML, with what is said of its thread`, async () => {
      const account = new MailAccount(provider);
      const headers = { "In-Reply-To": "<a@b.example>", References: "<r@b.example> <a@b.example>" };
      const files = [{ name: "bill.txt", mediaType: "text/plain", content: btoa("12 EUR") }];
      const sending = {
        ...mail,
        headers,
        files,
        replyTo: "support+x@shop.example",
        key: crypto.randomUUID(),
      };
      const way = { provider, key: account.key };
      const first = await handMail(env, way, sending);
      expect(first).toMatchObject({ outcome: "sent" });
      const [sent] = await account.mails();
      expect(sent).toMatchObject({
        from: mail.from,
        to: [{ address: mail.to }],
        replyTo: [{ address: "support+x@shop.example" }],
        subject: mail.subject,
        inReplyTo: "<a@b.example>",
        references: headers.References,
        attachments: [{ filename: "bill.txt", mimeType: "text/plain" }],
      });
      expect(sent?.text?.trim()).toBe(mail.text);
      expect(sent?.html?.trim()).toBe(mail.html);
      if (provider === "resend") expect(await handMail(env, way, sending)).toEqual(first);
      expect(await account.mails()).toHaveLength(1);
    });

    it(`knows what ${provider} means by its refusals`, async () => {
      const account = new MailAccount(provider);
      for (const [status, body, fate] of REFUSALS[provider]) {
        await account.control({ next: [{ status, body, headers: { "retry-after": "7" } }] });
        const handed = await handMail(env, { provider, key: account.key }, mail);
        expect(handed, JSON.stringify(body)).toMatchObject(fate);
        expect(JSON.stringify(handed)).not.toContain(account.key);
      }
      expect(await account.mails()).toEqual([]);
    });
  }

  it("lets nobody write headers of their own into it", async () => {
    const account = new MailAccount();
    const evil = 'x\r\nBcc: all@example.com\r\n\r\nEvil "<b@c.example>';
    const way = { provider: "resend", key: account.key } as const;
    await handMail(env, way, {
      ...mail,
      from: { ...mail.from, name: evil },
      subject: evil,
      headers: { "In-Reply-To": evil },
    });
    const [sent] = await account.mails();
    expect(sent?.from?.address).toBe(mail.from.address);
    expect(sent?.bcc).toBeUndefined();
    expect(sent?.headers.some(({ key }) => key === "bcc")).toBe(false);
    expect(sent?.text?.trim()).toBe(mail.text);
  });

  it("goes out by Cloudflare's binding, whose codes are known", async () => {
    const asked: unknown[] = [];
    let fails: { code: string; message: string } | null = null;
    const sendBy = (fault: typeof fails) => {
      fails = fault;
      const EMAIL = {
        async send(message: unknown) {
          if (fails) throw Object.assign(new Error(fails.message), fails);
          asked.push(message);
          return { messageId: "<x@cf.example>" };
        },
      };
      return handMail({ ...env, EMAIL }, { provider: "cloudflare" }, mail);
    };
    expect(await sendBy(null)).toEqual({ outcome: "sent", id: "<x@cf.example>" });
    expect(asked[0]).toMatchObject({
      ...{ to: mail.to, subject: mail.subject, text: mail.text, html: mail.html },
      from: { name: "Mina", email: mail.from.address },
    });
    const codes = {
      E_RECIPIENT_SUPPRESSED: { outcome: "failed", unreachable: true },
      E_RATE_LIMIT_EXCEEDED: { outcome: "later", statusCode: 429 },
      E_SENDER_NOT_VERIFIED: { outcome: "later", refused: true },
      E_INTERNAL_SERVER_ERROR: { outcome: "later", refused: false },
      E_CONTENT_TOO_LARGE: { outcome: "failed", unreachable: false },
    };
    for (const [code, fate] of Object.entries(codes)) {
      expect(await sendBy({ code, message: "No." })).toMatchObject(fate);
    }
    expect(await handMail(env, { provider: "cloudflare" }, mail)).toMatchObject({ refused: true });
  });

  it("of the deployment is configured by a provider and a sender, and says that it answers nobody", async () => {
    const account = new MailAccount();
    const { from: _, ...letter } = mail;
    expect([isMailConfigured(env), deploymentWay(env)]).toEqual([false, null]);
    expect(await sendMail(env, letter)).toMatchObject({ outcome: "failed" });
    const configured = { ...env, RESEND_API_KEY: account.key, MAIL_FROM: '"Parley" <parley@shop.example>' };
    expect(isMailConfigured({ ...configured, MAIL_FROM: "nobody" })).toBe(false);
    expect(isMailConfigured(configured)).toBe(true);
    expect(await sendMail(configured, letter)).toMatchObject({ outcome: "sent" });
    const [sent] = await account.mails();
    expect(sent?.from).toEqual({ name: "Parley", address: "parley@shop.example" });
    expect(sent?.headers).toContainEqual(
      expect.objectContaining({ key: "auto-submitted", value: "auto-generated" }),
    );
  });
});

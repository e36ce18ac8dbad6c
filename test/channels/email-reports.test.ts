import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { getMessage } from "../../src/conversations/read.ts";
import { failure, run, shapes } from "../conversations/setting.ts";
import { ORIGIN, serve } from "../mcp/visit.ts";
import { arrive, mailWorkspace } from "./email-setting.ts";

const ADA = "ada@customer.example";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/** A conversation in which something went out. */
async function sentIn(provider: "resend" | "postmark") {
  const more = provider === "resend" ? { signingSecret: SECRET } : {};
  const place = await mailWorkspace({ provider, more });
  const { address, team, tenant, account } = place;
  await arrive({ from: ADA, to: address });
  const { items } = await run(team, "list_conversations", {}, shapes.page);
  const conversationId = z.string().parse(items[0]?.id);
  const { message } = await run(team, "reply_to_conversation", { conversationId, text: "Yes" }, shapes.sent);
  await expect.poll(async () => (await getMessage(tenant, message.id)).status).toBe("sent");
  const [mail] = await account.mails();
  return { ...place, conversationId, messageId: message.id, mailId: z.string().parse(mail?.id) };
}

type Sent = Awaited<ReturnType<typeof sentIn>>;

/** One report, as the provider posts it to the address that connecting printed. */
async function post({ connected }: Sent, body: object, headers: Record<string, string>): Promise<number> {
  const url = new URL(z.string().parse(connected.reports));
  const { username, password } = url;
  const basic: Record<string, string> =
    password === "" ? {} : { authorization: `Basic ${btoa(`${username}:${password}`)}` };
  const response = await serve(`${ORIGIN}${url.pathname}`, {
    method: "POST",
    headers: { "content-type": "application/json", ...basic, ...headers },
    body: JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

/** As Svix signs. */
function signed(body: object, { secret = SECRET, at = new Date() } = {}): Record<string, string> {
  const id = `msg_${crypto.randomUUID()}`;
  return {
    "svix-id": id,
    "svix-timestamp": String(Math.floor(at.getTime() / 1000)),
    "svix-signature": new Webhook(secret).sign(id, at, JSON.stringify(body)),
  };
}

const resend = (type: string, emailId: string, more: object = {}) => ({
  ...{ type, created_at: "2026-11-22T23:41:12.126Z" },
  data: { email_id: emailId, from: "Acme <s@x.example>", to: [ADA], subject: "Re: Hello", ...more },
});

const postmark = (type: string, id: string, more: object = {}) => ({
  ...{ RecordType: type, MessageID: id, ServerID: 1, MessageStream: "outbound", ...more },
});

const bounced = { bounce: { type: "Permanent", subType: "General", message: "There is no such mailbox." } };

const BOUNCES = {
  resend: (id: string) => resend("email.bounced", id, bounced),
  postmark: (id: string) =>
    postmark("Bounce", id, {
      ...{ Type: "HardBounce", TypeCode: 1, Email: ADA, Inactive: true },
      ...{
        Description: "The server was unable to deliver your message.",
        Details: "There is no such mailbox.",
      },
    }),
};

describe.each(["resend", "postmark"] as const)("what %s reports", (provider) => {
  const headersOf = (body: object) => (provider === "resend" ? signed(body) : {});
  const delivered = (id: string) =>
    provider === "resend" ? resend("email.delivered", id) : postmark("Delivery", id, { Recipient: ADA });

  it("moves a message's state forward, and back never", async () => {
    const sent = await sentIn(provider);
    const { tenant, messageId, mailId } = sent;
    for (const body of [delivered(mailId), delivered(mailId), BOUNCES[provider](mailId)]) {
      expect(await post(sent, body, headersOf(body))).toBe(200);
      expect(await getMessage(tenant, messageId)).toMatchObject({ status: "delivered", failure: null });
    }
    const unknown = delivered(crypto.randomUUID());
    expect(await post(sent, unknown, headersOf(unknown))).toBe(200);
  });

  it("marks who cannot be reached, with the reason, until they write again", async () => {
    const sent = await sentIn(provider);
    const { tenant, team, messageId, mailId, conversationId, address } = sent;
    const body = BOUNCES[provider](mailId);
    expect(await post(sent, body, headersOf(body))).toBe(200);
    expect(await getMessage(tenant, messageId)).toMatchObject({
      status: "failed",
      failure: expect.stringContaining("no such mailbox"),
    });
    const refused = await failure(team, "reply_to_conversation", { conversationId, text: "Hello?" });
    expect(refused.message).toContain("no such mailbox");
    await arrive({ from: ADA, to: address, text: "I have a mailbox" });
    await run(team, "reply_to_conversation", { conversationId, text: "Good" }, shapes.sent);
  });

  it("is believed where it is shown to be theirs alone", async () => {
    const sent = await sentIn(provider);
    const other = await sentIn(provider);
    const { tenant, messageId, mailId } = sent;
    const body = BOUNCES[provider](mailId);
    const old = new Date(Date.now() - 10 * 60_000);
    const wrong: Record<string, string>[] =
      provider === "resend"
        ? [
            {},
            { ...signed(body), "svix-id": "msg_other" },
            signed(body, { secret: "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }),
            signed(body, { at: old }),
            signed(delivered(mailId)),
          ]
        : [{ authorization: "" }, { authorization: `Basic ${btoa("parley:guess")}` }];
    for (const headers of wrong) expect(await post(sent, body, headers)).toBe(401);
    // Another inbox's provider tells of its own mail alone.
    if (provider === "resend") expect(await post(other, body, signed(body))).toBe(200);
    expect(await getMessage(tenant, messageId)).toMatchObject({ status: "sent" });
    const nonsense = { hello: "there" };
    expect(await post(sent, nonsense, headersOf(nonsense))).toBe(400);
  });
});

import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import type { OutgoingFile } from "../../src/channels/channel.ts";
import { emailChannel } from "../../src/channels/email/channel.ts";
import { createContact } from "../../src/contacts/store.ts";
import { getMessage } from "../../src/conversations/read.ts";
import { getInbox } from "../../src/inboxes/store.ts";
import { newId } from "../../src/tenant/ids.ts";
import { eventTypes, failure, run, shapes } from "../conversations/setting.ts";
import { operate, refusal } from "../operator/operate.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import {
  answerTo,
  arrive,
  conversationsIn,
  mailWorkspace,
  onlyConversation,
  type Place,
  reply,
  textsIn,
  wire,
} from "./email-setting.ts";

const ADA = "ada@customer.example";

const stateOf =
  ({ tenant }: Pick<Place, "tenant">, id: string) =>
  async () =>
    (await getMessage(tenant, id)).status;

describe("an inbox of mail", () => {
  it("is connected by its address and a provider's key, which nothing shows again", async () => {
    const place = await mailWorkspace();
    const { address, account, inbox, team, connected, connection } = place;
    expect(connected).toMatchObject({ next: expect.stringContaining("Subaddressing") });
    const shown = [
      connected,
      await runTool(catalogue.tools, team, "get_channel_config", { channelId: inbox.id }),
      await runTool(catalogue.tools, team, "list_channels", {}),
      await operate("POST", `${connection}/test`),
    ];
    expect(shown[1]).toMatchObject({ state: "active", connection: { address, provider: "resend" } });
    expect(shown[3]).toMatchObject({ works: expect.stringContaining(address) });
    expect(JSON.stringify(shown)).not.toContain(account.key);
    // The test's mail comes back, and is nobody's.
    const [test] = await account.raw();
    expect(await arrive({ from: address, to: address }, test?.raw)).toBeNull();
    expect(await conversationsIn(place)).toEqual([]);
  });

  it("says what is wrong with what was given, and takes no address that is another's", async () => {
    const { address, connection, tenant, inbox, account } = await mailWorkspace();
    const other = await mailWorkspace();
    const token = account.key;
    const resend = { provider: "resend", token };
    for (const [given, says] of [
      [{ address: "nobody", ...resend }, "no email address"],
      [{ address: "a+b@shop.example", ...resend }, "plus"],
      [{ address: `${"a".repeat(30)}@shop.example`, ...resend }, "at most"],
      [{ address: "a@shop.example" }, "sends no mail"],
      [{ address: "a@shop.example", provider: "resend" }, "--token"],
      [{ address: "a@shop.example", token }, "--provider"],
      [{ address: "a@shop.example", provider: "resend", token: "wrong" }, "does not know this key"],
      [{ address: "a@shop.example", provider: "cloudflare" }, "EMAIL"],
      [{ address: other.address, ...resend }, "another inbox"],
      [{ address: "a@shop.example", ...resend, callback: "x" }, "--address"],
    ] as const) {
      expect((await refusal("PUT", connection, given)).message, JSON.stringify(given)).toContain(says);
    }
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active", connection: { address } });
    expect(await arrive({ from: ADA, to: address })).toBeNull();
    expect(await arrive({ from: ADA, to: "a@shop.example" })).toContain("no mailbox");
  });

  it("takes a mail in, answers it in its thread, and takes the answer into the same conversation", async () => {
    const place = await mailWorkspace();
    const { address, account, team, tenant } = place;
    const messageId = "<first@customer.example>";
    const first = { from: ADA, shown: '"Ada Byron" <ada@customer.example>', to: address, messageId };
    expect(await arrive({ ...first, subject: "My parcel", text: "Where is it?" })).toBeNull();
    const conversationId = await onlyConversation(place);
    const thread = await run(team, "get_conversation", { conversationId }, shapes.thread);
    expect(thread).toMatchObject({
      conversation: { status: "open", subject: "My parcel" },
      contact: { name: "Ada Byron", email: ADA },
      messages: [{ text: "My parcel\n\nWhere is it?" }],
    });
    const id = await reply(place, conversationId, "On its way: https://x.example/a?b=1&c=2.\n<b>");
    await expect.poll(stateOf(place, id)).toBe("sent");
    const [mail] = await account.mails();
    expect(mail).toMatchObject({
      from: { address, name: "Mina (Acme)" },
      to: [{ address: ADA }],
      subject: "Re: My parcel",
      inReplyTo: messageId,
      references: expect.stringMatching(/^<\S+> <first@customer\.example>$/),
    });
    expect(mail?.text?.trim()).toBe("On its way: https://x.example/a?b=1&c=2.\n<b>");
    expect(mail?.html).toContain('<a href="https://x.example/a?b=1&amp;c=2">');
    expect(mail?.html).toContain("&lt;b&gt;");
    expect(mail?.headers.some(({ key }) => key === "auto-submitted")).toBe(false);
    expect(mail?.replyTo?.[0]?.address?.length).toBeLessThan(64 + 1 + address.length);
    const quoting = "Thanks!\n\nOn Mon, 1 Jun 2026 at 10:00, Acme <s@x.example> wrote:\n> On its way";
    expect(await arrive(await answerTo(account, ADA, quoting))).toBeNull();
    expect(await onlyConversation(place)).toBe(conversationId);
    expect((await textsIn(place, conversationId)).at(-1)).toBe("Thanks!");
    const messages = await run(team, "get_conversation", { conversationId }, shapes.thread);
    const last = await getMessage(tenant, z.string().parse(messages.messages.at(-1)?.id));
    expect(last.content?.original).toBe(quoting);
    await reply(place, conversationId, "Gladly.");
    await expect.poll(async () => (await account.mails()).length).toBe(2);
    const second = (await account.mails())[1];
    expect(second?.subject).toBe("Re: My parcel");
    // Every mail of the thread begins with the same reference.
    expect(second?.references?.split(" ")[0]).toBe(mail?.references?.split(" ")[0]);
    expect(second?.references).toContain(mail?.messageId);
  });

  it("goes on by references alone, by the customer's own mail, and begins anew without either", async () => {
    const place = await mailWorkspace();
    const { address, account } = place;
    await arrive({ from: ADA, to: address, messageId: "<one@customer.example>" });
    const conversationId = await onlyConversation(place);
    // A second thought, before anybody answered.
    await arrive({
      from: ADA,
      to: address,
      subject: "Re: Hello",
      text: "More",
      inReplyTo: "<one@customer.example>",
    });
    expect(await onlyConversation(place)).toBe(conversationId);
    await reply(place, conversationId, "Yes?");
    await expect.poll(async () => (await account.mails()).length).toBe(1);
    const answer = await answerTo(account, ADA, "By reference");
    await arrive({ ...answer, to: address, inReplyTo: undefined });
    // The provider's own id of the mail, and nothing of ours.
    await arrive({ ...answer, to: address.toUpperCase(), text: "By its id", references: undefined });
    const texts = ["Hello\n\nHi", "More", "Yes?", "By reference", "By its id"];
    expect(await textsIn(place, conversationId)).toEqual(texts);
    expect(await onlyConversation(place)).toBe(conversationId);
    await arrive({ from: ADA, to: address, subject: "Another matter", text: "New" });
    expect(await conversationsIn(place)).toHaveLength(2);
  });

  it("leads its customer through a flow, whose mails say that a program wrote them", async () => {
    const place = await mailWorkspace();
    const { address, account, team, inbox } = place;
    const options = [
      { id: "a", label: "Tea" },
      { id: "b", label: "Coffee" },
    ];
    await withFlow(
      team,
      inbox.id,
      [
        ["pick", "choice", { text: "Which?", options, variable: "drink" }],
        ["end", "message", { text: "{{drink}} it is." }],
      ],
      ["start > pick", "pick.a > end", "pick.b > end"],
    );
    await arrive({ from: ADA, to: address });
    await expect.poll(async () => (await account.mails()).length).toBe(1);
    const [question] = await account.mails();
    expect(question?.text?.trim()).toBe("Which?\n\n1. Tea\n2. Coffee");
    expect(question?.headers).toContainEqual(
      expect.objectContaining({ key: "auto-submitted", value: "auto-replied" }),
    );
    await arrive(await answerTo(account, ADA, "2\n\n-- \nAda Byron\nLondon"));
    await expect.poll(async () => (await account.mails()).at(-1)?.text?.trim()).toBe("Coffee it is.");
    const texts = await textsIn(place, await onlyConversation(place));
    expect(texts).toEqual(["Hello\n\nHi", "Which?\n\n1. Tea\n2. Coffee", "2", "Coffee it is."]);
  });

  it("writes first to contacts with a confirmed address, under one subject", async () => {
    const place = await mailWorkspace();
    const { account, team, inbox } = place;
    const bea = await createContact(team.tenant, { name: "Bea", email: "Bea@Customer.example" });
    const text =
      "Your appointment on Monday has to be moved by one week, we are very sorry about that. Does Tuesday suit you?";
    const args = { contactId: bea.id, inboxId: inbox.id, text };
    const { conversation } = await run(team, "start_conversation", args, shapes.started);
    await expect.poll(async () => (await account.mails()).length).toBe(1);
    const [mail] = await account.mails();
    expect(mail).toMatchObject({ to: [{ address: "bea@customer.example" }] });
    expect(mail?.subject).toBe("Your appointment on Monday has to be moved by one week, we are very…");
    await arrive(await answerTo(account, "bea@customer.example", "It does."));
    expect(await textsIn(place, conversation.id)).toEqual([text, "It does."]);
    const nobody = await createContact(team.tenant, { name: "Cy" });
    const refused = await failure(team, "start_conversation", { ...args, contactId: nobody.id });
    expect(refused.message).toContain("no confirmed email address");
  });

  it("waits for a provider that is down, and says why while it refuses us", async () => {
    const place = await mailWorkspace();
    const { address, account, connection, tenant, inbox } = place;
    await arrive({ from: ADA, to: address });
    const conversationId = await onlyConversation(place);
    const down = { status: 401, body: { name: "invalid_api_key", message: "API key is invalid" } };
    await account.control({ down });
    const id = await reply(place, conversationId, "One");
    await expect.poll(async () => (await getInbox(tenant, inbox.id)).state).toBe("failing");
    expect((await getInbox(tenant, inbox.id)).stateReason).toContain("API key is invalid");
    expect(await stateOf(place, id)()).toBe("queued");
    await account.control({ down: null });
    await operate("POST", `${connection}/test`);
    await expect.poll(stateOf(place, id)).toBe("sent");
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ state: "active" });
    const texts = (await account.mails()).map(({ text }) => text?.trim());
    expect(texts.filter((text) => text === "One")).toHaveLength(1);
  });

  it("is reached no more once it is disconnected or switched off", async () => {
    const place = await mailWorkspace();
    const { address, connection, tenant, inbox } = place;
    await operate("PATCH", `/workspaces/${place.workspace.id}/inboxes/${inbox.id}`, { state: "disabled" });
    const refused = await arrive({ from: ADA, to: address });
    expect(refused).toContain("takes no mail");
    expect(refused).not.toContain(inbox.id);
    await operate("DELETE", connection);
    expect(await arrive({ from: ADA, to: address })).toContain("no mailbox");
    expect(await getInbox(tenant, inbox.id)).toMatchObject({ connection: null });
    expect(await conversationsIn(place)).toEqual([]);
    // Another inbox may have the address now.
    const other = await mailWorkspace({ more: { address } });
    expect(await arrive({ from: ADA, to: address })).toBeNull();
    expect(await conversationsIn(other)).toHaveLength(1);
  });

  it("tells events, and nothing of addresses in them", async () => {
    const place = await mailWorkspace();
    await arrive({ from: ADA, to: place.address });
    expect(await eventTypes(place.team)).toEqual([
      "contact.created",
      "conversation.created",
      "message.created",
    ]);
    expect(wire({ from: ADA, to: place.address })).toContain(ADA);
  });

  it("takes in what is attached", async () => {
    const place = await mailWorkspace();
    const { address, team } = place;
    const picture = `iVBORw0KGgo${"A".repeat(200)}`;
    const body = [
      'Content-Type: multipart/mixed; boundary="b1"',
      "",
      "--b1",
      "Content-Type: text/plain; charset=utf-8",
      "",
      "See the bill.",
      "--b1",
      "Content-Type: application/pdf; name*=utf-8''Rechnung%20M%C3%A4rz.pdf",
      "Content-Disposition: attachment",
      "Content-Transfer-Encoding: base64",
      "",
      btoa("%PDF-1.4 hello"),
      "--b1",
      'Content-Type: image/png; name="../../scratch.png"',
      'Content-Disposition: attachment; filename="../../scratch.png"',
      "Content-Transfer-Encoding: base64",
      "",
      picture,
      "--b1--",
    ];
    expect(await arrive({ from: ADA, to: address, subject: "Bill", body })).toBeNull();
    const conversationId = await onlyConversation(place);
    const thread = await run(team, "get_conversation", { conversationId }, shapes.thread);
    expect(thread.messages).toMatchObject([
      {
        text: "Bill\n\nSee the bill.",
        attachments: [
          { name: "Rechnung März.pdf", mediaType: "application/pdf", bytes: 14 },
          { name: expect.stringMatching(/^[^/\\]*scratch\.png$/), mediaType: "image/png" },
        ],
      },
    ]);
  });

  it("brings files out as attachments, as far as they fit into a mail", async () => {
    const { account, address, inbox } = await mailWorkspace();
    const way = { provider: "resend", key: account.key };
    const credentials = { address, sender: null, way, hookSecret: "", signingSecret: null };
    const connected = { env, inboxId: inbox.id, publicKey: inbox.publicKey, credentials };
    const label = {
      id: newId("attachment"),
      name: "label.txt",
      mediaType: "text/plain",
      bytes: 6,
      kind: "file",
    } as const;
    const open = async () => new Response("To Ada").body;
    const file = { ...label, open, address: () => "" };
    const message = {
      ...{
        id: newId("message"),
        text: "[file: label.txt]\nYour label.",
        caption: "Your label.",
        content: null,
      },
      ...{
        conversationId: newId("conversation"),
        contactId: newId("contact"),
        thread: null,
        createdAt: Date.now(),
      },
      ...{ sender: { kind: "member", name: "Mina" }, to: ADA },
    };
    const hand = (files: OutgoingFile[]) =>
      emailChannel.out?.hand({ ...message, files }, connected, { done: 0, step() {} });
    const gone = { ...file, open: async () => null };
    expect(await hand([file, gone])).toMatchObject({ outcome: "sent" });
    const [mail] = await account.mails();
    expect(mail?.text?.trim()).toBe("Your label.");
    expect(mail?.attachments).toMatchObject([{ filename: "label.txt", mimeType: "text/plain" }]);
    const [sent] = mail?.attachments ?? [];
    const bytes = sent && typeof sent.content !== "string" ? sent.content : undefined;
    expect(new TextDecoder().decode(bytes)).toBe("To Ada");
    const huge = { ...file, bytes: 5 * 1024 * 1024 };
    expect(await hand([huge, huge])).toMatchObject({
      outcome: "failed",
      reason: expect.stringContaining("7 MB"),
    });
  });
});

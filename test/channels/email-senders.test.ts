import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalogue } from "../../src/catalogue.ts";
import { blockContact } from "../../src/contacts/block.ts";
import { createContact } from "../../src/contacts/store.ts";
import { callIn, run, shapes } from "../conversations/setting.ts";
import { written } from "../live/setting.ts";
import { runTool } from "../run.ts";
import { withFlow } from "./api-setting.ts";
import {
  answerTo,
  arrive,
  conversationsIn,
  good,
  mailWorkspace,
  onlyConversation,
  reply,
  textsIn,
} from "./email-setting.ts";

const ADA = "ada@customer.example";

describe("who writes to an inbox of mail", () => {
  it("takes the same mail once, however often and at once it comes", async () => {
    const place = await mailWorkspace();
    const letter = { from: ADA, to: place.address, messageId: "<same@customer.example>" };
    await Promise.all([1, 2, 3].map(() => arrive(letter)));
    await arrive(letter);
    expect((await written(place.team)).messages).toBe(1);
    // Another sender's mail of the same id is another mail.
    await arrive({ ...letter, from: "bea@customer.example" });
    const without = { ...letter, messageId: "" };
    await arrive(without);
    await arrive(without);
    expect((await written(place.team)).messages).toBe(3);
  });

  it("lets nobody into another's conversation: forged, foreign, unproven or with a token that leaked", async () => {
    const place = await mailWorkspace();
    const other = await mailWorkspace();
    const { account, address } = place;
    await arrive({ from: ADA, to: address, text: "Mine" });
    const conversationId = await onlyConversation(place);
    await reply(place, conversationId, "Yours");
    await expect.poll(async () => (await account.mails()).length).toBe(1);
    const answer = await answerTo(account, ADA, "Not hers");
    const before = await textsIn(place, conversationId);
    const strangers = [
      // Whoever was forwarded the mail writes under their own name.
      { ...answer, from: "eve@evil.example" },
      // From says Ada, and nothing proves it.
      { ...answer, results: "dkim=none; dmarc=fail header.from=customer.example policy.dmarc=reject" },
      { ...answer, results: null },
      { ...answer, results: good("eve@evil.example") },
      { ...answer, to: address },
    ].map((letter, i) => ({
      ...letter,
      ...(i === 4 ? { from: "eve@evil.example", references: answer.references } : {}),
    }));
    for (const letter of strangers) expect(await arrive(letter)).toBeNull();
    expect(await textsIn(place, conversationId)).toEqual(before);
    // Its signature is over this inbox: it leads nowhere in another, nor does one that is guessed.
    const token = z.string().parse(/\+(\w+)@/.exec(answer.to)?.[1]);
    const theirs = other.address.replace("@", `+${token}@`);
    expect(await arrive({ from: ADA, to: theirs, text: "There" })).toBeNull();
    expect(await conversationsIn(other)).toHaveLength(1);
    const guessed = `${token.slice(0, -1)}${token.endsWith("0") ? "1" : "0"}`;
    await arrive({ from: ADA, to: address.replace("@", `+${guessed}@`), text: "Guessed" });
    expect(await textsIn(place, conversationId)).toEqual(before);
    const limited = callIn(place.team, { inboxes: ["ib_another"] });
    expect((await run(limited, "list_conversations", {}, shapes.page)).items).toEqual([]);
  });

  it("keeps unproven senders apart from the owner of the address, and answers them", async () => {
    const place = await mailWorkspace();
    const { address, account, team } = place;
    await createContact(team.tenant, { name: "Ada Byron", email: ADA });
    await arrive({ from: ADA, to: address, results: null, text: "I say I am Ada" });
    const conversationId = await onlyConversation(place);
    const { contact } = await run(team, "get_conversation", { conversationId }, shapes.thread);
    expect(contact.name).not.toBe("Ada Byron");
    await reply(place, conversationId, "Who are you?");
    await expect.poll(async () => (await account.mails())[0]?.to?.[0]?.address).toBe(ADA);
    // By the token that they were sent, and as unproven as before, they go on.
    await arrive({ ...(await answerTo(account, ADA, "Me")), results: null });
    expect((await textsIn(place, conversationId)).at(-1)).toBe("Me");
    // The owner is somebody else.
    await arrive({ from: ADA, to: address, text: "I am Ada" });
    const [newest] = await conversationsIn(place);
    const owner = await run(team, "get_conversation", { conversationId: newest }, shapes.thread);
    expect(owner.contact.name).toBe("Ada Byron");
  });

  it("ignores what programs write, and stops two that answer each other", async () => {
    const place = await mailWorkspace();
    const { address, account, team, inbox } = place;
    const automatic = [
      "Auto-Submitted: auto-replied",
      "Auto-Submitted: auto-generated (vacation)",
      "Precedence: bulk",
      "Precedence: auto_reply",
      "List-Id: <news.example>",
      "List-Unsubscribe: <https://news.example>",
      "X-Auto-Response-Suppress: All",
      "X-Autoreply: yes",
    ];
    for (const header of automatic) await arrive({ from: ADA, to: address, headers: [header] });
    await arrive({ from: ADA, to: address, envelopeFrom: "" });
    await arrive({ from: ADA, to: address, envelopeFrom: "<>" });
    await arrive({ from: "MAILER-DAEMON@customer.example", to: address });
    await arrive({ from: address, to: address });
    expect(await conversationsIn(place)).toEqual([]);
    await arrive({
      from: ADA,
      to: address,
      headers: ["Auto-Submitted: no", "X-Auto-Response-Suppress: None"],
    });
    expect(await conversationsIn(place)).toHaveLength(1);
    // One that does not say what it is: each answer is answered, until it is too much within an hour.
    await withFlow(team, inbox.id, [["echo", "message", { text: "Thank you." }]]);
    const eve = "robot@loops.example";
    for (let i = 0; i < 14; i++) await arrive({ from: eve, to: address, subject: `Ticket ${i}` });
    await expect.poll(async () => (await account.mails()).length).toBe(10);
    expect((await written(team)).messages).toBe(1 + 14 + 10);
  });

  it("drops and counts what a blocked contact writes, proven or not", async () => {
    const place = await mailWorkspace();
    const { address, team } = place;
    await arrive({ from: ADA, to: address });
    const conversationId = await onlyConversation(place);
    const { contact } = await run(team, "get_conversation", { conversationId }, shapes.thread);
    await blockContact(team.tenant, contact.id);
    expect(await arrive({ from: ADA, to: address, text: "Again" })).toBeNull();
    expect(await arrive({ from: ADA, to: address, text: "And again", results: null })).toBeNull();
    expect((await written(team)).messages).toBe(1);
    expect(await runTool(catalogue.tools, team, "get_contact", { contactId: contact.id })).toMatchObject({
      droppedMessages: 2,
    });
  });
});

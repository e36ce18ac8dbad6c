import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { CONTACT_UNTRUSTED, contactOutput, contactReference, showContact } from "../answers.ts";
import { blockContact, unblockContact } from "../block.ts";

const facts = {
  toolset: "contacts",
  scope: "contacts:write",
  hints: { ...HINTS.W, idempotent: true },
  untrusted: CONTACT_UNTRUSTED,
  example: { contactId: "email:anna@example.com" },
} as const;

const input = () => z.strictObject({ contactId: contactReference });

/** Who writes spam, or worse. */
export const blockingTools: readonly Tool[] = [
  defineTool({
    ...facts,
    name: "block_contact",
    title: "Block contact",
    description:
      "Drops and counts what the contact writes from now on, in all inboxes; nothing can be sent to it.",
    phrases:
      "ban a customer, stop a spammer, ignore this person, somebody insults us, mute a troll, blacklist a sender, " +
      "do not let him write to us any more, shut out a user",
    input,
    output: () => contactOutput,
    async run({ tenant }, { contactId }) {
      return showContact(await blockContact(tenant, contactId));
    },
  }),
  defineTool({
    ...facts,
    name: "unblock_contact",
    title: "Unblock contact",
    description: "Takes in again what a blocked contact writes. What was dropped is gone.",
    phrases:
      "let them write to us again, lift the ban, was blocked by mistake, take off the blacklist, forgive a customer, " +
      "end the ban of a user",
    input,
    output: () => contactOutput,
    async run({ tenant }, { contactId }) {
      return showContact(await unblockContact(tenant, contactId));
    },
  }),
];

import { z } from "zod";
import { sweepFiles } from "../../attachments/removal.ts";
import { defineTool, HINTS, type Tool } from "../../calls/define.ts";
import { cursorInput, limitInput, pageOutput } from "../../tenant/page.ts";
import { time } from "../../tenant/time.ts";
import { contactReference } from "../answers.ts";
import type { Belonging } from "../belongings.ts";
import { eraseContact } from "../erase.ts";
import { exportContact } from "../export.ts";

/**
 * What the law gives a person: to have what is stored of them, and to have it erased.
 * @param belongings what other nouns hold of a contact
 */
export const personTools = (belongings: readonly Belonging[]): readonly Tool[] => [
  defineTool({
    name: "export_contact",
    title: "Export contact",
    description:
      "Answers everything stored of one person, page by page: contact, conversations, messages, tickets, leads, answers in flows.",
    phrases:
      "gdpr request, data subject access, give a customer all their data, what do we store about somebody, " +
      "right of access, download personal data, data portability, takeout for a customer",
    toolset: "contacts",
    scope: "contacts:read",
    hints: HINTS.R,
    untrusted: ["data"],
    example: { contactId: "email:anna@example.com" },
    input: () => z.strictObject({ contactId: contactReference, cursor: cursorInput, limit: limitInput() }),
    output: () =>
      pageOutput(z.object({ kind: z.string(), data: z.record(z.string(), z.unknown()) })).extend({
        leftOut: z.array(z.string()).describe("Kinds for which the caller lacks the scope"),
      }),
    run: ({ tenant, principal }, { contactId, ...options }) =>
      exportContact(tenant, contactId, belongings, { ...options, scopes: principal.scopes }).then((page) => ({
        ...page,
        items: page.items.map(({ kind, data }) => ({ kind, data: { ...data } })),
      })),
  }),
  defineTool({
    name: "delete_contact",
    title: "Delete contact",
    description:
      "Erases a person for good, as the law asks: the contact with its conversations, messages, tickets, leads and answers. A record that it was done stays.",
    phrases:
      "right to be forgotten, gdpr erasure, delete all data of a customer, remove a person, wipe a customer, forget " +
      "me request, erase personal data",
    toolset: "contacts",
    scope: "contacts:delete",
    hints: { ...HINTS.D, idempotent: true },
    untrusted: [],
    example: { contactId: "ct_01kajq3v7e8m2n4p6r8t0v" },
    input: () => z.strictObject({ contactId: contactReference }),
    output: () =>
      z.object({
        id: z.string(),
        erased: z
          .boolean()
          .describe("False where there is very much: it goes on by itself, or call it again"),
        removed: z.record(z.string(), z.int()).describe("So far, by kind"),
        requestedAt: time,
        erasedAt: time.nullable(),
      }),
    async run({ tenant, env }, { contactId }) {
      const { contactId: id, ...rest } = await eraseContact(tenant, contactId, belongings);
      // No address leads to its files any more; their bytes go now, or with the next housekeeping.
      if (rest.removed.attachments) await sweepFiles(tenant, env);
      return { id, ...rest };
    },
  }),
];

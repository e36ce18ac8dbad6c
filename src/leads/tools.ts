import { z } from "zod";
import { defineTool, HINTS, type Tool } from "../calls/define.ts";
import { reference } from "../calls/references.ts";
import { momentInput } from "../figures/days.ts";
import { namesOf } from "../tenant/names-of.ts";
import { cursorInput, limitInput, pageOutput } from "../tenant/page.ts";
import { time } from "../tenant/time.ts";
import { listLeads } from "./list.ts";

/** Leads, second half of the tickets toolset. */
export const leadTools: readonly Tool[] = [
  defineTool({
    name: "list_leads",
    title: "List leads",
    description:
      "Lists leads, the contact data that visitors left with a chatbot, newest first. query searches name, email and phone.",
    phrases:
      "who left their contact details on the website, collected emails, new prospects, people interested " +
      "in buying, contact data left with the bot, leads of this month, people interested, potential " +
      "buyers, captured emails, download leads, new inquiries for sales",
    toolset: "tickets",
    scope: "leads:read",
    hints: HINTS.R,
    untrusted: ["name", "email", "phone", "source", "details"],
    example: { startDate: "2027-01-01", query: "anna" },
    input: () =>
      z.strictObject({
        chatbotId: reference("chatbot").optional().describe("Only leads of this chatbot"),
        startDate: momentInput.optional(),
        endDate: momentInput.optional(),
        query: z.string().min(1).max(200).optional(),
        cursor: cursorInput,
        limit: limitInput(),
      }),
    output: () =>
      pageOutput(
        z.object({
          id: z.string(),
          email: z.string().nullable(),
          name: z.string().nullable(),
          phone: z.string().nullable(),
          capturedAt: time,
          chatbotId: z.string().nullable().describe("The chatbot that captured it"),
          chatbotName: z.string().nullable(),
          inboxId: z.string().nullable(),
          inboxName: z.string().nullable(),
          contactId: z.string(),
          conversationId: z.string().nullable(),
          details: z
            .record(z.string(), z.string())
            .nullable()
            .describe("What else the chatbot asked, such as company size"),
          source: z.record(z.string(), z.string()).describe("Where it was captured: page, referrer, flow …"),
        }),
      ),
    async run({ tenant }, { cursor, limit, ...filters }) {
      const page = await listLeads(tenant, filters, { cursor, limit });
      const names = await namesOf(
        tenant,
        page.items.flatMap(({ chatbotId, inboxId }) => [chatbotId, inboxId]),
      );
      const items = page.items.map((lead) => ({
        ...lead,
        chatbotName: names.get(lead.chatbotId) ?? null,
        inboxName: names.get(lead.inboxId) ?? null,
      }));
      return { ...page, items };
    },
  }),
];

import { z } from "zod";
import { csvLine } from "../http/csv-text.ts";
import { use } from "./use.ts";
import { param, type Visit } from "./visit.ts";

const pageSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      name: z.string().nullable(),
      email: z.string().nullable(),
      phone: z.string().nullable(),
      tags: z.array(z.string()),
      lastActivityAt: z.string(),
      createdAt: z.string(),
    }),
  ),
  nextCursor: z.string().nullable(),
});

const COLUMNS = ["id", "name", "email", "phone", "tags", "createdAt", "lastActivityAt"] as const;
/** The filters of the list, which the file takes too. */
const FILTERS = ["query", "tag", "channel", "sort"];

/** `/contacts.csv`: the contacts of the list, page by page as they are read, so that their number does not matter. */
export async function contactsFile(visit: Visit): Promise<Response> {
  const filters = Object.fromEntries(FILTERS.map((name) => [name, visit.query.get(name) ?? ""]));
  const read = async (cursor: string) =>
    pageSchema.parse(await use(visit, "list_contacts", { ...filters, cursor, limit: 100 }));
  // The first page before the answer begins: a filter that does not fit is told so.
  let page: z.output<typeof pageSchema> | null = await read("");
  const encoder = new TextEncoder();
  let head = csvLine(COLUMNS);
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (page === null) return controller.close();
      const lines = page.items.map((row) =>
        csvLine(COLUMNS.map((name) => (name === "tags" ? row.tags.join(", ") : row[name]))),
      );
      controller.enqueue(encoder.encode(head + lines.join("")));
      head = "";
      page = page.nextCursor === null ? null : await read(page.nextCursor);
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": 'attachment; filename="contacts.csv"',
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

const exportSchema = z.object({ nextCursor: z.string().nullable() });
const exportedItem = z.object({ kind: z.string(), data: z.unknown() });

/** `/contacts/<contact>/export.jsonl`: everything of a person that the visitor may read, one thing on each line. */
export async function exportFile(visit: Visit): Promise<Response> {
  const contactId = param(visit, "contact");
  const read = (cursor: string) => use(visit, "export_contact", { contactId, cursor, limit: 100 });
  const lines = (answer: Record<string, unknown>) =>
    z
      .array(exportedItem)
      .parse(answer.items)
      .map((item) => `${JSON.stringify(item)}\n`)
      .join("");
  // The first page before the answer begins: who is not there is told so.
  let page = await read("");
  const encoder = new TextEncoder();
  let done = false;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (done) {
        controller.close();
        return;
      }
      controller.enqueue(encoder.encode(lines(page)));
      const { nextCursor } = exportSchema.parse(page);
      if (nextCursor === null) done = true;
      else page = await read(nextCursor);
    },
  });
  return new Response(body, {
    headers: {
      "Content-Type": "application/jsonl; charset=utf-8",
      "Content-Disposition": 'attachment; filename="contact.jsonl"',
      "Cache-Control": "no-store",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

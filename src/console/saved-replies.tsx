import { z } from "zod";
import { Choice, type Options } from "./forms.tsx";
import { listPage, Plain } from "./listing.tsx";
import { use } from "./use.ts";
import type { Visit } from "./visit.ts";

const savedSchema = z.object({
  items: z.array(
    z.object({ id: z.string(), title: z.string(), text: z.string(), rendered: z.string().nullable() }),
  ),
});

/** Saved replies that the form of a conversation offers. */
const OFFERED = 100;

async function repliesFor(visit: Visit, contactId: string) {
  return savedSchema.parse(await use(visit, "list_saved_replies", { contactId, limit: OFFERED })).items;
}

/** The text of the saved reply that the page's address picks, with what is known of the contact put in. */
export async function savedText(visit: Visit, contactId: string): Promise<string> {
  const picked = visit.query.get("saved");
  if (!picked) return "";
  const found = (await repliesFor(visit, contactId)).find(({ id }) => id === picked);
  return found?.rendered ?? found?.text ?? "";
}

/** Picks a saved reply: it is put into the field of the reply, where it can be changed. */
export async function SavedReplies({ visit, contactId }: { visit: Visit; contactId: string }) {
  const { words } = visit;
  const replies = await repliesFor(visit, contactId);
  if (replies.length === 0) return null;
  const options: Options = replies.map(({ id, title }) => [id, title]);
  return (
    <form class="row" action="#reply-form">
      <Choice
        name="saved"
        label={words.nav.savedReplies}
        chosen={visit.query.get("saved") ?? ""}
        options={options}
      />
      <button type="submit" class="quiet">
        {words.insert}
      </button>
    </form>
  );
}

/** `/saved-replies`: what is said again and again. */
export const savedRepliesPage = listPage({
  path: "/saved-replies",
  label: "savedReplies",
  needs: "conversations:read",
  tool: "list_saved_replies",
  row: z.object({ id: z.string(), title: z.string(), text: z.string(), variables: z.array(z.string()) }),
  filters: [{ name: "query", label: "search", kind: "search" }],
  columns: [
    { label: "title", cell: (row) => <Plain text={row.title} /> },
    { label: "message", cell: (row) => <Plain text={row.text} /> },
    { label: "variables", cell: (row) => <Plain text={row.variables.join(", ")} /> },
  ],
  empty: "savedReplies",
  forms: {
    make: {
      heading: "saveReply",
      tool: "create_saved_reply",
      needs: "settings:write",
      fields: [
        { name: "title", label: "title", kind: "text", required: true, max: 100 },
        { name: "text", label: "savedText", kind: "long", required: true, max: 10_000 },
      ],
      to: () => "/saved-replies",
    },
  },
});

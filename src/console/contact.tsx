import { z } from "zod";
import { type LikelyDuplicate, likelyDuplicates } from "../contacts/likely-duplicates.ts";
import { CONVERSATION_STATUSES } from "../conversations/status.ts";
import { Action, Press, Problem, Text, typed } from "./forms.tsx";
import { Empty, Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { doingsOf, FormOf, type ToolForm } from "./tool-form.tsx";
import { use } from "./use.ts";
import { linkTo, may, param, tenantOfVisit, type Visit } from "./visit.ts";

const contactSchema = z.object({
  id: z.string(),
  name: z.string().nullable(),
  email: z.string().nullable(),
  phone: z.string().nullable(),
  unconfirmed: z.array(z.string()),
  tags: z.array(z.object({ id: z.string(), name: z.string() })),
  customFields: z.record(z.string(), z.unknown()),
  identities: z.array(z.object({ channel: z.string(), lastInboundAt: z.string().nullable() })),
  blockedAt: z.string().nullable(),
  droppedMessages: z.number(),
  lastActivityAt: z.string(),
  createdAt: z.string(),
});
const conversationsSchema = z.object({
  items: z.array(
    z.object({
      id: z.string(),
      status: z.enum(CONVERSATION_STATUSES),
      inboxName: z.string(),
      lastMessage: z.object({ text: z.string() }).nullable(),
      lastActivityAt: z.string(),
    }),
  ),
});

const FORMS = {
  merge: {
    heading: "mergeContact",
    tool: "merge_contacts",
    needs: "contacts:delete",
    fields: [{ name: "duplicateId", label: "duplicate", kind: "text", required: true }],
    args: (visit) => ({ contactId: param(visit, "contact") }),
    to: (visit) => `/contacts/${param(visit, "contact")}`,
    sure: "mergeContact",
  },
  block: {
    heading: "blockContact",
    tool: "block_contact",
    needs: "contacts:write",
    args: (visit) => ({ contactId: param(visit, "contact") }),
    to: (visit) => `/contacts/${param(visit, "contact")}`,
    sure: "blockContact",
  },
  unblock: {
    heading: "unblockContact",
    tool: "unblock_contact",
    needs: "contacts:write",
    args: (visit) => ({ contactId: param(visit, "contact") }),
    to: (visit) => `/contacts/${param(visit, "contact")}`,
  },
  erase: {
    heading: "eraseContact",
    tool: "delete_contact",
    needs: "contacts:delete",
    args: (visit) => ({ contactId: param(visit, "contact") }),
    to: () => "/contacts",
    done: "erased",
    sure: "eraseContact",
  },
} satisfies Record<string, ToolForm>;

/** `/contacts/<contact>`: who somebody is, and what was talked about. */
export const contactPage: Page = {
  path: "/contacts/:contact",
  needs: "contacts:read",
  async show(visit, refused) {
    const { words } = visit;
    const contactId = param(visit, "contact");
    const [contact, talked] = await Promise.all([
      use(visit, "get_contact", { contactId }).then((answer) => contactSchema.parse(answer)),
      may(visit, "conversations:read")
        ? use(visit, "list_conversations", { contactId, limit: 20 }).then((page) =>
            conversationsSchema.parse(page),
          )
        : { items: [] },
    ]);
    const writes = may(visit, "contacts:write");
    const likely = may(visit, FORMS.merge.needs) ? await likelyDuplicates(tenantOfVisit(visit), contact) : [];
    const fields = Object.entries(contact.customFields);
    return {
      title: contact.name ?? words.unnamed,
      at: "/contacts",
      body: (
        <div class="two">
          <section>
            <h2>{words.contactPage.conversations}</h2>
            {talked.items.length === 0 ? (
              <Empty>{words.contactPage.noConversations}</Empty>
            ) : (
              <ul class="rows">
                {talked.items.map((one) => (
                  <li>
                    <a class="main" href={linkTo(visit, `/inbox/${one.id}`)}>
                      {one.inboxName}
                    </a>
                    <span class={`tag ${one.status}`}>{words.statuses[one.status]}</span>
                    <span class="when">
                      <Time visit={visit} at={one.lastActivityAt} />
                    </span>
                    <span class="preview">
                      <Said text={one.lastMessage?.text ?? ""} />
                    </span>
                  </li>
                ))}
              </ul>
            )}
          </section>
          <aside aria-label={words.contact}>
            {["save", "tag", "untag"].map((name) => (
              <Problem refused={refused} of={name} />
            ))}
            {writes ? (
              <Action name="save">
                <Text
                  name="name"
                  label={words.name}
                  value={typed(refused, "name", contact.name ?? "")}
                  maxLength={200}
                />
                <Text
                  name="email"
                  label={words.email}
                  value={typed(refused, "email", contact.email ?? "")}
                  maxLength={254}
                />
                <Text
                  name="phone"
                  label={words.phone}
                  value={typed(refused, "phone", contact.phone ?? "")}
                  maxLength={40}
                />
                <button type="submit" class="quiet">
                  {words.save}
                </button>
              </Action>
            ) : (
              <dl>
                <dt>{words.email}</dt>
                <dd>{contact.email ?? "–"}</dd>
                <dt>{words.phone}</dt>
                <dd>{contact.phone ?? "–"}</dd>
              </dl>
            )}
            {contact.blockedAt !== null && (
              <p class="warning">
                {words.contactPanel.blocked(contact.droppedMessages)}{" "}
                <Time visit={visit} at={contact.blockedAt} />
              </p>
            )}
            {contact.unconfirmed.length > 0 && <p class="warning">{words.contactPage.unconfirmed}</p>}
            <h2>{words.columns.tags}</h2>
            <ul class="tags">
              {contact.tags.map(({ id, name }) => (
                <li>
                  <span class="tag">{name}</span>
                  {writes && (
                    <Press name="untag" label={words.contactPage.untag(name)} values={{ tagId: id }} />
                  )}
                </li>
              ))}
            </ul>
            {writes && (
              <Action name="tag" class="row">
                <Text name="tag" label={words.contactPage.addTag} required maxLength={100} />
                <button type="submit" class="quiet">
                  {words.add}
                </button>
              </Action>
            )}
            <dl>
              {fields.map(([key, value]) => (
                <>
                  <dt>{key}</dt>
                  <dd>
                    <Said text={String(value)} />
                  </dd>
                </>
              ))}
              <dt>{words.columns.channel}</dt>
              <dd>{contact.identities.map(({ channel }) => channel).join(", ") || "–"}</dd>
              <dt>{words.columns.created}</dt>
              <dd>
                <Time visit={visit} at={contact.createdAt} />
              </dd>
            </dl>
            <p>
              <a href={linkTo(visit, `/contacts/${contact.id}/export.jsonl`)}>{words.contactPage.export}</a>
            </p>
            <Duplicates visit={visit} likely={likely} />
            {contact.blockedAt === null ? (
              <FormOf visit={visit} name="block" form={FORMS.block} refused={refused} />
            ) : (
              <FormOf visit={visit} name="unblock" form={FORMS.unblock} refused={refused} />
            )}
            <FormOf visit={visit} name="merge" form={FORMS.merge} refused={refused} folded />
            <FormOf visit={visit} name="erase" form={FORMS.erase} refused={refused} />
          </aside>
        </div>
      ),
    };
  },
  actions: {
    ...doingsOf(FORMS),
    save: {
      needs: "contacts:write",
      async take(visit, form) {
        const contactId = param(visit, "contact");
        await use(visit, "update_contact", { contactId, ...(await changed(visit, contactId, form)) });
        return { to: `/contacts/${contactId}`, done: "saved" };
      },
    },
    tag: {
      needs: "contacts:write",
      async take(visit, form) {
        const contactId = param(visit, "contact");
        await use(visit, "add_contact_tags", { contactId, tags: [form.get("tag") ?? ""] });
        return { to: `/contacts/${contactId}`, done: "saved" };
      },
    },
    untag: {
      needs: "contacts:write",
      async take(visit, form) {
        const contactId = param(visit, "contact");
        await use(visit, "remove_contact_tags", { contactId, tagId: form.get("tagId") ?? "" });
        return { to: `/contacts/${contactId}`, done: "saved" };
      },
    },
  },
};

/** Who may be the same person, and why: one button merges them, after asking once more. */
function Duplicates({ visit, likely }: { visit: Visit; likely: readonly LikelyDuplicate[] }) {
  const t = visit.words.contactPanel;
  if (likely.length === 0) return null;
  return (
    <>
      <h2>{t.duplicates}</h2>
      <ul class="plain">
        {likely.map(({ contact, by }) => (
          <li>
            <a href={linkTo(visit, `/contacts/${contact.id}`)}>
              <Said text={contact.name ?? contact.email ?? contact.phone ?? visit.words.unnamed} />
            </a>{" "}
            <small>{by.map((one) => t.same[one]).join(", ")}</small>
            <Press name="merge" label={t.mergeThis} values={{ duplicateId: contact.id }} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** The fields that the form holds another value of: what only somebody said of themselves is not confirmed in passing. */
async function changed(visit: Visit, contactId: string, form: URLSearchParams) {
  const before = contactSchema.parse(await use(visit, "get_contact", { contactId }));
  const fields = (["name", "email", "phone"] as const).flatMap((name) => {
    const value = form.get(name)?.trim() ?? "";
    return value === (before[name] ?? "") ? [] : [[name, value === "" ? null : value] as const];
  });
  return Object.fromEntries(fields);
}

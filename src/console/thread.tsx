import { captionOf } from "../attachments/file-words.ts";
import { storedFiles, withAddresses } from "../attachments/said.ts";
import { MAX_TEXT } from "../conversations/append.ts";
import { latestMessages } from "../conversations/read.ts";
import { DraftCard, listedDrafts } from "./drafts.tsx";
import { Files, givenFiles, MAX_FILES_FORM } from "./files.tsx";
import { Action, LongText, More, Problem, type Refused, typed } from "./forms.tsx";
import { assigneeOptions } from "./inbox.tsx";
import { Said, Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { SavedReplies, savedText } from "./saved-replies.tsx";
import { ContactFacts, details, type Message, State } from "./thread-side.tsx";
import { use } from "./use.ts";
import { linkTo, may, param, tenantOfVisit, type Visit } from "./visit.ts";

/** Messages that the page shows of a long conversation. */
const SHOWN = 100;

/**
 * The conversation with the newest of its messages; with `?from=start` page by page from the oldest on.
 * @returns `earlier` where there are older ones that are not shown
 */
async function readThread(visit: Visit, conversationId: string) {
  if (visit.query.get("from") === "start") {
    const cursor = visit.query.get("cursor") ?? "";
    const args = { conversationId, limit: SHOWN, cursor };
    return { ...details.parse(await use(visit, "get_conversation", args)), earlier: false };
  }
  // The tool refuses who may not see it, before a message is read.
  const about = details.parse(await use(visit, "get_conversation", { conversationId, limit: 1 }));
  const view = { notes: may(visit, "notes:read"), limit: SHOWN };
  const { items, earlier } = await latestMessages(tenantOfVisit(visit), conversationId, view);
  const { workspaceId } = tenantOfVisit(visit);
  const messages = items.map(({ senderKind, senderName, body, content, createdAt, ...rest }) => ({
    ...rest,
    attachments: withAddresses(workspaceId, storedFiles(content?.attachments)),
    sender: { kind: senderKind, name: senderName },
    text: body,
    createdAt: new Date(createdAt).toISOString(),
  }));
  return { ...about, messages, nextCursor: null, earlier };
}

/** `/inbox/<conversation>`: what was said, what waits to be said, and what can be done. */
export const threadPage: Page = {
  path: "/inbox/:conversation",
  needs: "conversations:read",
  fileBytes: MAX_FILES_FORM,
  async show(visit, refused) {
    const { words } = visit;
    const id = param(visit, "conversation");
    const [thread, drafts, people] = await Promise.all([
      readThread(visit, id),
      may(visit, "drafts:read") ? listedDrafts(visit, { conversationId: id, status: "pending" }) : null,
      assigneeOptions(visit),
    ]);
    const { conversation, contact, messages } = thread;
    return {
      title: contact.name ?? words.unnamed,
      at: "/inbox",
      body: (
        <div class="two">
          <section aria-label={words.thread.messages}>
            <p>
              <a href={linkTo(visit, "/inbox")}>{words.thread.back}</a>
            </p>
            {thread.earlier && (
              <p>
                <a href="?from=start">{words.thread.fromStart}</a>
              </p>
            )}
            <ol class="messages" id="messages" data-live data-stream={linkTo(visit, "/live")} tabindex={0}>
              {messages.map((one) => (
                <Bubble visit={visit} message={one} />
              ))}
            </ol>
            <More visit={visit} cursor={thread.nextCursor} />
            <div id="drafts" data-live>
              {drafts?.items.map((draft) => (
                <DraftCard visit={visit} draft={draft} />
              ))}
            </div>
            {may(visit, "conversations:reply") && (
              <>
                <SavedReplies visit={visit} contactId={contact.id} />
                <Reply visit={visit} refused={refused} saved={await savedText(visit, contact.id)} />
              </>
            )}
            {may(visit, "notes:write") && <Note visit={visit} refused={refused} />}
          </section>
          <aside aria-label={words.thread.about}>
            <Problem refused={refused} of="status" />
            <Problem refused={refused} of="snooze" />
            <Problem refused={refused} of="assign" />
            <Problem refused={refused} of="priority" />
            <Problem refused={refused} of="tag" />
            <Problem refused={refused} of="untag" />
            <div id="state" data-live>
              <dl>
                <dt>{words.status}</dt>
                <dd>
                  <span class={`tag ${conversation.status}`}>{words.statuses[conversation.status]}</span>
                  {conversation.snoozedUntil && (
                    <small>
                      {words.until} <Time visit={visit} at={conversation.snoozedUntil} />
                    </small>
                  )}
                </dd>
                <dt>{words.inbox}</dt>
                <dd>
                  {conversation.inboxName} ({conversation.channel})
                </dd>
                {conversation.chatbotName && (
                  <>
                    <dt>{words.chatbot}</dt>
                    <dd>{conversation.chatbotName}</dd>
                  </>
                )}
                <dt>{words.begun}</dt>
                <dd>
                  <Time visit={visit} at={conversation.createdAt} />
                </dd>
              </dl>
            </div>
            {may(visit, "conversations:write") && (
              <State visit={visit} conversation={conversation} people={people} refused={refused} />
            )}
            <h2>{words.contact}</h2>
            <ContactFacts visit={visit} thread={thread} />
          </aside>
        </div>
      ),
    };
  },
  actions: {
    reply: {
      needs: "conversations:reply",
      async take(visit, form, files) {
        const conversationId = param(visit, "conversation");
        const text = form.get("text") ?? "";
        await use(visit, "reply_to_conversation", {
          conversationId,
          ...(text === "" && files.length > 0 ? {} : { text }),
          ...(await givenFiles(visit, conversationId, files)),
          idempotencyKey: form.get("key") ?? "",
        });
        return { to: `/inbox/${conversationId}` };
      },
    },
    note: {
      needs: "notes:write",
      async take(visit, form) {
        const conversationId = param(visit, "conversation");
        await use(visit, "add_private_note", { conversationId, text: form.get("note") ?? "" });
        return { to: `/inbox/${conversationId}` };
      },
    },
    status: {
      needs: "conversations:write",
      async take(visit, form) {
        const conversationId = param(visit, "conversation");
        await use(visit, "set_conversation_status", { conversationId, status: form.get("status") ?? "" });
        return { to: `/inbox/${conversationId}` };
      },
    },
    snooze: {
      needs: "conversations:write",
      async take(visit, form) {
        const conversationId = param(visit, "conversation");
        await use(visit, "set_conversation_status", {
          conversationId,
          status: "snoozed",
          snoozedUntil: form.get("snoozedUntil") ?? "",
        });
        return { to: `/inbox/${conversationId}` };
      },
    },
    priority: {
      needs: "conversations:write",
      take: (visit, form) => changed(visit, { priority: form.get("priority") ?? "" }),
    },
    tag: {
      needs: "conversations:write",
      take: (visit, form) => changed(visit, { addTags: [form.get("tag") ?? ""] }),
    },
    untag: {
      needs: "conversations:write",
      take: (visit, form) => changed(visit, { removeTags: [form.get("tag") ?? ""] }),
    },
    assign: {
      needs: "conversations:write",
      async take(visit, form) {
        const conversationId = param(visit, "conversation");
        await use(visit, "assign_conversation", { conversationId, assignee: form.get("assignee") ?? "" });
        return { to: `/inbox/${conversationId}` };
      },
    },
  },
};

async function changed(visit: Visit, change: object) {
  const conversationId = param(visit, "conversation");
  await use(visit, "update_conversation", { conversationId, ...change });
  return { to: `/inbox/${conversationId}` };
}

function Bubble({ visit, message: one }: { visit: Visit; message: Message }) {
  const { words } = visit;
  const kind = one.kind === "message" ? one.direction : one.kind;
  const text = captionOf(one.text, one.attachments ?? []);
  return (
    <li class={kind}>
      <p class="meta">
        <strong>
          <Said text={one.sender.name || words.unnamed} />
        </strong>{" "}
        {one.kind === "note" && <em>{words.thread.private}</em>} <Time visit={visit} at={one.createdAt} />
        {one.status === "failed" && <em> {words.thread.failed}</em>}
      </p>
      {text !== "" && (
        <p class="text">
          <Said text={text} />
        </p>
      )}
      <Files files={one.attachments} />
    </li>
  );
}

interface ReplyProps {
  visit: Visit;
  refused: Refused | null;
  /** A saved reply that was picked. */
  saved: string;
}

function Reply({ visit, refused, saved }: ReplyProps) {
  const { words } = visit;
  const mine = refused?.form.get("do") === "reply" ? refused : null;
  return (
    <Action name="reply" class="reply" id="reply-form" enctype="multipart/form-data">
      <Problem refused={refused} of="reply" />
      {/* The same key again is the same message: a form that is sent twice sends once. */}
      <input type="hidden" name="key" value={typed(mine, "key", crypto.randomUUID())} />
      <LongText
        name="text"
        label={words.thread.reply}
        value={typed(mine, "text", saved)}
        maxLength={MAX_TEXT}
      />
      <label for="reply-files">{words.thread.files}</label>
      <input id="reply-files" type="file" name="files" multiple />
      <button type="submit">{words.thread.send}</button>
    </Action>
  );
}

function Note({ visit, refused }: { visit: Visit; refused: Refused | null }) {
  const { words } = visit;
  const mine = refused?.form.get("do") === "note" ? refused : null;
  return (
    <details open={mine !== null}>
      <summary>{words.thread.writeNote}</summary>
      <Action name="note">
        <Problem refused={refused} of="note" />
        <LongText
          name="note"
          label={words.thread.note}
          value={typed(mine, "note")}
          rows={3}
          maxLength={MAX_TEXT}
        />
        <button type="submit" class="quiet">
          {words.thread.keepNote}
        </button>
      </Action>
    </details>
  );
}

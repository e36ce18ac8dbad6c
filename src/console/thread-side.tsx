import { z } from "zod";
import { attachmentOutput } from "../conversations/answers.ts";
import { CONVERSATION_STATUSES } from "../conversations/status.ts";
import { Action, Choice, Press, type Refused, Text, typed } from "./forms.tsx";
import { type assigneeOptions, PRIORITIES } from "./inbox.tsx";
import { Said } from "./layout.tsx";
import { linkTo, type Visit } from "./visit.ts";

const message = z.object({
  id: z.string(),
  kind: z.enum(["message", "note", "activity"]),
  direction: z.enum(["in", "out"]),
  sender: z.object({ kind: z.string(), name: z.string() }),
  text: z.string(),
  attachments: z.array(attachmentOutput).optional(),
  status: z.string(),
  createdAt: z.string(),
});
/** What the tool answers of a conversation. */
export const details = z.object({
  conversation: z.object({
    id: z.string(),
    status: z.enum(CONVERSATION_STATUSES),
    snoozedUntil: z.string().nullable(),
    assignee: z.string().nullable(),
    priority: z.enum(PRIORITIES),
    tags: z.array(z.string()),
    inboxName: z.string(),
    channel: z.string(),
    chatbotName: z.string().nullable(),
    createdAt: z.string(),
    contact: z.object({ id: z.string() }),
  }),
  contact: z.object({
    id: z.string(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    phone: z.string().nullable(),
  }),
  visitor: z.record(z.string(), z.string()),
  messages: z.array(message),
  nextCursor: z.string().nullable(),
});

export type Message = z.output<typeof message>;
type Details = z.output<typeof details>;

interface StateProps {
  visit: Visit;
  conversation: Details["conversation"];
  people: Awaited<ReturnType<typeof assigneeOptions>>;
  refused: Refused | null;
}

/** What state a conversation is in, and the forms that change it. */
export function State({ visit, conversation, people, refused }: StateProps) {
  const { words } = visit;
  const settable = CONVERSATION_STATUSES.filter((one) => one !== "snoozed" && one !== conversation.status);
  return (
    <>
      <div class="buttons">
        {settable.map((status) => (
          <Action name="status" class="press">
            <input type="hidden" name="status" value={status} />
            <button type="submit" class="quiet">
              {words.setStatus[status]}
            </button>
          </Action>
        ))}
      </div>
      <Action name="assign" class="row">
        <Choice
          name="assignee"
          label={words.assignee}
          chosen={conversation.assignee ?? "none"}
          options={[["none", words.nobody], ...people]}
        />
        <button type="submit" class="quiet">
          {words.save}
        </button>
      </Action>
      <Action name="priority" class="row">
        <Choice
          name="priority"
          label={words.columns.priority}
          chosen={conversation.priority}
          options={PRIORITIES.map((one) => [one, words.priorities[one]] as const)}
        />
        <button type="submit" class="quiet">
          {words.save}
        </button>
      </Action>
      <ul class="tags">
        {conversation.tags.map((tag) => (
          <li>
            <span class="tag">{tag}</span>
            <Press name="untag" label={words.contactPage.untag(tag)} values={{ tag }} />
          </li>
        ))}
      </ul>
      <Action name="tag" class="row">
        <Text name="tag" label={words.contactPage.addTag} required maxLength={60} />
        <button type="submit" class="quiet">
          {words.add}
        </button>
      </Action>
      <details open={refused?.form.get("do") === "snooze"}>
        <summary>{words.thread.snooze}</summary>
        <Action name="snooze" class="row">
          <Text
            name="snoozedUntil"
            type="datetime-local"
            label={words.until}
            value={typed(refused, "snoozedUntil")}
            required
          />
          <button type="submit" class="quiet">
            {words.thread.snoozeNow}
          </button>
        </Action>
      </details>
    </>
  );
}

/** Who the conversation is with, and where they were. */
export function ContactFacts({
  visit,
  thread,
}: {
  visit: Visit;
  thread: Pick<Details, "contact" | "visitor">;
}) {
  const { words } = visit;
  const { contact, visitor } = thread;
  const facts = [
    [words.email, contact.email],
    [words.phone, contact.phone],
    [words.thread.page, visitor.page],
    [words.thread.country, visitor.country],
    [words.thread.device, visitor.device],
  ].flatMap(([label, value]) => (label && value ? [[label, value] as const] : []));
  return (
    <>
      <p>
        <a href={linkTo(visit, `/contacts/${contact.id}`)}>
          <Said text={contact.name ?? words.unnamed} />
        </a>
      </p>
      {facts.length > 0 && (
        <dl>
          {facts.map(([label, value]) => (
            <>
              <dt>{label}</dt>
              <dd>
                <Said text={value} />
              </dd>
            </>
          ))}
        </dl>
      )}
    </>
  );
}

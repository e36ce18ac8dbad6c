import { eq, type SQL, sql } from "drizzle-orm";
import { contactViewerStatements } from "../contacts/visibility.ts";
import { countDays, type DailyChange, type NodeChange } from "../figures/day-counts.ts";
import { adjustTotal } from "../figures/totals.ts";
import { isHanded } from "../inboxes/channels.ts";
import { type NewEvent, recordEvents } from "../tenant/events.ts";
import type { Statement, Tenant } from "../tenant/tenant.ts";
import { time } from "../tenant/time.ts";
import { type Conversation, insertMessages, type NewMessage, nextSeq, type Sender } from "./append.ts";
import { beginning, type CountedAt, firstReplyCounts, statusCounts, waitCounts } from "./figures.ts";
import { asksForRating } from "./rating.ts";
import { type ConversationStatus, conversations, type MessageContent, type SenderKind } from "./schema.ts";

/** What of an inbox matters to a conversation in it. */
export interface InboxFacts {
  id: string;
  channel: string;
  chatbotId: string | null;
}

/** The conversation that a turn happens in. */
export interface TurnIn {
  inbox: InboxFacts;
  /** As it was read, or as `newConversation` makes it. */
  conversation: Conversation;
  /** The batch makes it. */
  isNew: boolean;
}

/** What somebody writes. */
export interface Written extends Partial<Pick<NewMessage, "files" | "answer">> {
  /** Made beforehand: see `newId` and `messageIdOf`. */
  id: string;
  text: string;
  content?: MessageContent;
}

/** A person wrote it: a member, or a bot token or API key that acts for the team. */
function isPerson(kind: SenderKind): boolean {
  return kind === "member" || kind === "bot" || kind === "api_key";
}

/**
 * Everything that happens in one conversation at one moment, gathered into one batch: its messages, one UPDATE (or
 * INSERT) of the conversation, one row of counts for each day that counts, and the events. A visitor's message and all
 * that a flow answers to it cost little more than the message alone.
 *
 * Say what happens in its order, then take {@link statements} once. What depends on the conversation as it is when the
 * batch comes to it (is this the first reply, since when does the customer wait) is read in the batch itself.
 */
export class ConversationTurn {
  readonly conversation: Conversation;
  readonly inbox: InboxFacts;
  readonly at: number;
  private readonly tenant: Tenant;
  private readonly isNew: boolean;
  private readonly written: NewMessage[] = [];
  private readonly events: NewEvent[] = [];
  private readonly counts: (DailyChange | NodeChange)[] = [];
  /** Columns as they will be: SQL over the conversation as it was. */
  private readonly set: Partial<Record<keyof Conversation, SQL | string | number | null>> = {};
  private readonly unchanged: SQL[] = [];
  private openBy = 0;
  /** What they are by now, with what the turn changed. */
  status: ConversationStatus;
  assignee: string | null;

  /** @param at milliseconds, UTC: when it all happens */
  constructor(tenant: Tenant, { inbox, conversation, isNew }: TurnIn, at: number) {
    this.tenant = tenant;
    this.inbox = inbox;
    this.conversation = conversation;
    this.isNew = isNew;
    this.at = at;
    this.status = conversation.status;
    this.assignee = conversation.assignee;
    if (!isNew) return;
    const { id, contactId, status } = conversation;
    this.record("conversation.created", id, { contactId, channel: inbox.channel, status });
    this.count(
      { ...this.place, metric: "conversations_created" },
      { ...this.place, metric: `status_${status}` },
    );
    this.openBy = status === "open" ? 1 : 0;
  }

  /** Where what happens now is counted. */
  private get place(): CountedAt {
    return { inboxId: this.inbox.id, chatbotId: this.inbox.chatbotId };
  }

  /** The ids of what was written so far. */
  get messageIds(): string[] {
    return this.written.map(({ id }) => id);
  }

  /** What a column holds by now, as SQL for the same batch. */
  private now(
    column: "waitingSince" | "firstInboundAt" | "firstReplyAt" | "firstBotReplyAt" | "status",
  ): SQL {
    const set = this.set[column];
    if (set !== undefined) return sql`${set}`;
    if (this.isNew) return sql`${this.conversation[column]}`;
    return sql`(SELECT ${sql.identifier(conversations[column].name.replace(/[A-Z]/g, (c) => `_${c.toLowerCase()}`))}
      FROM conversations WHERE workspace_id = ${this.tenant.workspaceId} AND id = ${this.conversation.id})`;
  }

  /**
   * The customer writes, and waits for an answer from now on.
   * @param facts columns of the conversation that change with it, as they are stored
   */
  receive(message: Written, sender: Sender, facts: { visitor?: string; thread?: string } = {}): void {
    const { at, conversation } = this;
    this.count({ ...this.place, metric: "messages_in" });
    if (conversation.startDay !== null && conversation.firstInboundAt === null) {
      // Once for each conversation, also for one that the workspace opened: when its customer first writes.
      const { startDay: day, startChatbotId: chatbotId } = conversation;
      const by = this.isNew ? 1 : sql`(${this.now("firstInboundAt")} IS NULL)`;
      this.count({ inboxId: this.inbox.id, chatbotId, day, metric: "sessions", by });
    }
    this.set.waitingSince = sql`coalesce(${this.now("waitingSince")}, ${at})`;
    this.set.firstInboundAt = sql`coalesce(${this.now("firstInboundAt")}, ${at})`;
    this.set.lastInboundAt = this.isNew ? at : sql`max(coalesce(last_inbound_at, ${at}), ${at})`;
    Object.assign(this.set, facts);
    this.write("message", "in", sender, message);
  }

  /**
   * Something goes out to the customer. An answer by a person or the AI ends the waiting; a flow's message does not.
   * @param message.unasked it answers nothing: somebody had it sent
   */
  send(
    message: Written & { unasked?: boolean },
    sender: Sender & { kind: Exclude<SenderKind, "contact"> },
  ): void {
    this.count({ ...this.place, metric: `messages_out_${sender.kind}` });
    if (isPerson(sender.kind) || sender.kind === "ai") this.endWaiting();
    if (!message.unasked) this.noteFirstReply(sender.kind);
    this.write("message", "out", sender, message);
  }

  /** A private note for the team: no message, no activity. */
  note(message: Written, sender: Sender): void {
    this.write("note", "out", sender, message);
  }

  /**
   * The status changes. The batch fails with `conflict` unless it is still as it was read.
   * @param change.snoozedUntil milliseconds, for snoozed only
   * @param change.reopens it had been put away and comes back
   */
  changeStatus(to: ConversationStatus, change: { snoozedUntil: number | null; reopens: boolean }): void {
    const { at } = this;
    const before = { ...this.conversation, status: this.status };
    const { snoozedUntil, reopens } = change;
    const resolves = to === "resolved" && before.status !== "resolved";
    this.count(
      ...statusCounts(
        this.place,
        before,
        { to, reopens, at },
        {
          firstInboundAt: this.now("firstInboundAt"),
          firstReplyAt: this.now("firstReplyAt"),
        },
      ),
    );
    if (resolves) {
      this.endWaiting();
      this.set.resolvedAt = at;
      this.set.firstResolvedAt = before.firstResolvedAt ?? at;
      this.askForRating();
    }
    if (to !== "resolved") this.set.resolvedAt = null;
    if (reopens) {
      this.set.reopenedCount = before.reopenedCount + 1;
      this.set.openedAt = at;
    }
    this.set.status = to;
    this.status = to;
    this.set.snoozedUntil = snoozedUntil;
    this.openBy += Number(to === "open") - Number(before.status === "open");
    // One that was resolved and reopened meanwhile is not as it was.
    const was = this.conversation;
    this.unchanged.push(
      sql`status = ${was.status} AND reopened_count = ${was.reopenedCount} AND snoozed_until IS ${was.snoozedUntil}`,
    );
    this.record("conversation.status_changed", before.id, {
      from: before.status,
      to,
      ...(snoozedUntil === null ? {} : { snoozedUntil: time.parse(snoozedUntil) }),
    });
  }

  /** It is given to somebody, or to nobody. The batch fails with `conflict` when somebody else did so meanwhile. */
  assign(assignee: string | null): void {
    const { id, assignee: was } = this.conversation;
    this.unchanged.push(sql`assignee IS ${was}`);
    this.record("conversation.assigned", id, { from: this.assignee, to: assignee });
    this.set.assignee = assignee;
    this.assignee = assignee;
  }

  /** An event of this conversation's inbox. */
  record(type: NewEvent["type"], subjectId: string, data: NewEvent["data"]): void {
    this.events.push({ type, subjectId, inboxId: this.inbox.id, data });
  }

  /** Counts with the rest, in the same rows. */
  count(...changes: (DailyChange | NodeChange)[]): void {
    this.counts.push(...changes);
  }

  private write(
    kind: NewMessage["kind"],
    direction: NewMessage["direction"],
    sender: Sender,
    { id, text, content, files, answer }: Written,
  ): void {
    const { id: conversationId, contactId } = this.conversation;
    const goesOut = kind === "message" && direction === "out";
    // It waits for the channel's service, which says what becomes of it; a past that is taken in has gone.
    const waits = goesOut && isHanded(this.inbox.channel) && this.tenant.options.at === undefined;
    const status = waits ? "queued" : "sent";
    this.written.push({
      ...{ id, kind, direction, sender, text, status, at: this.at },
      ...{ content: content ?? null, files },
      ...(answer ? { answer } : {}),
    });
    this.record("message.created", id, {
      conversationId,
      contactId,
      kind,
      direction,
      senderKind: sender.kind,
    });
  }

  /** Once for each conversation in which the customer wrote, where its widget asks. */
  private askForRating(): void {
    const { conversation, inbox, at } = this;
    if (this.isNew || conversation.ratingAskedAt !== null || conversation.firstInboundAt === null) return;
    const asks = asksForRating(this.tenant, inbox);
    if (asks === null) return;
    this.set.ratingAskedAt = sql`iif(${asks}, ${at}, NULL)`;
    this.count({ ...(beginning(conversation) ?? this.place), metric: "csat_asked", by: asks });
  }

  private endWaiting(): void {
    this.count(...waitCounts(this.place, this.now("waitingSince"), this.at));
    this.set.waitingSince = null;
  }

  /** Notes the first answer after the customer's first message, once, and how long it took. */
  private noteFirstReply(kind: SenderKind): void {
    const byPerson = isPerson(kind);
    if (!byPerson && kind !== "ai" && kind !== "flow") return;
    const { conversation, at } = this;
    const wrote = this.set.firstInboundAt !== undefined;
    const already = byPerson ? conversation.firstReplyAt : conversation.firstBotReplyAt;
    if ((conversation.firstInboundAt === null && !wrote) || already !== null) return;
    const column = byPerson ? "firstReplyAt" : "firstBotReplyAt";
    // Only the first message of a turn can be the first reply.
    if (this.set[column] !== undefined) return;
    const other = byPerson ? "firstBotReplyAt" : "firstReplyAt";
    this.count(
      ...firstReplyCounts(this.place, conversation, {
        byPerson,
        took: at - (conversation.firstInboundAt ?? at),
        isFirst: sql`(${this.now(column)} IS NULL)`,
        otherIsNone: sql`(${this.now(other)} IS NULL)`,
        status: this.now("status"),
      }),
    );
    this.set[column] = sql`coalesce(${this.now(column)}, ${at})`;
  }

  /**
   * All of it, in one batch with whatever else belongs to the same moment.
   * @param beside what stands between: the conversation is there by then, and nothing is said in it yet
   */
  statements(beside: readonly Statement[] = []): Statement[] {
    const { tenant, conversation, written, at } = this;
    const opening = this.isNew ? 1 : 0;
    const [opened, events] = [this.events.slice(0, opening), this.events.slice(opening)];
    return [
      ...(this.unchanged.length === 0 || this.isNew ? [] : [this.assertUnchanged()]),
      // Before the change: they read since when the customer waits.
      ...countDays(tenant, this.counts, { at }),
      ...this.change(),
      ...(opened.length === 0 ? [] : [recordEvents(tenant, opened, at)]),
      ...beside,
      ...insertMessages(tenant, conversation, written),
      ...(events.length === 0 ? [] : [recordEvents(tenant, events, at)]),
      ...(this.openBy === 0
        ? []
        : [adjustTotal(tenant, { metric: "conversations_open", inboxId: this.inbox.id, by: this.openBy })]),
      ...(this.isNew
        ? contactViewerStatements(tenant, { id: conversation.contactId }, conversation.inboxId)
        : []),
    ];
  }

  private assertUnchanged(): Statement {
    const { workspaceId } = this.tenant;
    return this.tenant.assertThat(sql`EXISTS (SELECT 1 FROM conversations
      WHERE workspace_id = ${workspaceId} AND id = ${this.conversation.id} AND ${sql.join(this.unchanged, sql` AND `)})`);
  }

  /** The conversation's one change. */
  private change(): Statement[] {
    const { tenant, conversation, written, at } = this;
    const shown = written.filter(({ kind }) => kind === "message").length;
    const lastSeq = nextSeq(tenant, conversation, { isNew: this.isNew, written });
    if (this.isNew) {
      const row = { ...conversation, messageCount: shown, lastSeq };
      return [tenant.db.insert(conversations).values({ ...tenant.row(row), ...this.columns() })];
    }
    const changes = {
      ...(written.length > 0 ? { lastSeq } : {}),
      ...(shown > 0
        ? {
            messageCount: sql`${conversations.messageCount} + ${shown}`,
            lastActivityAt: sql`max(${conversations.lastActivityAt}, ${at})`,
          }
        : {}),
      ...this.columns(),
    };
    if (Object.keys(changes).length === 0) return [];
    return [
      tenant.db
        .update(conversations)
        .set(changes)
        .where(tenant.of(conversations, eq(conversations.id, conversation.id))),
    ];
  }

  private columns(): Record<string, SQL> {
    return Object.fromEntries(Object.entries(this.set).map(([name, value]) => [name, sql`${value}`]));
  }
}

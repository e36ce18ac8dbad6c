import type { FileKind } from "../attachments/media-type.ts";
import type { FileSource } from "../attachments/object.ts";
import type { StoredFile } from "../attachments/store.ts";
import type { DeliveryState, MailThread, VisitorMetadata } from "../conversations/append.ts";
import type { OutgoingMessage } from "../conversations/queued.ts";
import type { ChannelAbilities } from "../inboxes/channels.ts";
import type { Channel } from "../inboxes/store.ts";
import type { ApprovedTemplate } from "../inboxes/templates.ts";

/**
 * A channel: how customers reach an inbox. One folder each, and one line in `channels/adapters.ts`; what it can stands in
 * `inboxes/channels.ts`. It reads what comes in and hands over what goes out, and stores nothing: rooms write what came
 * in, and an inbox's outbox sees to it that what goes out gets there, in its order, and says what became of it.
 */
export interface ChannelAdapter {
  kind: Channel;
  can: ChannelAbilities;
  /** How its service is connected to an inbox; null where there is nothing to connect to. */
  connecting: Connecting | null;
  /** Reads what its service tells us by itself; null where it has no service that does, and customers have doors of their own. */
  hook: Hook | null;
  /** Hands messages to its service; null where customers fetch them from us. */
  out: Out | null;
  /** What its service has approved; where it has nothing of that kind, nothing. */
  templates?: Templates;
}

/** What came in on a channel, in the words that conversations take. */
export interface Incoming {
  /** Who wrote: the channel's own id of them, 1 to 200 characters. The identity of a contact is inbox and this. */
  from: { sourceId: string; name?: string; email?: string; phone?: string };
  /** Empty where it is files alone. */
  text: string;
  /** Ids of files that it takes: they were stored for this sender, and no message has taken them yet. */
  attachments?: readonly string[];
  /** Ids of choices that were taken rather than typed; `text` says them. */
  choiceIds?: string[];
  /** One of the sender's conversations, or "new" for another; else the newest goes on. */
  conversation?: string;
  /** The version of the flow whose beginning the sender was shown, and answers. */
  seen?: string;
  /** The channel's own id of the message; the same one again in the inbox is the same message. */
  sourceId?: string;
  /** What is known of where they write from. */
  visitor?: VisitorMetadata;
  /** Of a mail: what keeps its thread together, and all of its text where `text` is not all. */
  mail?: { thread: MailThread; original: string | null };
  /** It is kept and answers nothing: a message was edited, or reacted to. */
  isAside?: boolean;
}

/** A file that came with a message, before it is fetched. */
export interface IncomingFile {
  /** What people call it: picture, file, voice message, sticker. */
  kind: string;
  /** As its sender calls it, and says that it is. */
  name?: string;
  type?: string;
  /** Its bytes, where that is said: what is too large is not fetched. */
  size?: number;
  /** Fetches it; throws where it cannot. Called at most once. */
  open(signal: AbortSignal): Promise<FileSource>;
}

/** What came in as an adapter reads it: its files are still to be fetched, see `keepFiles`. */
export interface Heard extends Omit<Incoming, "attachments"> {
  files?: readonly IncomingFile[];
}

/** An inbox as its channel's service knows it. */
export interface Connected {
  inboxId: string;
  /** The inbox's public key, by which the service finds its way to us. */
  publicKey: string;
  /** What {@link Connecting.connect} had sealed, as it is. */
  credentials: unknown;
  env: Env;
}

/** What a channel's service tells us. */
export type Told =
  | { type: "message"; incoming: Heard }
  /** What became of a message that went out. @property sourceId the service's id of it @property messageId our own */
  | { type: "delivery"; sourceId: string; messageId?: string; state: DeliveryState; failure?: string }
  /** All that went out to a customer up to a time has come so far. @property until milliseconds, UTC */
  | { type: "reached"; from: string; state: "delivered" | "read"; until: number }
  /** Nothing gets through to a customer any more, or does again (null). */
  | { type: "reach"; from: string; reason: string | null }
  /** A customer has another id from now on. */
  | { type: "moved"; from: string; to: string };

export interface Hook {
  /**
   * Answers the service's question whether this address wants what it has to tell, which comes while the inbox is being
   * connected. @returns the body of the answer; null: nobody asks for it
   */
  handshake?(query: URLSearchParams, inbox: { inboxId: string; env: Env }): Promise<string | null>;
  /**
   * Reads a request of the service after it has made sure that it is the service's.
   * @param request its body is `body`, as it came
   * @throws Failure `unauthenticated` where it is not, `invalid_input` where it cannot be read
   */
  read(request: Request, body: Uint8Array, connected: Connected): Promise<Told[]>;
  /**
   * The other accounts that a request of the service speaks of, where it sends all of an app's to one address: they may be
   * other inboxes of the workspace, each of which reads it with its own secret. Fails as {@link read}.
   */
  accounts?(request: Request, body: Uint8Array, connected: Connected): Promise<string[]>;
  /** What the service knows of somebody who writes for the first time, where a message does not say it. Never throws. */
  who?(sourceId: string, connected: Connected): Promise<Pick<Incoming["from"], "name" | "phone">>;
  /** What else the service wants done for what it told: a tap acknowledged, say. Nothing depends on it. */
  acknowledge?(body: Uint8Array, connected: Connected): Promise<void>;
}

/** A message that goes out. */
export interface Outgoing extends OutgoingMessage {
  /** The channel's own id of the customer: {@link Incoming}'s `from.sourceId`. */
  to: string;
  /** Its files, which go out beside {@link caption}. */
  files: readonly OutgoingFile[];
  /** The text without the lines that say its files; all of it where it has none. */
  caption: string;
}

/** A file that goes out. */
export interface OutgoingFile extends StoredFile {
  kind: FileKind;
  /** An address of ours at which its service can fetch it, for an hour at least. */
  address(): string;
  /** Its bytes; null: it is gone. */
  open(): Promise<ReadableStream<Uint8Array> | null>;
}

/** What came of handing a message over. */
export type Handed =
  /**
   * The service has it. @property sourceId its id of it, which its later reports name @property movedTo the id under
   * which it knows the customer, where that is another one
   */
  | { outcome: "sent"; sourceId?: string; movedTo?: string }
  /** It will never take it. @property unreachable nor anything else to this customer */
  | { outcome: "failed"; reason: string; unreachable?: boolean }
  /** The customer has another id from now on, where it is tried again. */
  | { outcome: "moved"; to: string }
  /**
   * Not now. @property refused it does not let us in: nothing gets through until somebody sees to it @property pause who
   * was written to too fast, which is no failure: this customer, or all of the inbox
   */
  | {
      outcome: "later";
      reason: string;
      statusCode: number | null;
      retryAfterMs: number | null;
      refused?: boolean;
      pause?: "customer" | "inbox";
    };

/** How much of a message that takes several requests has been handed over. */
export interface Progress {
  /** Requests that were made in an earlier attempt, and are not made again. */
  done: number;
  /** One more was made. */
  step(): void;
}

export interface Out {
  /** Hands over a message, in as many requests as it takes. Never throws for what the service does. */
  hand(message: Outgoing, connected: Connected, progress: Progress): Promise<Handed>;
  /**
   * Shows the customer that somebody is writing. Nothing depends on it.
   * @param last the channel's own id of what they wrote last, where it is known
   */
  typing?(to: string, connected: Connected, last: string | null): Promise<void>;
  /** Shows the customer that what they wrote was read, up to this message of theirs. Nothing depends on it. */
  seen?(to: string, connected: Connected, last: string): Promise<void>;
}

export interface Templates {
  /** Those that may be sent. @throws Failure `not_allowed` with the service's reason */
  list(connected: Connected): Promise<ApprovedTemplate[]>;
}

/** What is stored of a connection: sealed, and to be shown to whoever may see the inbox. */
export interface Connection {
  credentials: Record<string, unknown>;
  shown: Record<string, string>;
}

export interface Connecting {
  /**
   * Checks what an operator gave with the service, and tells the service where we are.
   * @param given the flags of `parley inbox connect`, unchecked
   * @returns what is stored, and what the operator is told this once: secrets to paste elsewhere, what to do next
   * @throws Failure `invalid_input` saying what is wrong with what was given, or why the service refuses it
   */
  connect(
    given: Record<string, unknown>,
    connected: Omit<Connected, "credentials">,
  ): Promise<{ connection: Connection; once: Record<string, string> }>;
  /** Tries the connection. @returns what works, in a sentence @throws Failure with what does not */
  test(connected: Connected): Promise<string>;
  /** What is left of a connection is ended that another one took the place of, where the service does not do so itself. */
  replaced?(before: Connected, now: Connected): Promise<void>;
  /** Tells the service that we are gone. What it answers does not matter. */
  disconnect(connected: Connected): Promise<void>;
}

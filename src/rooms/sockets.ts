import { z } from "zod";
import { shownMessage } from "../channels/web/answers.ts";
import { visitorSchema } from "../channels/web/token.ts";
import type { Admits } from "../channels/web/visited-inbox.ts";
import type { VisitorMessage, WrittenMessage } from "../conversations/visitor-view.ts";
import { logUnexpected } from "../http/log.ts";
import { Failure, type FailureCode } from "../tenant/failure.ts";

/** Most open sockets of one visitor: tabs and devices. The oldest is closed for the next. */
export const MAX_SOCKETS = 10;

const attachmentSchema = z.object({
  visitor: visitorSchema,
  origin: z.string().optional(),
  userAgent: z.string().optional(),
  country: z.string().optional(),
  /** Whose messages are counted. */
  address: z.string(),
  /** The number of the last message that was sent to it. */
  seq: z.int(),
  /** When it was opened, in milliseconds: the runtime lists sockets in no order that means anything. */
  openedAt: z.number(),
});
type Attachment = z.output<typeof attachmentSchema>;

/** What lies behind a number, and which pages may see it now. */
export interface Behind {
  admits: Admits;
  messages: VisitorMessage[];
}
type ReadBehind = (seq: number) => Promise<Behind>;

/** Why a page may not say anything any more. */
const ENDS: ReadonlySet<FailureCode> = new Set([
  ...(["not_found", "workspace_suspended", "inbox_disabled", "origin_not_allowed"] as const),
]);

/**
 * Close codes of ours: open a new session; the chat is switched off, or this page may not open it any more; another
 * socket took the place; say less; come again.
 */
export const CLOSE = {
  unauthenticated: 4401,
  refused: 4403,
  replaced: 4409,
  tooMuch: 4429,
  failed: 1011,
} as const;

/**
 * A visitor's open sockets. They outlive the object's memory (they hibernate), so what belongs to one is attached to it.
 * What goes out is `{type, …}` in JSON: `ready`, `message`, `sent`, `error`, `typing`, `read`, `rating`, and `answering`
 * while the AI works on an answer, see `AnsweringFrame`.
 */
export class Sockets {
  readonly #ctx: DurableObjectState;

  constructor(ctx: DurableObjectState) {
    this.#ctx = ctx;
    // Answered without waking the object.
    ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair("ping", "pong"));
  }

  get any(): boolean {
    return this.#ctx.getWebSockets().length > 0;
  }

  /** @param protocol that the client asked for and is told back */
  accept(opening: Omit<Attachment, "openedAt">, protocol: string): { socket: WebSocket; response: Response } {
    const open = this.#ctx
      .getWebSockets()
      .filter(({ readyState }) => readyState === WebSocket.OPEN)
      .map((socket) => ({ socket, openedAt: this.of(socket).openedAt }))
      .sort((a, b) => b.openedAt - a.openedAt);
    for (const { socket } of open.slice(MAX_SOCKETS - 1)) {
      this.close(socket, CLOSE.replaced, "Too many open at once.");
    }
    const latest = open[0]?.openedAt ?? 0;
    const { 0: client, 1: socket } = new WebSocketPair();
    this.#ctx.acceptWebSocket(socket);
    // Later than every other, whatever the clock says.
    const openedAt = Math.max(Date.now(), latest + 1);
    socket.serializeAttachment({ ...opening, openedAt });
    const headers = { "Sec-WebSocket-Protocol": protocol };
    return { socket, response: new Response(null, { status: 101, webSocket: client, headers }) };
  }

  of(socket: WebSocket): Attachment {
    return attachmentSchema.parse(socket.deserializeAttachment());
  }

  /** Sends one thing to one socket. One that is closing misses it, and reads it when it comes back. */
  send(socket: WebSocket, what: object): void {
    try {
      socket.send(JSON.stringify(what));
    } catch {
      // Closed meanwhile.
    }
  }

  /** Says why what a socket said came to nothing, and ends it where its page may say nothing any more. */
  refuse(
    socket: WebSocket,
    error: unknown,
    { requestId, clientMessageId }: { requestId: string; clientMessageId: string | undefined },
  ): void {
    const failure = failureFor(error, requestId);
    this.send(socket, { type: "error", clientMessageId, error: failure });
    if (ENDS.has(failure.code)) this.close(socket, CLOSE.refused, failure.message);
  }

  close(socket: WebSocket, code: number, reason: string): void {
    socket.close(code, reason);
  }

  closeAll(code: number, reason: string): void {
    for (const socket of this.#ctx.getWebSockets()) this.close(socket, code, reason);
  }

  /** Tells every socket whose token has not expired. */
  sendAll(what: object): void {
    for (const socket of this.#ctx.getWebSockets()) if (!this.#hasExpired(socket)) this.send(socket, what);
  }

  /** One whose token has expired is closed. */
  #hasExpired(socket: WebSocket): boolean {
    if (this.of(socket).visitor.expiresAt > Date.now()) return false;
    this.close(socket, CLOSE.unauthenticated, "The visitor token has expired.");
    return true;
  }

  /**
   * Tells every socket what was written. One that has everything before it gets it as it is; one that lacks something,
   * since the object died between a commit and its push, is told all that lies behind what it has.
   * A socket whose token has expired, or whose page may not open the chat any more, is told nothing and closed.
   * @param written with who may see it; null: not known, whatever is new
   */
  async push(
    written: { messages: readonly WrittenMessage[]; admits: Admits } | null,
    readBehind: ReadBehind,
  ): Promise<void> {
    for (const socket of this.#ctx.getWebSockets()) {
      if (this.#hasExpired(socket)) continue;
      if (written === null) {
        await this.catchUp(socket, readBehind);
        continue;
      }
      const { seq, origin } = this.of(socket);
      const { messages, admits } = written;
      const [first] = messages;
      const follows = first === undefined || (first.prev !== null && first.prev <= seq);
      if (!admits(origin)) this.#refuse(socket);
      else if (follows) this.#tell(socket, messages);
      else await this.catchUp(socket, readBehind);
    }
  }

  /** Sends what a socket does not have yet. @returns false where it was closed: its page may not see it */
  async catchUp(socket: WebSocket, readBehind: ReadBehind): Promise<boolean> {
    for (;;) {
      const { seq: before, origin } = this.of(socket);
      const { admits, messages } = await readBehind(before);
      if (!admits(origin)) {
        this.#refuse(socket);
        return false;
      }
      this.#tell(socket, messages);
      if (messages.length === 0 || this.of(socket).seq === before) return true;
    }
  }

  #refuse(socket: WebSocket): void {
    this.close(socket, CLOSE.refused, "This chat is not open for this page.");
  }

  #tell(socket: WebSocket, messages: readonly VisitorMessage[]): void {
    const attachment = this.of(socket);
    const { workspaceId } = attachment.visitor;
    let { seq } = attachment;
    for (const message of messages) {
      if (message.seq <= seq) continue;
      this.send(socket, { type: "message", prev: seq, message: shownMessage(workspaceId, message) });
      seq = message.seq;
    }
    if (seq !== attachment.seq) socket.serializeAttachment({ ...attachment, seq });
  }
}

/** What a socket is told of what went wrong: what was not meant for it goes into the log. */
function failureFor(error: unknown, requestId: string): Failure {
  if (error instanceof Failure) return error;
  logUnexpected(requestId, "visitor socket", error);
  return new Failure("internal", `Internal error. Quote the request id ${requestId} to the operator.`);
}

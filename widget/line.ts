import type { Shown } from "../src/channels/web/wire.ts";

/** What the server says over a socket. */
export type Heard =
  | { type: "ready"; lastSeq: number; unread: number }
  | { type: "message"; prev: number; message: Shown }
  | { type: "sent"; clientMessageId?: string; conversationId: string; message: Sent }
  | { type: "error"; clientMessageId?: string; error: { code: string; message: string } }
  | { type: "typing"; from: string }
  /** An answer is being made: all of it that can be read by now. */
  | { type: "answering"; state: "thinking" | "writing" | "done"; text?: string }
  | { type: "greeting"; greeting: Greeting | null }
  | { type: "rating"; conversationId: string }
  | { type: "read"; seq: number };
/** What the flow says to whoever begins, or goes on after a resolved conversation. A first message names it as `seen`. */
export interface Greeting {
  seen: string;
  messages: Pick<Shown, "text" | "content">[];
}
type Sent = Pick<Shown, "id" | "seq" | "text" | "createdAt">;

/** Close codes of the server's. */
export const CLOSED = { unauthenticated: 4401, replaced: 4409, tooMuch: 4429 } as const;

/** Milliseconds between two signs of life, and how long one may take. */
const PULSE = 25_000;
const SILENCE = 8_000;

const { WebSocket } = window;

/** One socket, from its opening to its end. A connection that died without a word is noticed within half a minute. */
export class Line {
  readonly #socket: WebSocket;
  #pulse: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #ended = false;

  /** @param ended called once, with the code that it was closed with */
  constructor(address: string, token: string, hear: (heard: Heard) => void, ended: (code: number) => void) {
    this.#socket = new WebSocket(address, ["parley.visitor", token]);
    this.#socket.onopen = () => this.#beat();
    this.#socket.onmessage = ({ data }) => {
      clearTimeout(this.#silence);
      if (data !== "pong") hear(JSON.parse(data));
    };
    this.#socket.onclose = ({ code }) => {
      if (this.#ended) return;
      this.#ended = true;
      clearTimeout(this.#pulse);
      clearTimeout(this.#silence);
      ended(code);
    };
    this.#silence = setTimeout(() => this.end(), SILENCE * 2);
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  say(text: string): void {
    if (this.open) this.#socket.send(text);
  }

  /** Asks for a sign of life now: the network may have changed. */
  check(): void {
    if (!this.open) return;
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.end(), SILENCE);
    this.#socket.send("ping");
  }

  /** Ends it, without waiting for the other side, which may be gone. */
  end(): void {
    this.#socket.close();
    this.#socket.onclose?.(new CloseEvent("close", { code: 1006 }));
  }

  #beat(): void {
    clearTimeout(this.#pulse);
    this.#pulse = setTimeout(() => {
      this.check();
      this.#beat();
    }, PULSE);
  }
}

import type { Shown } from "../src/channels/web/wire.ts";
import type { WidgetConfig } from "../src/widget/wire.ts";
import { FilledIn } from "./filled-in.ts";
import { type Api, Refused, type Uploaded } from "./http.ts";
import { type Keeper, type Said, toJson, toSend } from "./kept.ts";
import { CLOSED, type Heard, Line } from "./line.ts";
import { Outbox } from "./outbox.ts";
import { GIVE_UP_SOCKETS, Pace, POLL, TYPING } from "./pace.ts";
import { openSession } from "./session.ts";
import { type Identity, type State, unreadAfter } from "./state.ts";
import { Told } from "./told.ts";

/** A visitor's talk with an inbox, as one page has it. Changes are told to {@link listen}. */
export class Chat extends Told {
  state: State;
  readonly #api: Api;
  readonly #kept: Keeper;
  readonly #outbox: Outbox;
  readonly #pace = new Pace();
  readonly filledIn = new FilledIn();
  #identity: Identity | null = null;
  #token: string | null = null;
  #line: Line | null = null;
  /** Everything up to here is in `messages`. */
  #last = 0;
  #failedSockets = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #begun = false;
  #wantsGreeting = false;
  /** Goes up when what is under way counts no more. */
  #round = 0;
  /** Whether somebody sees what is said now. */
  watched = false;
  /** Told of each message by somebody else that is new. */
  onHeard: (message: Shown) => void = () => {};

  constructor(api: Api, kept: Keeper, config: WidgetConfig) {
    super();
    this.#api = api;
    this.#kept = kept;
    this.#outbox = new Outbox(kept, (outbox) => this.#set({ outbox }));
    this.state = {
      ...{ config, messages: [], outbox: this.#outbox.list, link: "none", refused: null, typing: null },
      ...{ unread: 0, greeting: null, resolved: false, rating: null },
    };
    window.addEventListener("online", () => this.#retry());
    window.addEventListener("offline", () => this.#line?.check());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.#line?.check();
    });
  }

  #set(changes: Partial<State>): void {
    this.state = { ...this.state, ...changes };
    this.changed();
  }

  /** The settings are read anew. What cannot be read now stays as it is. */
  async refresh(): Promise<void> {
    const config = await this.#api.config().catch(() => null);
    if (config) this.#set({ config });
  }

  /** Begins to speak with the server, once. Whoever was here before goes on. */
  begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    void this.#arrive();
  }

  /** @param identity who the visitor is from now on; null: nobody in particular, and a new one where it was somebody */
  identify(identity: Identity | null): void {
    const before = this.#identity;
    this.#identity = identity;
    if (identity === null && before?.id !== undefined) this.#kept.change(({ token: _, ...rest }) => rest);
    if (!this.#begun) return;
    if (before?.id !== identity?.id) {
      this.#forget();
    }
    this.#hangUp();
    void this.#arrive();
  }

  /** It is somebody else. */
  #forget(): void {
    this.#last = 0;
    this.#set({ messages: [], unread: 0, greeting: null });
  }

  #hangUp(): void {
    this.#round += 1;
    this.#pace.stop();
    const line = this.#line;
    this.#line = null;
    line?.end();
  }

  async #arrive(): Promise<void> {
    const round = this.#round;
    this.#set({ link: "connecting" });
    try {
      const { session, anew } = await openSession(this.#api, this.#kept, this.#identity);
      if (round !== this.#round) return;
      if (anew) this.#forget();
      this.#token = session.visitorToken;
      this.#kept.change((kept) => ({ ...kept, token: session.visitorToken }));
      this.#set({
        unread: session.unread,
        refused: null,
        resolved: session.resolved,
        rating: this.#kept.toRate(session.rating?.conversationId),
      });
      if (this.#failedSockets < GIVE_UP_SOCKETS) this.#connect();
      else await this.#poll();
    } catch (error) {
      if (round !== this.#round) return;
      const code = error instanceof Refused ? error.code : "internal";
      const passing = ["offline", "internal", "rate_limited", "conflict"].includes(code);
      this.#set({ link: "offline", refused: passing && code !== "rate_limited" ? null : code });
      this.#pace.later(() => this.#arrive());
    }
  }

  #connect(): void {
    const token = this.#token;
    if (token === null) return;
    let ready = false;
    const line = new Line(
      this.#api.socket(this.#last),
      token,
      (heard) => {
        if (this.#line !== line) return;
        ready ||= heard.type === "ready";
        this.#hear(heard);
      },
      (code) => {
        if (this.#line !== line) return;
        this.#line = null;
        this.#cut(code, ready);
      },
    );
    this.#line = line;
  }

  #cut(code: number, wasReady: boolean): void {
    if (code === CLOSED.replaced) {
      this.#set({ link: "elsewhere" });
      return;
    }
    this.#failedSockets = wasReady ? 0 : this.#failedSockets + 1;
    this.#set({ link: navigator.onLine === false ? "offline" : "connecting", typing: null });
    // One that never came to be was refused: opening the session anew tells why.
    const anew = !wasReady || code === CLOSED.unauthenticated;
    this.#pace.later(
      () => (anew ? void this.#arrive() : this.#connect()),
      code === CLOSED.tooMuch ? 60_000 : 0,
    );
  }

  /** Tries again now: the network is back, or somebody wants to. */
  #retry(): void {
    if (!this.#begun || this.#line || this.state.link === "elsewhere") return;
    this.#pace.reset();
    this.#hangUp();
    void this.#arrive();
  }

  /** Takes the talk over from the windows that have it. */
  goOnHere(): void {
    this.#set({ link: "connecting" });
    this.#connect();
  }

  #hear(heard: Heard): void {
    switch (heard.type) {
      case "ready":
        this.#ready(heard);
        break;
      case "message":
        this.#message(heard.message);
        break;
      case "sent": {
        const { message, conversationId } = heard;
        const said = this.#outbox.remove(heard.clientMessageId);
        // It may be told of before the push that has it.
        if (said?.attachments) break;
        this.#show({ ...message, conversationId, from: "visitor", senderName: null, content: null });
        break;
      }
      case "error":
        this.#outbox.mark(heard.clientMessageId, heard.error.code);
        break;
      case "typing":
        this.#typing("");
        break;
      case "answering":
        if (heard.state === "done") this.#set({ typing: null });
        else this.#typing(heard.text ?? "");
        break;
      case "greeting":
        this.#set({ greeting: heard.greeting });
        break;
      case "rating":
        this.#set({ rating: this.#kept.toRate(heard.conversationId), resolved: true });
        break;
      case "read":
        this.#set({ unread: unreadAfter(heard.seq, this.state.messages) });
    }
  }

  #ready({ unread }: Extract<Heard, { type: "ready" }>): void {
    this.#pace.reset();
    this.#failedSockets = 0;
    this.#set({ link: "ready", unread });
    for (const said of this.#outbox.open) this.#pass(said);
    if (this.#wantsGreeting) this.greet();
    this.read();
  }

  /** What the flow says to whoever begins shall be told, now or as soon as there is a line. */
  greet(): void {
    this.#wantsGreeting = true;
    if (this.state.link === "ready") this.#line?.say(toJson({ type: "greet" }));
  }

  #typing(text: string): void {
    this.#set({ typing: { text } });
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#set({ typing: null }), TYPING);
  }

  #message(message: Shown): void {
    const isNew = message.seq > this.#last;
    this.#last = Math.max(this.#last, message.seq);
    if (message.from === "visitor") {
      this.#outbox.came(message);
    } else {
      this.#set({ typing: null });
    }
    this.#show(message);
    if (!isNew || message.from === "visitor" || this.state.link !== "ready") return;
    this.#set({ unread: this.state.unread + 1, greeting: null });
    this.onHeard(message);
    this.read();
    const filledIn = this.filledIn.answer(message);
    if (filledIn !== undefined) this.say(filledIn, { conversation: message.conversationId });
  }

  #show(message: Shown): void {
    const { messages } = this.state;
    if (messages.some(({ seq }) => seq === message.seq)) return;
    const resolved = message.from === "visitor" ? false : this.state.resolved;
    this.#set({ resolved, messages: [...messages, message].sort((a, b) => a.seq - b.seq) });
  }

  /** Everything that is here has been seen, if somebody watches. */
  read(): void {
    if (!this.watched || document.visibilityState !== "visible" || this.state.unread === 0) return;
    this.#line?.say(toJson({ type: "read", seq: this.#last }));
    this.#set({ unread: 0 });
  }

  /** Says something. It is kept until the server has it, also over the end of the page. */
  say(text: string, more: Omit<Said, "clientMessageId" | "text" | "at"> = {}): void {
    const said: Said = { clientMessageId: crypto.randomUUID(), text, ...more, at: Date.now() };
    this.#outbox.add(said);
    this.#pass(said);
  }

  /** Uploads a file for what is said next. @param progress see `Api.upload` @throws Refused */
  async upload(file: File, progress: (done: number) => void): Promise<Uploaded> {
    return this.#api.upload(this.#known, file, progress);
  }

  /** The visitor's token. @throws Refused before there is one */
  get #known(): string {
    if (this.#token === null) throw new Refused("offline");
    return this.#token;
  }

  /** Reads a message again whose files have other addresses by now. */
  async freshen({ seq }: Pick<Shown, "seq">): Promise<void> {
    const { messages: found } = await this.#api.messages(this.#known, seq - 1);
    const anew = (old: Shown) => found.find((message) => message.seq === old.seq) ?? old;
    this.#set({ messages: this.state.messages.map(anew) });
  }

  /** The visitor rates a conversation, from 1 to 5. @throws Refused */
  async rate(conversationId: string, rating: number, comment: string): Promise<void> {
    await this.#api.rate(this.#known, { conversationId, rating, ...(comment ? { comment } : {}) });
  }

  /** The visitor was asked for a rating, and is not asked again. */
  asked(): void {
    if (this.state.rating !== null) this.#kept.noteAsked(this.state.rating);
    this.#set({ rating: null });
  }

  /** Says again what was refused. */
  sayAgain({ clientMessageId }: Said): void {
    this.#outbox.mark(clientMessageId, undefined);
    const said = this.#outbox.open.find((one) => one.clientMessageId === clientMessageId);
    if (said) this.#pass(said);
  }

  /** What was not sent shall not be. */
  takeBack({ clientMessageId }: Said): void {
    this.#outbox.remove(clientMessageId);
  }

  #pass(said: Said): void {
    if (this.#line?.open && this.state.link === "ready") {
      this.#line.say(toJson({ type: "message", ...toSend(said) }));
    } else if (this.#failedSockets >= GIVE_UP_SOCKETS && this.#token !== null) {
      void this.#sendByRequest(this.#token, said);
    }
  }

  async #sendByRequest(token: string, said: Said): Promise<void> {
    try {
      await this.#api.send(token, said);
      this.#outbox.remove(said.clientMessageId);
      this.#hangUp();
      await this.#poll();
    } catch (error) {
      if (error instanceof Refused && error.code !== "offline")
        this.#outbox.mark(said.clientMessageId, error.code);
    }
  }

  /** Where no socket comes to be: a network in between does not let it. */
  async #poll(): Promise<void> {
    const round = this.#round;
    const token = this.#token;
    if (token === null) return;
    const { messages } = await this.#api.messages(token, this.#last);
    if (round !== this.#round) return;
    for (const message of messages) this.#message(message);
    if (this.state.link !== "ready") {
      this.#set({ link: "ready" });
      for (const said of this.#outbox.open) this.#pass(said);
    }
    this.#pace.after(POLL, () => {
      this.#poll().catch(() => {
        if (round === this.#round) void this.#arrive();
      });
    });
  }
}

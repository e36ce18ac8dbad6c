import { DurableObject } from "cloudflare:workers";
import type { Context } from "../calls/define.ts";
import { isLetIn } from "../channels/web/limits.ts";
import { incomingOf, readOpening, readSaid } from "../channels/web/socket.ts";
import { sentOutput } from "../channels/web/wire.ts";
import { type DraftReply, type Review, type Reviewer, sendDraftHere } from "../conversations/drafts.ts";
import type { OutgoingContent } from "../conversations/outbound.ts";
import { type Answered, answered, type RoomAddress, readRoomName } from "../conversations/room.ts";
import { type Beside, type Caller, replyHere, type SendDone, startHere } from "../conversations/send.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { EffectResult } from "../flows/run/state.ts";
import { logUnexpected } from "../http/log.ts";
import { tellNews } from "../http/news.ts";
import type { Asked } from "../live/play.ts";
import { type FlowDone, type FlowTarget, sendFlowHere } from "../live/send-flow.ts";
import { takeOver } from "../live/take-over.ts";
import { Failure } from "../tenant/failure.ts";
import type { Attempt } from "../tenant/idempotency.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { Tenant } from "../tenant/tenant.ts";
import { Asking } from "./asking.ts";
import { readBehind } from "./behind.ts";
import { Contexts } from "./contexts.ts";
import { readFacts } from "./facts.ts";
import { greetingFor } from "./greeting.ts";
import { Handing } from "./handing.ts";
import type { RoomHands } from "./hands.ts";
import { LATER, orLater } from "./or-later.ts";
import { Queue } from "./queue.ts";
import { ReadMark } from "./read-mark.ts";
import { type Behind, CLOSE, Sockets } from "./sockets.ts";
import { flowStep, type Got, requestAgain, type Turned } from "./steps.ts";
import { takeMessage, type Visit, type VisitAnswer } from "./visit.ts";

/** When a result is looked for whose request died with the process: behind any request's own time. */
const REDRIVE = 45_000;
/** The result of a request that cannot be made again, since its flow is gone or may not go on. */
const GONE: EffectResult = { kind: "http", error: "no answer" };

/**
 * One customer in one inbox: all that is said to and by them goes through this object, one after the other, each turn one
 * batch; what is acknowledged is committed. Named by `roomName`. Facts are read anew for each: others change them.
 */
export class Room extends DurableObject<Env> {
  readonly #queue = new Queue();
  readonly #sockets: Sockets;
  readonly #asking: Asking;
  readonly #read: ReadMark;
  readonly #contexts: Contexts;
  readonly #out: Handing;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sockets = new Sockets(ctx);
    this.#asking = new Asking(env, ctx.storage.kv, this.#sockets);
    this.#read = new ReadMark(ctx.storage.kv);
    this.#contexts = new Contexts(env, () => this.#where);
    this.#out = new Handing(env, ctx.storage.kv, () => this.#where);
  }

  get #where(): RoomAddress {
    return readRoomName(this.ctx.id.name ?? "");
  }

  /** A customer's message. Answers the failures of `takeMessage`. @param shard where the workspace's data is */
  message(shard: string, visit: Visit): Promise<Answered<VisitAnswer>> {
    return answered(() => this.#queue.run(() => this.#take(shard, visit)));
  }

  /** {@link replyHere}, as the caller; a flow under way ends. */
  reply(
    caller: Caller,
    conversationId: string,
    content: OutgoingContent,
    attempt: Attempt,
  ): Promise<Answered<SendDone>> {
    return this.#send(caller, ({ tenant }) =>
      replyHere(tenant, conversationId, content, attempt, this.#takingOver(tenant)),
    );
  }

  /** {@link startHere}, as the caller; a flow under way in the conversation before it ends. */
  start(
    caller: Caller,
    target: Parameters<typeof startHere>[1],
    content: OutgoingContent,
    attempt: Attempt,
  ): Promise<Answered<SendDone>> {
    return this.#send(caller, ({ tenant }) =>
      startHere(tenant, target, content, attempt, async (turn) => {
        this.#out.note(turn.inbox.channel);
        const { newest } = await readFacts(tenant, this.#where);
        return newest ? takeOver(tenant, newest.id, turn.at) : [];
      }),
    );
  }

  /** {@link sendDraftHere}, as the caller; a flow under way ends. */
  sendDraft(
    caller: Caller,
    draftId: string,
    reviewer: Reviewer,
    review: Review,
  ): Promise<Answered<DraftReply>> {
    return this.#send(caller, ({ tenant }) =>
      sendDraftHere(tenant, draftId, reviewer, review, this.#takingOver(tenant)),
    );
  }

  /** {@link sendFlowHere}, as the caller; the room goes on with the flow. */
  async sendFlow(caller: Caller, target: FlowTarget, attempt: Attempt): Promise<Answered<FlowDone>> {
    const { shard } = caller;
    const begun = await this.#send(caller, (context) =>
      sendFlowHere(context, target, attempt, (session, asked, channel) => {
        this.#out.note(channel);
        return this.#arm(shard, session, asked);
      }),
    );
    if (!begun.ok) return begun;
    const { done, waits } = begun.value;
    if (waits) this.#ask(shard, waits.session, waits.asked);
    return { ok: true, value: done };
  }

  /** Has whatever is due looked at now: something changed outside that no message tells of. */
  async wake(shard: string): Promise<void> {
    this.ctx.storage.kv.put("shard", shard);
    await this.ctx.storage.setAlarm(Date.now());
  }

  /** Its workspace is gone: open sockets are closed, and nothing is kept or due any more. */
  forget(): Promise<void> {
    return this.#queue.run(async () => {
      this.#sockets.closeAll(CLOSE.refused, "This chat is out of service.");
      await this.ctx.storage.deleteAlarm();
      await this.ctx.storage.deleteAll();
    });
  }

  /** The inbox was changed: sockets of pages that may not open it any more are closed. */
  async recheck(shard: string): Promise<void> {
    if (!this.#sockets.any) return;
    await this.#queue.run(() => this.#sockets.push(null, (seq) => this.#behind(shard, seq)));
  }

  /** Opens a visitor's socket. The door has checked its token and hands on what it says; see `openingRequest`. */
  override async fetch(request: Request): Promise<Response> {
    const { after, protocol, ...opening } = readOpening(request);
    const { socket, response } = this.#sockets.accept({ ...opening, seq: after }, protocol);
    const { shard } = opening.visitor;
    const caughtUp = this.#queue.run(async () => {
      if (!(await this.#sockets.catchUp(socket, (seq) => this.#behind(shard, seq)))) return;
      const unread = await this.unread(shard);
      this.#sockets.send(socket, { type: "ready", lastSeq: this.#sockets.of(socket).seq, unread });
    });
    const orClosed = caughtUp.catch((error: unknown) => {
      // The page comes again, and reads then what it missed now.
      this.#sockets.close(socket, CLOSE.failed, "Try again.");
      throw error;
    });
    this.#inBackground("socket", orClosed);
    return response;
  }

  /** How many messages the visitor has not read, see {@link ReadMark}. */
  unread(shard: string): Promise<number> {
    return this.#read.unread(async (seq) => (await this.#behind(shard, seq)).messages);
  }

  /** The visitor has read everything up to this number. @param seq no greater than that of a message there is */
  read(seq: number): void {
    if (this.#read.move(seq)) this.#sockets.sendAll({ type: "read", seq });
  }

  /** A conversation was resolved, and the visitor may rate it. */
  asksRating(conversationId: string): void {
    this.#sockets.sendAll({ type: "rating", conversationId });
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    const requestId = crypto.randomUUID();
    let clientMessageId: string | undefined;
    // All of it in its turn: what is said first is counted and taken first.
    const heard = this.#queue.run(async () => {
      const opening = this.#sockets.of(socket);
      const { visitor, seq } = opening;
      if (visitor.expiresAt <= Date.now()) {
        this.#sockets.close(socket, CLOSE.unauthenticated, "The visitor token has expired.");
        return;
      }
      const said = readSaid(data);
      if (!(said instanceof Failure) && said.type === "message") clientMessageId = said.clientMessageId;
      const isLet = await isLetIn(this.env, opening, said);
      if (!isLet) this.#sockets.close(socket, CLOSE.tooMuch, "Too much was said; wait a minute.");
      if (!isLet || said instanceof Failure) return;
      if (said.type === "read") this.read(Math.min(said.seq, seq));
      if (said.type === "greet") {
        const greeting = await greetingFor(this.#contexts, this.#where, opening);
        this.#sockets.send(socket, { type: "greeting", greeting });
      }
      // That the visitor types is for whoever watches the workspace; nothing does yet.
      if (said.type !== "message") return;
      const incoming = incomingOf(opening, said);
      const { origin, address } = opening;
      const visit: Visit = { channel: "web", key: visitor.key, origin, address, incoming, requestId };
      const sent = await this.#take(visitor.shard, visit);
      this.#sockets.send(socket, { type: "sent", clientMessageId, ...sentOutput.parse(sent) });
    });
    await heard.catch((error: unknown) =>
      this.#sockets.refuse(socket, error, { requestId, clientMessageId }),
    );
  }

  override async alarm(): Promise<void> {
    const shard = this.ctx.storage.kv.get<string>("shard");
    if (shard === undefined) return;
    await orLater(this.ctx.storage, `room of ${this.#where.workspaceId}`, () =>
      this.#queue.run(() => this.#due(shard)),
    );
  }

  async #take(shard: string, visit: Visit): Promise<VisitAnswer> {
    const where = this.#where;
    const reader = this.#contexts.reader(shard);
    const [address, facts] = await Promise.all([this.#contexts.behind(visit.key), readFacts(reader, where)]);
    this.#asking.begin();
    this.#out.note(visit.channel);
    const hands: RoomHands = {
      contextOf: this.#contexts.of(shard, address, visit.requestId),
      arm: (session, asked) => this.#arm(shard, session, asked),
      mayBegin: (address) => this.#contexts.mayBegin(address),
    };
    const taken = await takeMessage(hands, where, visit, facts);
    if (!taken.answer.repeated) this.#out.heard(visit.incoming.sourceId);
    this.#after(shard, taken.turned);
    return taken.answer;
  }

  #send<T>(caller: Caller, work: (context: Context) => Promise<T>): Promise<Answered<T>> {
    const { shard, requestId, ...options } = caller;
    return answered(() =>
      this.#queue.run(async () => {
        const tenant = new Tenant(shardDatabase(this.env, shard), options);
        this.#asking.begin();
        const done = await work(this.#contexts.with(tenant, requestId));
        this.#after(shard, null);
        return done;
      }),
    );
  }

  #takingOver(tenant: Tenant): Beside {
    return ({ conversation, inbox, at }) => {
      this.#out.note(inbox.channel);
      return takeOver(tenant, conversation.id, at);
    };
  }

  /** Parley itself in this room; null while the workspace is suspended: what is due then is looked at later. */
  async #ownContext(shard: string, requestId: string): Promise<Context | null> {
    const context = await this.#contexts.own(shard, requestId);
    if (!context) await this.ctx.storage.setAlarm(Date.now() + LATER);
    return context;
  }

  /** What is due by now: a time that the flow waits for, or a result whose request died with the process. */
  async #due(shard: string): Promise<void> {
    const context = await this.#ownContext(shard, "alarm");
    if (!context) return;
    const again = await requestAgain(context.tenant, this.#where);
    if (!again) {
      this.#asking.begin();
      await this.#step(shard, context, null);
      return;
    }
    const { session, call, asked } = again;
    await this.#arm(shard, session, asked);
    if (this.#asking.isUnderWay(session, call)) return;
    this.#asking.begin();
    if (asked) this.#ask(shard, session, asked);
    else await this.#step(shard, context, { sessionId: session.id, call, result: GONE });
  }

  async #step(shard: string, context: Context, got: Got | null): Promise<void> {
    const arm: RoomHands["arm"] = (session, asked) => this.#arm(shard, session, asked);
    const turned = await flowStep({ context, arm }, this.#where, got);
    if (turned.channel) this.#out.note(turned.channel);
    // What was not due yet is looked at again in its time.
    if (turned.written.length === 0 && turned.session) await this.#arm(shard, turned.session, turned.asked);
    this.#after(shard, turned);
  }

  /** Has the alarm come no later than the session has to be looked at. */
  async #arm(shard: string, session: FlowSession | null, asked: Asked | null): Promise<void> {
    const times = [
      asked ? Date.now() + REDRIVE : null,
      session?.status === "waiting" ? session.wakeAt : null,
    ];
    const next = Math.min(...times.filter((time) => time !== null));
    if (!Number.isFinite(next)) return;
    const { storage } = this.ctx;
    if (storage.kv.get<string>("shard") !== shard) storage.kv.put("shard", shard);
    const set = await storage.getAlarm();
    if (set === null || set > next) await storage.setAlarm(next);
  }

  /** After the commit: whoever watches is told, and what the flow asked for is got. @param turned null: a send */
  #after(shard: string, turned: Turned | null): void {
    if (this.#sockets.any) {
      const known = turned && { messages: turned.written, admits: turned.admits ?? (() => true) };
      const told = this.#sockets.push(known, (seq) => this.#behind(shard, seq));
      this.#inBackground("push", told);
    }
    this.#inBackground("hub", tellNews(this.env, this.#where.workspaceId, "room"));
    this.#inBackground("outbox", this.#out.wake(shard, turned?.written ?? null));
    this.#asking.told(turned?.asked ?? null);
    if (turned?.session && turned.asked) this.#ask(shard, turned.session, turned.asked);
  }

  #ask(shard: string, session: FlowSession, asked: Asked): void {
    this.#inBackground("typing", this.#out.typing(shard));
    const own = () => this.#ownContext(shard, "flow result");
    const told = this.#asking.get(own, session, asked, this.#out.isHanded).then((result) =>
      this.#queue.run(async () => {
        const context = result && (await own());
        if (context) await this.#step(shard, context, { sessionId: session.id, call: asked.call, result });
      }),
    );
    this.#inBackground("request of a flow", told);
  }

  #behind(shard: string, afterSeq: number): Promise<Behind> {
    return readBehind(this.#contexts.reader(shard), this.#where, afterSeq);
  }

  #inBackground(what: string, work: Promise<unknown>): void {
    // Not waitUntil: an object lives as long as it waits for something.
    void work.catch((error: unknown) =>
      logUnexpected("room", `${what} of ${this.#where.workspaceId}`, error),
    );
  }
}

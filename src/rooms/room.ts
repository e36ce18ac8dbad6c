import { DurableObject } from "cloudflare:workers";
import type { Context } from "../calls/define.ts";
import { sentOutput } from "../channels/web/answers.ts";
import { isTalkative, limitMessage } from "../channels/web/limits.ts";
import { incomingOf, readOpening, readSaid } from "../channels/web/socket.ts";
import { findIdentity } from "../contacts/identities.ts";
import { type DraftReply, type Reviewer, sendDraftHere } from "../conversations/drafts.ts";
import type { OutgoingContent } from "../conversations/outbound.ts";
import { type Answered, answered, type RoomAddress, readRoomName } from "../conversations/room.ts";
import { type Caller, replyHere, type SendDone, startHere } from "../conversations/send.ts";
import { messagesAfter, type VisitorMessage } from "../conversations/visitor-view.ts";
import { askedAgain } from "../flows/run/ask-again.ts";
import { loadFlows } from "../flows/run/lookup.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { FlowInput } from "../flows/run/state.ts";
import { membersOf } from "../gate/workspace-view.ts";
import { getWorkspace } from "../gate/workspaces.ts";
import { logUnexpected } from "../http/log.ts";
import { tellNews } from "../http/news.ts";
import type { Asked } from "../live/play.ts";
import { type FlowDone, type FlowTarget, sendFlowHere } from "../live/send-flow.ts";
import { takeOver } from "../live/take-over.ts";
import { Failure } from "../tenant/failure.ts";
import type { Attempt } from "../tenant/idempotency.ts";
import { shardDatabase } from "../tenant/shards.ts";
import { type Actor, Tenant, type TenantOptions } from "../tenant/tenant.ts";
import { readFacts } from "./facts.ts";
import type { RoomHands } from "./hands.ts";
import { Queue } from "./queue.ts";
import { Requests } from "./requests.ts";
import { CLOSE, Sockets } from "./sockets.ts";
import { flowStep, type Turned } from "./steps.ts";
import { addressBehind, READER, takeMessage, type Visit, type VisitAnswer } from "./visit.ts";

/** Who acts when a time has come or a result is there. */
const OURSELVES: Actor = { kind: "system", id: "parley", name: "Parley", credentialId: null };

/** How long after an alarm that failed it is tried again, in milliseconds. */
const RETRY = 30_000;
/** When a result is looked for whose request died with the process: behind any request's own time. */
const REDRIVE = 45_000;
/** Messages that are read at once for a socket that lacks some. */
const PAGE = 100;

/** What of a workspace decides how things are written in it. */
type Settings = Pick<TenantOptions, "timeZone" | "phoneCountry">;

/**
 * One customer in one inbox: all that is said to and by them goes through this object, one after the other, each turn one
 * batch; what is acknowledged is committed. Named by `roomName`. Between two inputs it knows where its data is and nothing
 * else: facts are read anew for each, since others change them.
 */
export class Room extends DurableObject<Env> {
  readonly #queue = new Queue();
  readonly #sockets: Sockets;
  readonly #requests: Requests;

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    this.#sockets = new Sockets(ctx);
    this.#requests = new Requests(env);
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
      replyHere(tenant, conversationId, content, attempt, (turn) => takeOver(tenant, turn)),
    );
  }

  /** {@link startHere}, as the caller. */
  start(
    caller: Caller,
    target: Parameters<typeof startHere>[1],
    content: OutgoingContent,
    attempt: Attempt,
  ): Promise<Answered<SendDone>> {
    return this.#send(caller, ({ tenant }) => startHere(tenant, target, content, attempt));
  }

  /** {@link sendDraftHere}, as the caller; a flow under way ends. */
  sendDraft(caller: Caller, draftId: string, reviewer: Reviewer): Promise<Answered<DraftReply>> {
    return this.#send(caller, ({ tenant }) =>
      sendDraftHere(tenant, draftId, reviewer, (turn) => takeOver(tenant, turn)),
    );
  }

  /** {@link sendFlowHere}, as the caller; the room goes on with the flow. */
  sendFlow(caller: Caller, target: FlowTarget, attempt: Attempt): Promise<Answered<FlowDone>> {
    return this.#send(caller, async (context) => {
      const { session, ...done } = await sendFlowHere(context, target, attempt);
      await this.#arm(caller.shard, session, null);
      return done;
    });
  }

  /** Opens a visitor's socket. The door has checked its token and hands on what it says; see `openingRequest`. */
  override async fetch(request: Request): Promise<Response> {
    const { after, protocol, ...opening } = readOpening(request);
    const { socket, response } = this.#sockets.accept({ ...opening, seq: after }, protocol);
    const { shard } = opening.visitor;
    const caughtUp = this.#queue.run(async () => {
      await this.#sockets.catchUp(socket, (seq) => this.#visible(shard, seq));
      this.#sockets.send(socket, { type: "ready", lastSeq: this.#sockets.of(socket).seq });
    });
    this.#inBackground("socket", caughtUp);
    return response;
  }

  override async webSocketMessage(socket: WebSocket, data: string | ArrayBuffer): Promise<void> {
    let clientMessageId: string | undefined;
    const requestId = crypto.randomUUID();
    try {
      const opening = this.#sockets.of(socket);
      const { visitor } = opening;
      if (visitor.expiresAt <= Date.now()) {
        this.#sockets.close(socket, CLOSE.unauthenticated, "The visitor token has expired.");
        return;
      }
      if (await isTalkative(this.env, visitor)) {
        this.#sockets.close(socket, CLOSE.tooMuch, "Too much was said; wait a minute.");
        return;
      }
      const said = readSaid(data);
      if (said.type !== "message") return;
      clientMessageId = said.clientMessageId;
      await limitMessage(this.env, visitor, opening.address);
      const incoming = incomingOf(opening, said);
      const visit: Visit = { key: visitor.key, origin: opening.origin, incoming, requestId };
      const sent = await this.#queue.run(() => this.#take(visitor.shard, visit));
      this.#sockets.send(socket, { type: "sent", clientMessageId, ...sentOutput.parse(sent) });
    } catch (error) {
      const failure =
        error instanceof Failure
          ? error
          : new Failure("internal", `Internal error. Quote the request id ${requestId} to the operator.`);
      if (failure !== error) logUnexpected(requestId, "visitor socket", error);
      this.#sockets.send(socket, { type: "error", clientMessageId, error: failure });
    }
  }

  override async alarm(): Promise<void> {
    const shard = this.ctx.storage.kv.get<string>("shard");
    if (shard === undefined) return;
    try {
      await this.#queue.run(() => this.#due(shard));
    } catch (error) {
      logUnexpected("alarm", `room of ${this.#where.workspaceId}`, error);
      await this.ctx.storage.setAlarm(Date.now() + RETRY);
    }
  }

  async #take(shard: string, visit: Visit): Promise<VisitAnswer> {
    const where = this.#where;
    // The zone does not matter for reading, so both are asked at once.
    const reader = this.#contextFor(shard, { timeZone: "UTC" }, visit.requestId)(READER).tenant;
    const [address, facts] = await Promise.all([
      addressBehind(this.env, visit.key, where),
      readFacts(reader, where),
    ]);
    this.#requests.begin();
    const hands: RoomHands = {
      contextOf: this.#contextFor(shard, address, visit.requestId),
      arm: (session, asked) => this.#arm(shard, session, asked),
    };
    const { answer, turned } = await takeMessage(hands, where, visit, facts);
    this.#after(shard, turned);
    return answer;
  }

  #send<T>(caller: Caller, work: (context: Context) => Promise<T>): Promise<Answered<T>> {
    const { shard, requestId, ...options } = caller;
    return answered(() =>
      this.#queue.run(async () => {
        const tenant = new Tenant(shardDatabase(this.env, shard), options);
        this.#requests.begin();
        const done = await work(this.#context(tenant, requestId));
        this.#after(shard, null);
        return done;
      }),
    );
  }

  /** What is due by now: a time that the flow waits for, or a result whose request died with the process. */
  async #due(shard: string): Promise<void> {
    const where = this.#where;
    const workspace = await getWorkspace(this.env, where.workspaceId);
    if (workspace.suspendedAt !== null) return;
    const context = this.#contextFor(shard, workspace, "alarm")(OURSELVES);
    const { session } = await readFacts(context.tenant, where);
    if (session?.status !== "waiting") return;
    const waiting = session.state?.waiting;
    this.#requests.begin();
    if (waiting?.for === "result") {
      if (this.#requests.isUnderWay(session, waiting.call) || !session.state) return;
      const lookup = await loadFlows(context.tenant, session.state.trail);
      const asked = askedAgain(lookup, session.state, Date.now());
      await this.#arm(shard, session, asked);
      if (asked) this.#ask(shard, session, asked);
      return;
    }
    await this.#step(shard, context, null);
  }

  async #step(
    shard: string,
    context: Context,
    input: Extract<FlowInput, { type: "result" }> | null,
  ): Promise<void> {
    const arm: RoomHands["arm"] = (session, asked) => this.#arm(shard, session, asked);
    const turned = await flowStep({ context, arm }, this.#where, input);
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
      const told = this.#sockets.push(turned?.written ?? null, (seq) => this.#visible(shard, seq));
      this.#inBackground("push", told);
    }
    this.#inBackground("hub", tellNews(this.env, this.#where.workspaceId, "room"));
    if (turned?.session && turned.asked) this.#ask(shard, turned.session, turned.asked);
  }

  #ask(shard: string, session: FlowSession, asked: Asked): void {
    if (asked.type !== "httpRequest") return;
    this.#sockets.sendAll({ type: "typing", from: "bot" });
    const got = this.#requests.make(asked, session).then((result) =>
      this.#queue.run(async () => {
        const workspace = await getWorkspace(this.env, this.#where.workspaceId);
        const context = this.#contextFor(shard, workspace, "flow result")(OURSELVES);
        await this.#step(shard, context, { type: "result", call: asked.call, result });
      }),
    );
    this.#inBackground("request of a flow", got);
  }

  async #visible(shard: string, afterSeq: number): Promise<VisitorMessage[]> {
    const { tenant } = this.#contextFor(shard, { timeZone: "UTC" }, "socket")(READER);
    const identity = await findIdentity(tenant, this.#where);
    return identity ? messagesAfter(tenant, identity.identityId, afterSeq, PAGE) : [];
  }

  #contextFor(shard: string, settings: Settings, requestId: string): RoomHands["contextOf"] {
    const { workspaceId, inboxId } = this.#where;
    const { timeZone, phoneCountry } = settings;
    const database = shardDatabase(this.env, shard);
    return (actor) => {
      const options = { workspaceId, inboxes: [inboxId], actor, timeZone, phoneCountry };
      return this.#context(new Tenant(database, options), requestId);
    };
  }

  #context(tenant: Tenant, requestId: string): Context {
    const { env } = this;
    const members = () => membersOf(env, tenant.workspaceId);
    return { tenant, env, requestId, signal: new AbortController().signal, workspace: { members } };
  }

  #inBackground(what: string, work: Promise<unknown>): void {
    const { workspaceId } = this.#where;
    this.ctx.waitUntil(
      work.catch((error: unknown) => logUnexpected("room", `${what} of ${workspaceId}`, error)),
    );
  }
}

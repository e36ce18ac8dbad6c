import type { Context } from "../calls/define.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { EffectResult } from "../flows/run/state.ts";
import type { Asked } from "../live/play.ts";
import { Answers } from "./answers.ts";
import { Requests } from "./requests.ts";
import type { Sockets } from "./sockets.ts";

/** How long somebody may take for the next line of what they write in several, in milliseconds. */
const BURST_MS = 2_000;

/** What a room asks of others while its flow waits: other servers, and models. */
export class Asking {
  readonly #sockets: Sockets;
  readonly #requests: Requests;
  readonly #answers: Answers;

  constructor(env: Env, kv: SyncKvStorage, sockets: Sockets) {
    this.#sockets = sockets;
    this.#requests = new Requests(env);
    this.#answers = new Answers(env, kv, sockets);
  }

  /** The customer or time did something: what is allowed is counted anew. */
  begin(): void {
    this.#requests.begin();
  }

  isUnderWay(session: FlowSession, call: number): boolean {
    return this.#requests.isUnderWay(session, call) || this.#answers.isUnderWay(session, call);
  }

  /** A turn is with the page. @param next what its flow waits for now */
  told(next: Asked | null): void {
    if (next?.type !== "aiAnswer") this.#answers.done();
  }

  /**
   * Gets what a flow waits for.
   * @param own the context of Parley itself; null: the workspace is suspended, and it is looked at later
   * @param bursts its customer writes in bursts: the AI is asked once they have paused
   */
  async get(
    own: () => Promise<Context | null>,
    session: FlowSession,
    asked: Asked,
    bursts: boolean,
  ): Promise<EffectResult | null> {
    if (asked.type === "aiAnswer") {
      const context = await own();
      return context && this.#answers.make(context, session, asked, bursts ? BURST_MS : 0);
    }
    this.#sockets.sendAll({ type: "typing", from: "bot" });
    return asked.type === "httpRequest" ? this.#requests.make(asked, session) : null;
  }
}

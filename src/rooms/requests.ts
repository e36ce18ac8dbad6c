import type { FlowSession } from "../flows/run/sessions.ts";
import type { EffectResult } from "../flows/run/state.ts";
import { requestHttp } from "../live/http-request.ts";
import { MAX_REQUEST_TIME, MAX_REQUESTS } from "../live/outside.ts";
import type { Asked } from "../live/play.ts";

type Request = Extract<Asked, { type: "httpRequest" }>;

/**
 * A room's requests to other servers. What one input of the customer brings about may make at most
 * {@link MAX_REQUESTS}, all of them within {@link MAX_REQUEST_TIME}. Forgotten with the process: the alarm asks again
 * then, under the same `Idempotency-Key`.
 */
export class Requests {
  readonly #env: Env;
  readonly #underWay = new Set<string>();
  #left = MAX_REQUESTS;
  #until = 0;

  constructor(env: Env) {
    this.#env = env;
  }

  /** The customer or time did something: what is allowed is counted anew. */
  begin(): void {
    this.#left = MAX_REQUESTS;
    this.#until = Date.now() + MAX_REQUEST_TIME;
  }

  isUnderWay(session: FlowSession, call: number): boolean {
    return this.#underWay.has(keyOf(session, call));
  }

  /** Makes a request of a flow's session. Never throws: what went wrong is the result. */
  async make(request: Request, session: FlowSession): Promise<EffectResult> {
    const key = keyOf(session, request.call);
    const time = this.#until - Date.now();
    if (time <= 0) return { kind: "http", error: "the flow took too long" };
    if (this.#left <= 0) return { kind: "http", error: "the flow made too many requests" };
    this.#left -= 1;
    this.#underWay.add(key);
    try {
      return await requestHttp(this.#env, withKey(request, key), time);
    } finally {
      this.#underWay.delete(key);
    }
  }
}

function keyOf({ id }: FlowSession, call: number): string {
  return `${id}/${call}`;
}

/** The request with a key under which its receiver can tell a repetition; one that the flow's author set stays. */
function withKey(request: Request, key: string): Request {
  if (request.headers.some(({ name }) => name.toLowerCase() === "idempotency-key")) return request;
  return { ...request, headers: [...request.headers, { name: "Idempotency-Key", value: key }] };
}

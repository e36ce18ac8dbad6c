import type { Context } from "../calls/define.ts";
import type { EffectResult, Product as ShownProduct } from "../flows/run/state.ts";
import { logUnexpected } from "../http/log.ts";
import { fromMinorUnits } from "../products/price.ts";
import { type Product, searchProducts } from "../products/store.ts";
import { vectorArm } from "../search/vectors.ts";
import { Failure } from "../tenant/failure.ts";
import { requestHttp } from "./http-request.ts";
import type { Asked, Resolve } from "./play.ts";

/** How long one run of a flow may take over requests, in milliseconds: who called for it is waiting. */
export const MAX_REQUEST_TIME = 30_000;

/** Requests of one run: a flow needs a few, and a chain of them would turn each send into a volley at somebody's server. */
export const MAX_REQUESTS = 10;

/**
 * Gets what a flow asks for outside of itself: makes its HTTP requests, searches products as its chatbot does. No model
 * provider answers questions here, so `ai_answer` has no answer. The same thing is not asked for twice: a run that is
 * repeated because the data changed meanwhile makes no second request.
 * @param beforeRequests runs once before the first request: what it throws stops the run
 * @returns what resolves for a chatbot, or for none
 * @throws Failure `cancelled` when the caller went away meanwhile
 */
export function outside(
  context: Context,
  beforeRequests: () => Promise<void>,
): (chatbotId: string | null) => Resolve {
  const known = new Map<string, Promise<EffectResult>>();
  let begun: Promise<void> | undefined;
  const begin = () => {
    begun ??= beforeRequests();
    return begun;
  };
  const allowance = { begin, until: Date.now() + MAX_REQUEST_TIME, requests: MAX_REQUESTS };
  return (chatbotId) => async (asked) => {
    const key = JSON.stringify([chatbotId, asked]);
    const result = known.get(key) ?? resolve(context, asked, chatbotId, allowance);
    known.set(key, result);
    const answer = await result;
    if (context.signal.aborted)
      throw new Failure("cancelled", "The caller went away before the flow had run.");
    return answer;
  };
}

/**
 * Gets at once what takes no time outside; a request to another server is for later: whoever runs the flow stores first
 * that it waits, see `requestHttp`.
 */
export function atOnce(context: Context): (chatbotId: string | null) => Resolve {
  return (chatbotId) => (asked) => {
    switch (asked.type) {
      case "httpRequest":
        return null;
      case "aiAnswer":
        return Promise.resolve({ kind: "ai", answer: null, confidence: 0, handoff: false });
      case "searchProducts":
        return found(context, asked, chatbotId).then((items) => ({ kind: "products", items }));
    }
  };
}

async function resolve(
  context: Context,
  asked: Asked,
  chatbotId: string | null,
  allowance: { begin: () => Promise<void>; until: number; requests: number },
): Promise<EffectResult> {
  switch (asked.type) {
    case "httpRequest": {
      const left = allowance.until - Date.now();
      if (left <= 0) return { kind: "http", error: "the flow took too long" };
      if (allowance.requests <= 0) return { kind: "http", error: "the flow made too many requests" };
      allowance.requests -= 1;
      await allowance.begin();
      return requestHttp(context.env, asked, left);
    }
    case "aiAnswer":
      return { kind: "ai", answer: null, confidence: 0, handoff: false };
    case "searchProducts":
      return { kind: "products", items: await found(context, asked, chatbotId) };
  }
}

async function found(
  { tenant, env, requestId }: Context,
  { query, limit }: Extract<Asked, { type: "searchProducts" }>,
  chatbotId: string | null,
): Promise<ShownProduct[]> {
  try {
    const answer = await searchProducts(tenant, {
      query,
      limit,
      ...(chatbotId === null ? {} : { chatbotId }),
      vectors: vectorArm(env, "products"),
      onVectorFault: (error) => logUnexpected(requestId, "search_products of a flow, vectors", error),
    });
    return answer.found.map(({ product }) => shown(product));
  } catch (error) {
    // A query without a letter or digit finds nothing.
    if (error instanceof Failure && error.code === "invalid_input") return [];
    throw error;
  }
}

function shown({ id, title, priceMinor, currency, url, imageUrl }: Product): ShownProduct {
  return {
    id,
    name: title,
    ...(priceMinor === null || currency === null
      ? {}
      : { price: `${fromMinorUnits(priceMinor, currency)} ${currency}` }),
    ...(url === null ? {} : { url }),
    ...(imageUrl === null ? {} : { imageUrl }),
  };
}

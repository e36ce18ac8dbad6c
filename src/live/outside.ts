import type { Context } from "../calls/define.ts";
import type { Product as ShownProduct } from "../flows/run/state.ts";
import { logUnexpected } from "../http/log.ts";
import { fromMinorUnits } from "../products/price.ts";
import { type Product, searchProducts } from "../products/store.ts";
import { vectorArm } from "../search/vectors.ts";
import { Failure } from "../tenant/failure.ts";
import type { Asked, Resolve } from "./play.ts";

/** How long one run of a flow may take over requests, in milliseconds. */
export const MAX_REQUEST_TIME = 30_000;

/** Requests of one run: a flow needs a few, and a chain of them would turn each send into a volley at somebody's server. */
export const MAX_REQUESTS = 10;

/** What resolves for a chatbot, or for none. */
export type ResolveFor = (chatbotId: string | null) => Resolve;

/**
 * Gets at once what takes no time outside; a request to another server is for later: whoever runs the flow stores first
 * that it waits, see `requestHttp`. No model provider answers questions here, so `ai_answer` has no answer.
 */
export function atOnce(context: Context): ResolveFor {
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

/** The same for what is taken in as past: no server is asked now for what happened then. */
export function inThePast(context: Context): ResolveFor {
  const resolveFor = atOnce(context);
  return (chatbotId) => {
    const resolve = resolveFor(chatbotId);
    return (asked) => resolve(asked) ?? Promise.resolve({ kind: "http", error: "no answer" });
  };
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

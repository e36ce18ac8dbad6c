import type { Context } from "../calls/define.ts";
import type { OfferedProduct as ShownProduct } from "../flows/run/state.ts";
import { logUnexpected } from "../http/log.ts";
import { searchProducts } from "../products/store.ts";
import { vectorArm } from "../search/vectors.ts";
import { Failure } from "../tenant/failure.ts";
import { type AiScene, answerAtOnce, finishAnswer } from "./ai-answer.ts";
import type { Asked, Resolve } from "./play.ts";
import { shownProduct } from "./shown-product.ts";

/** How long one run of a flow may take over requests, in milliseconds. */
export const MAX_REQUEST_TIME = 30_000;

/** Requests of one run: a flow needs a few, and a chain of them would turn each send into a volley at somebody's server. */
export const MAX_REQUESTS = 10;

/** What resolves for a chatbot, or for none, in a conversation. */
export type ResolveFor = (scene: AiScene) => Resolve;

/**
 * Gets at once what takes no time outside; a request to another server, or a model, is for later: whoever runs the flow
 * stores first that it waits, see `requestHttp` and `finishAnswer`.
 */
export function atOnce(context: Context): ResolveFor {
  return (scene) => async (asked) => {
    switch (asked.type) {
      case "httpRequest":
        return null;
      case "aiAnswer":
        return answerAtOnce(context, asked, scene);
      case "searchProducts":
        return { kind: "products", items: await found(context, asked, scene.chatbotId) };
    }
  };
}

/** The same where customers write in bursts: the AI is asked once they have paused, see `Asking.get`. */
export function afterBurst(context: Context): ResolveFor {
  const resolveFor = atOnce(context);
  return (scene) => async (asked) => (asked.type === "aiAnswer" ? null : resolveFor(scene)(asked));
}

/** The same for what is taken in as past: no server and no model is asked now for what happened then. */
export function inThePast(context: Context): ResolveFor {
  const resolveFor = atOnce(context);
  return (scene) => async (asked) => {
    const result = await resolveFor(scene)(asked);
    if (result !== null) return result;
    if (asked.type !== "aiAnswer") return { kind: "http", error: "no answer" };
    return finishAnswer(
      context,
      asked,
      async () => scene,
      async () => false,
    );
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
    return answer.found.map(({ product }) => shownProduct(product));
  } catch (error) {
    // A query without a letter or digit finds nothing.
    if (error instanceof Failure && error.code === "invalid_input") return [];
    throw error;
  }
}

import { type Api, Refused, type Session } from "./http.ts";
import type { Keeper } from "./kept.ts";
import type { Identity } from "./state.ts";

/**
 * Opens the visitor's session, that of before where there was one.
 * @returns `anew`: the visitor is somebody new, since what was kept is worth nothing any more
 * @throws Refused
 */
export async function openSession(
  api: Api,
  kept: Keeper,
  identity: Identity | null,
): Promise<{ session: Session; anew: boolean }> {
  const { id, signature, name, email } = identity ?? {};
  const facts = {
    ...{ page: location.href, referrer: document.referrer, locale: navigator.language, name, email },
    ...(id !== undefined && signature !== undefined ? { identity: { id, signature } } : {}),
  };
  const { token } = kept.read();
  try {
    return { session: await api.session({ ...facts, visitorToken: token }), anew: false };
  } catch (error) {
    if (!token || !(error instanceof Refused) || error.code !== "unauthenticated") throw error;
    return { session: await api.session(facts), anew: true };
  }
}

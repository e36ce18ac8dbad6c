import { overLimit } from "../../gate/rate-limit.ts";
import { Failure } from "../../tenant/failure.ts";
import type { SignedVisitor } from "./token.ts";

/** @param what keeps counts on one binding apart @throws Failure `rate_limited` */
export async function limitVisitor(by: RateLimit, what: string, whom: string): Promise<void> {
  const retryAfterSeconds = await overLimit(by, `visitor-${what}`, whom);
  if (retryAfterSeconds === null) return;
  throw new Failure("rate_limited", "Too many requests; wait a minute.", { retryAfterSeconds });
}

/**
 * True when a visitor says more over its sockets than pages do, or an address for all the visitors that it makes up: be it
 * a message, that somebody types, or nothing that can be read, each is work before the ceilings of {@link limitMessage}.
 * @param address as `clientAddress` answers it
 */
export async function isTalkative(
  env: Env,
  { inboxId, sourceId }: SignedVisitor,
  address: string,
): Promise<boolean> {
  const over = await Promise.all([
    overLimit(env.VISITOR_ADDRESS_LIMIT, "visitor-said", `${inboxId}:${sourceId}`),
    overLimit(env.VISITOR_INBOX_LIMIT, "visitor-said-from", address),
  ]);
  return over.some((seconds) => seconds !== null);
}

/**
 * The ceilings of a visitor's message, by whichever way it comes: of the visitor, of the address (a browser makes up as
 * many visitors as it likes), and of the inbox.
 * @param address as `clientAddress` answers it
 * @throws Failure `rate_limited`
 */
export async function limitMessage(env: Env, visitor: SignedVisitor, address: string): Promise<void> {
  await limitVisitor(env.VISITOR_LIMIT, "message", `${visitor.inboxId}:${visitor.sourceId}`);
  await limitVisitor(env.VISITOR_ADDRESS_LIMIT, "messages", address);
  await limitVisitor(env.VISITOR_INBOX_LIMIT, "messages", visitor.inboxId);
}

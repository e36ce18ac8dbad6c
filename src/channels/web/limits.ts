import { overLimit } from "../../gate/rate-limit.ts";
import { Failure } from "../../tenant/failure.ts";
import type { Opening, SaidByVisitor } from "./socket.ts";
import type { SignedVisitor } from "./token.ts";

/** Most bytes of a visitor's file, and of all files of visitors in an inbox on a day: strangers bring them. */
export const MAX_VISITOR_FILE = 10 * 1024 * 1024;
export const MAX_VISITOR_FILES_A_DAY = 1024 ** 3;

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
 * Whether what a socket says is let in; else it says too much. A message that is taken counts for the ceilings of
 * messages alone, which are no higher; everything else for those of {@link isTalkative}, also what is refused or cannot be
 * read.
 * @param said as it was read, or why it could not be
 * @throws Failure that one, or as {@link limitMessage}
 */
export async function isLetIn(
  env: Env,
  { visitor, address }: Pick<Opening, "visitor" | "address">,
  said: SaidByVisitor | Failure,
): Promise<boolean> {
  let refused = said instanceof Failure ? said : null;
  if (!(said instanceof Failure) && said.type === "message") {
    refused = await limitMessage(env, visitor, address).then(() => null, asFailure);
    if (refused === null) return true;
  }
  if (await isTalkative(env, visitor, address)) return false;
  if (refused) throw refused;
  return true;
}

function asFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  throw error;
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

import type { Opening } from "../channels/web/socket.ts";
import { newVisitor } from "../contacts/identities.ts";
import type { RoomAddress } from "../conversations/room.ts";
import { load } from "../live/answering.ts";
import { type Greeting, greet, greetingOf } from "../live/greeting.ts";
import type { Contexts } from "./contexts.ts";
import { aiOpening, answeringMessage, asBeginning, readFacts } from "./facts.ts";
import { admitted } from "./visit.ts";

/**
 * What the flow of an inbox says to a visitor who begins a conversation, before anything is said. Nothing is written.
 * @throws Failure as `admitPage` and `Contexts.behind`
 */
export async function greetingFor(
  contexts: Contexts,
  where: RoomAddress,
  { visitor, origin }: Pick<Opening, "visitor" | "origin">,
): Promise<Greeting | null> {
  const reader = contexts.reader(visitor.shard);
  const [, facts] = await Promise.all([contexts.behind(visitor.key), readFacts(reader, where)]);
  const inbox = admitted(facts, { channel: "web", origin });
  const answering = answeringMessage(asBeginning(facts));
  if (!answering || !("begin" in answering)) return null;
  const { sourceId, name, email, locale } = visitor;
  const who = { inboxId: inbox.id, channel: inbox.channel, sourceId, name, email };
  const contact = facts.contact ?? newVisitor(reader, who).contact;
  const loaded = await load(reader, answering, contact, null);
  const { begin } = answering;
  const greeted =
    loaded &&
    (await greet({ ...loaded, begin, ai: aiOpening(facts, locale) }, inbox.channel, sourceId, reader.now()));
  return greeted && greetingOf(greeted);
}

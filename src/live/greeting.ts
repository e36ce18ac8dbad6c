import type { ContactDetails } from "../contacts/lookup.ts";
import type { MessageContent } from "../conversations/append.ts";
import { isBuiltIn } from "../flows/run/built-in.ts";
import type { FlowInput, FlowLookup } from "../flows/run/state.ts";
import { beginningState } from "./beginning.ts";
import { messageContent, messageText, saidIn } from "./message-text.ts";
import { type Play, play, type Resolve } from "./play.ts";

/** What a flow says by itself when it begins: a page shows it before its visitor has said anything, and nothing is stored. */
export interface Greeting {
  /** The version of the flow: the first message names it where the page showed this. */
  seen: string;
  messages: { text: string; content: MessageContent | null }[];
}

/** Who says something by itself. */
export interface Greeter {
  kind: "ai" | "flow";
  id: string;
  name: string;
}

/** A flow that has said what it says by itself, and waits for the visitor. */
export interface Greeted {
  seen: string;
  by: Greeter;
  play: Play;
}

/** What the AI says where its own flow begins, which has no words. */
export interface AiOpening {
  by: Omit<Greeter, "kind">;
  text: string;
}

/** A flow that would begin for a contact. */
interface Begins {
  begin: { id: string; name: string; versionId: string };
  contact: ContactDetails;
  lookup: FlowLookup;
  /** Null: nothing is said for the AI. */
  ai: AiOpening | null;
}

/**
 * Plays a flow from its beginning to where it waits for the visitor. The same flow, contact and visitor give the same: what
 * a page showed is what is stored once the visitor answers it.
 * @param whose the visitor's id in the inbox: what is left to chance is drawn from it
 * @returns null where it does not wait for the visitor, has said nothing, or needs something from outside before
 */
export async function greet(
  { begin: { id, name, versionId }, contact, lookup, ai }: Begins,
  channel: string,
  whose: string,
  at: number,
): Promise<Greeted | null> {
  const state = beginningState({ flowId: id, versionId }, contact, channel, seedOf(`${whose} ${versionId}`));
  const played = await play(
    lookup,
    state,
    { type: "start" },
    async () => null,
    () => at,
  );
  const waits = played.state.status === "waiting" && played.state.waiting?.for;
  if (played.asked || (waits !== "choice" && waits !== "answer" && waits !== "message")) return null;
  if (isBuiltIn(versionId)) return ai && waits === "message" ? opened(versionId, ai, played) : null;
  const by = { kind: "flow" as const, id, name };
  return saidIn(played.effects).length > 0 ? { seen: versionId, by, play: played } : null;
}

/** Its words are the chatbot's, and may change while a page shows them: what was seen names them too. */
function opened(versionId: string, { by, text }: AiOpening, played: Play): Greeted {
  const said = { type: "send" as const, nodeId: played.state.nodeId ?? "", text };
  return {
    seen: `${versionId}:${seedOf(text)}`,
    by: { kind: "ai", ...by },
    play: { ...played, effects: [said, ...played.effects] },
  };
}

/** As a page shows it. */
export function greetingOf({ seen, play }: Greeted): Greeting {
  return {
    seen,
    messages: saidIn(play.effects).map((said) => ({
      text: messageText(said),
      content: messageContent(said) ?? null,
    })),
  };
}

/** Goes on from a greeting with what the visitor answers to it. What was said in it is said already. */
export async function answerGreeting(
  { play: greeted }: Greeted,
  input: Extract<FlowInput, { type: "message" }>,
  resolve: Resolve,
  at: number,
): Promise<Play> {
  const next = await play(greeted.lookup, greeted.state, input, resolve, () => at);
  return {
    ...next,
    before: greeted.before,
    turns: [...greeted.turns, ...next.turns],
    effects: [...greeted.effects.filter((effect) => effect.type !== "send"), ...next.effects],
  };
}

/** A number of 32 bits from a text (FNV-1a): not secret, and always the same. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash | 0;
}

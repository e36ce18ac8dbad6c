import { z } from "zod";
import type { Context } from "../calls/define.ts";
import { getConversation } from "../conversations/read.ts";
import type { FlowSession } from "../flows/run/sessions.ts";
import type { EffectResult } from "../flows/run/state.ts";
import { gateOf } from "../gate/gate.ts";
import { finishAnswer } from "../live/ai-answer.ts";
import type { Asked } from "../live/play.ts";
import type { Sockets } from "./sockets.ts";

type AskedAi = Extract<Asked, { type: "aiAnswer" }>;

/** Calls to models in one conversation, and for one customer of an inbox on a day (UTC). */
export const MODEL_CALLS = { conversation: 30, day: 100 } as const;

/** What the page is told while an answer is made; nothing of it is kept, the message itself is what was said. */
export type AnsweringFrame =
  | { type: "answering"; state: "thinking" }
  /** All that may be read of the answer so far: it replaces what was shown before. */
  | { type: "answering"; state: "writing"; text: string }
  /** The message is there, or none comes of it: what was shown so far goes. */
  | { type: "answering"; state: "done" };

const spentSchema = z.object({
  day: z.string(),
  today: z.number(),
  conversationId: z.string(),
  inConversation: z.number(),
});

/**
 * A room's questions to models. What its customer may cost is counted here, what the workspace may by its gate, each
 * before the call. Forgotten with the process: the alarm asks again then.
 */
export class Answers {
  readonly #env: Env;
  readonly #kv: SyncKvStorage;
  readonly #sockets: Sockets;
  readonly #underWay = new Set<string>();
  /** The question that was put last. */
  #newest = "";
  #shows = false;

  constructor(env: Env, kv: SyncKvStorage, sockets: Sockets) {
    this.#env = env;
    this.#kv = kv;
    this.#sockets = sockets;
  }

  isUnderWay({ id }: FlowSession, call: number): boolean {
    return this.#underWay.has(`${id}/${call}`);
  }

  /**
   * Has a question answered. What is wrong with a model is part of the answer.
   * @param pauseMs how long its customer may go on before it is asked
   * @returns null: they did, and all of it is another question
   */
  async make(
    context: Context,
    session: FlowSession,
    asked: AskedAi,
    pauseMs: number,
  ): Promise<EffectResult | null> {
    const { chatbotId, conversationId } = session;
    const key = `${session.id}/${asked.call}`;
    this.#underWay.add(key);
    this.#newest = key;
    this.#tell({ type: "answering", state: "thinking" });
    try {
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
      if (this.#newest !== key) return null;
      return await finishAnswer(
        context,
        asked,
        async () => ({ chatbotId, conversation: await getConversation(context.tenant, conversationId) }),
        async () =>
          this.#spend(conversationId) && (await gateOf(this.#env, context.tenant.workspaceId).useModel()),
        (text) => this.#tell({ type: "answering", state: "writing", text }),
      );
    } finally {
      this.#underWay.delete(key);
    }
  }

  /** Whatever came of it is with the page, and nothing else is under way. */
  done(): void {
    if (this.#shows) this.#tell({ type: "answering", state: "done" });
  }

  #tell(frame: AnsweringFrame): void {
    this.#shows = frame.state !== "done";
    this.#sockets.sendAll(frame);
  }

  #spend(conversationId: string): boolean {
    const day = new Date().toISOString().slice(0, 10);
    const before = spentSchema.safeParse(this.#kv.get("spent")).data;
    const today = before?.day === day ? before.today : 0;
    const inConversation = before?.conversationId === conversationId ? before.inConversation : 0;
    if (today >= MODEL_CALLS.day || inConversation >= MODEL_CALLS.conversation) return false;
    this.#kv.put("spent", { day, today: today + 1, conversationId, inConversation: inConversation + 1 });
    return true;
  }
}

import type { Chat } from "./chat.ts";
import type { Api } from "./http.ts";
import type { Keeper } from "./kept.ts";
import { Told } from "./told.ts";

/** What the widget says to a visitor first, by a sales rule. */
export interface Nudge {
  ruleId: string;
  message: string;
}

/** Whether the chat is open, and what stands beside its button. */
export class Stage extends Told {
  open: boolean;
  /** Somebody opened it, rather than a rule or a delay: the keyboard goes to it. */
  byHand = false;
  nudge: Nudge | null = null;
  /** A rule's words that the chat was opened by: they stand at its beginning, and what is said next answers them. */
  spoken: Nudge | null = null;
  readonly #chat: Chat;
  readonly #api: Api;
  readonly #kept: Keeper;

  constructor(chat: Chat, api: Api, kept: Keeper) {
    super();
    this.#chat = chat;
    this.#api = api;
    this.#kept = kept;
    this.open = kept.open;
  }

  /** Opens the chat. The settings are read anew, so what was changed meanwhile is there. */
  show({ byHand = true }: { byHand?: boolean } = {}): void {
    if (this.open) return;
    this.open = true;
    this.byHand = byHand;
    this.#kept.open = true;
    const { nudge } = this;
    if (nudge) {
      this.spoken = nudge;
      this.nudge = null;
      this.#api.tellRule(nudge.ruleId, "opened");
    }
    this.#chat.begin();
    void this.#chat.refresh();
    this.changed();
  }

  hide(): void {
    if (!this.open) return;
    this.open = false;
    this.#kept.open = false;
    this.changed();
  }

  /** A rule speaks, unless the visitor sent it away or something is shown already. @returns whether it does */
  say(nudge: Nudge): boolean {
    if (this.open || this.nudge || this.#kept.read().dismissed?.includes(nudge.ruleId)) return false;
    this.nudge = nudge;
    this.#api.tellRule(nudge.ruleId, "shown");
    this.changed();
    return true;
  }

  /** The visitor sends it away, for good. */
  dismiss(): void {
    const { nudge } = this;
    if (!nudge) return;
    this.nudge = null;
    this.#kept.change((kept) => ({
      ...kept,
      dismissed: [...(kept.dismissed ?? []), nudge.ruleId].slice(-50),
    }));
    this.changed();
  }

  /** The visitor has said something: that answers the rule, once. */
  answered(): void {
    if (!this.spoken) return;
    this.#api.tellRule(this.spoken.ruleId, "answered");
    this.spoken = null;
    this.changed();
  }
}

import type { Chat } from "./chat.ts";
import type { Visit } from "./rules.ts";
import type { Stage } from "./stage.ts";
import type { Identity } from "./state.ts";

/** What a page can do with the widget: `window.parley`, described in /docs/widget. */
export interface PageApi {
  open(): void;
  close(): void;
  /** Who the visitor is; null: nobody in particular any more. */
  identify(identity: Identity | null): void;
  /** What is in the cart, for sales rules: the sum in the shop's currency. */
  setCart(cart: { value: number }): void;
  /** @returns ends it */
  on(event: PageEvent, listener: (detail: unknown) => void): () => void;
}

export type PageEvent = "open" | "close" | "message" | "unread";

const EVENTS: readonly string[] = ["open", "close", "message", "unread"] satisfies PageEvent[];

/** A page's mistake is told to its author, and stops nothing. */
const complain = (what: string) => console.warn(`parley: ${what} See /docs/widget.`);

export function pageApi(chat: Chat, stage: Stage, visit: Visit, look: () => void): PageApi {
  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  const tell = (event: PageEvent, detail?: unknown) => {
    for (const listener of listeners.get(event) ?? []) {
      try {
        listener(detail);
      } catch (error) {
        console.error(error);
      }
    }
  };
  let { open } = stage;
  stage.listen(() => {
    if (open === stage.open) return;
    open = stage.open;
    tell(open ? "open" : "close");
  });
  let { unread } = chat.state;
  let seen = 0;
  chat.listen(() => {
    const { state } = chat;
    const last = state.messages.at(-1);
    if (last && last.seq > seen) {
      const isFirst = seen === 0;
      seen = last.seq;
      if (!isFirst || state.link === "ready") tell("message", { from: last.from, text: last.text });
    }
    if (state.unread === unread) return;
    unread = state.unread;
    tell("unread", unread);
  });
  return {
    open: () => stage.show({ byHand: false }),
    close: () => stage.hide(),
    identify(identity) {
      const { id, signature } = identity ?? {};
      if (id !== undefined && signature === undefined) {
        complain("identify needs the signature beside the id, made by your server.");
        return;
      }
      chat.identify(identity === null ? null : { ...identity, id: id === undefined ? id : String(id) });
    },
    setCart(cart) {
      const value = Number(cart?.value);
      if (!Number.isFinite(value)) {
        complain("setCart takes {value: 12.5}.");
        return;
      }
      visit.cart = value;
      look();
    },
    on(event, listener) {
      if (!EVENTS.includes(event)) complain(`There is no event ${JSON.stringify(event)}.`);
      const those = listeners.get(event) ?? new Set();
      listeners.set(event, those.add(listener));
      return () => those.delete(listener);
    },
  };
}

/** What a page asked for before the script was there: `(window.parley ||= []).push(["identify", {…}])`. */
export function takeQueue(api: PageApi, waiting: unknown): PageApi & { push(...calls: unknown[]): void } {
  const push = (...calls: unknown[]) => {
    for (const call of calls) {
      const [name, ...given] = Array.isArray(call) ? call : [];
      const method = Object.hasOwn(api, name) ? Reflect.get(api, name) : null;
      if (typeof method === "function") method(...given);
      else complain(`There is no ${JSON.stringify(name)}.`);
    }
  };
  if (Array.isArray(waiting)) push(...waiting);
  return { ...api, push };
}

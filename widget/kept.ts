/** What a page remembers for its visitor, in the site's own storage. Nothing is kept before the visitor opens the chat. */

/** What was said and not acknowledged yet: said again under the same id until it is. */
export interface Said {
  clientMessageId: string;
  text: string;
  choiceIds?: string[];
  /** Files that were uploaded for it. */
  attachments?: { id: string; name: string }[];
  /** The conversation that it goes on; "new" begins one. Without it the newest goes on. */
  conversation?: string;
  /** The flow whose beginning the visitor saw before saying it. */
  seen?: string;
  /** When it was said, in milliseconds. */
  at: number;
}

/** What of it the server takes. */
export function toSend({ at: _, attachments, ...said }: Said): object {
  return attachments ? { ...said, attachments: attachments.map(({ id }) => id) } : said;
}

interface Kept {
  token?: string;
  outbox?: Said[];
  sound?: boolean;
  /** Sales rules that the visitor has sent away. */
  dismissed?: string[];
  /** Conversations that the visitor was asked to rate. */
  asked?: string[];
}

/** Some pages give arrays a `toJSON` that turns them into text: an own one in front of it does nothing. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return Object.assign(value.map(plain), { toJSON: null });
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

export function toJson(value: object): string {
  return JSON.stringify(plain(value));
}

/** The visitor's own memory in this site. Where storage is forbidden it lasts as long as the page. */
export class Keeper {
  readonly #name: string;
  #fallback: Kept = {};

  constructor(inboxKey: string) {
    this.#name = `parley:${inboxKey}`;
  }

  read(): Kept {
    try {
      const value: unknown = JSON.parse(localStorage.getItem(this.#name) ?? "{}");
      return typeof value === "object" && value !== null ? { ...this.#fallback, ...value } : this.#fallback;
    } catch {
      return this.#fallback;
    }
  }

  /** Other tabs write it too, so it is read anew for each change. */
  change(how: (before: Kept) => Kept): void {
    const after = how(this.read());
    try {
      localStorage.setItem(this.#name, toJson(after));
      this.#fallback = {};
    } catch {
      this.#fallback = after;
    }
  }

  /** The conversation, if the visitor was not asked to rate it yet. */
  toRate(conversationId: string | undefined): string | null {
    return conversationId && !this.read().asked?.includes(conversationId) ? conversationId : null;
  }

  noteAsked(conversationId: string): void {
    this.change((kept) => ({ ...kept, asked: [...(kept.asked ?? []), conversationId].slice(-20) }));
  }

  /** Whether the chat is open in this tab: so it stays from one page to the next. */
  get open(): boolean {
    try {
      return sessionStorage.getItem(this.#name) === "open";
    } catch {
      return false;
    }
  }

  set open(is: boolean) {
    try {
      if (is) sessionStorage.setItem(this.#name, "open");
      else sessionStorage.removeItem(this.#name);
    } catch {
      // It is closed on the next page.
    }
  }
}

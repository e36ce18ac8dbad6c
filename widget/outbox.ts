import type { Keeper, Said } from "./kept.ts";

/** Something that was said, with the code of its refusal. */
export type Waiting = Said & { refused?: string };

/** What was said and is not acknowledged: kept in the site's storage, so that it outlives the page. */
export class Outbox {
  list: readonly Waiting[];
  readonly #kept: Keeper;
  readonly #changed: (list: readonly Waiting[]) => void;

  constructor(kept: Keeper, changed: (list: readonly Waiting[]) => void) {
    this.#kept = kept;
    this.#changed = changed;
    this.list = kept.read().outbox ?? [];
  }

  /** What is still to be tried. */
  get open(): readonly Said[] {
    return this.list.filter(({ refused }) => refused === undefined);
  }

  #set(list: readonly Waiting[]): void {
    this.list = list;
    this.#kept.change((kept) => ({ ...kept, outbox: [...list] }));
    this.#changed(list);
  }

  add(said: Said): void {
    this.#set([...this.list, said]);
  }

  /** It is there, or shall not be sent any more. */
  remove(id: string | undefined): void {
    if (this.list.some((said) => said.clientMessageId === id)) {
      this.#set(this.list.filter((said) => said.clientMessageId !== id));
    }
  }

  /** @param code undefined: it shall be tried again */
  mark(id: string | undefined, code: string | undefined): void {
    this.#set(this.list.map((said) => (said.clientMessageId === id ? { ...said, refused: code } : said)));
  }
}

import type { Shown } from "../src/channels/web/wire.ts";
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

  /** It is there, or shall not be sent any more. @returns it */
  remove(id: string | undefined): Waiting | undefined {
    const found = this.list.find((said) => said.clientMessageId === id);
    if (found) this.#set(this.list.filter((said) => said !== found));
    return found;
  }

  /** Our own words are there, maybe told of before they are acknowledged: by its files, or by its text. */
  came({ text, content }: Pick<Shown, "text" | "content">): void {
    const own = this.open.find(({ text: said, attachments: [file] = [] }) =>
      file ? content?.attachments?.some(({ id }) => id === file.id) : said.trim() === text.trim(),
    );
    this.remove(own?.clientMessageId);
  }

  /** @param code undefined: it shall be tried again */
  mark(id: string | undefined, code: string | undefined): void {
    this.#set(this.list.map((said) => (said.clientMessageId === id ? { ...said, refused: code } : said)));
  }
}

import type { Shown } from "../src/channels/web/wire.ts";

type Content = NonNullable<Shown["content"]>;
/** A detail of the visitor that a form has a field for. */
export type Field = NonNullable<Content["fields"]>[number];
export interface Filled {
  field: Field;
  text: string;
}

/** What the visitor filled in at once, and the flow asks for one after the other. */
export class FilledIn {
  #rest: readonly Filled[] = [];

  /** @returns what is said now; the others are said as the flow comes to them */
  begin([first, ...rest]: readonly Filled[]): string {
    this.#rest = rest;
    return first?.text ?? "";
  }

  /** @returns what a question is answered with; undefined where it asks for something else, and then the rest is not said */
  answer(content: Content | null): string | undefined {
    const [next, ...rest] = this.#rest;
    // Words in between ask for nothing.
    if (!next || !content?.question) return;
    const fits = content.fields?.[0] === next.field;
    this.#rest = fits ? rest : [];
    return fits ? next.text : undefined;
  }
}

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

  /**
   * @returns what a question is answered with; undefined where it asks for something else or a person has come in, and
   * then the rest is not said
   */
  answer({ from, content }: Pick<Shown, "from" | "content">): string | undefined {
    const [next, ...rest] = this.#rest;
    // Words of the flow in between ask for nothing.
    if (!next || (from === "bot" && !content?.question)) return;
    const fits = from === "bot" && content?.fields?.[0] === next.field;
    this.#rest = fits ? rest : [];
    return fits ? next.text : undefined;
  }
}

const WIDTH = 30;
/** Between two lines where there is no terminal to draw in, in milliseconds. */
const LINE_EVERY = 5000;
/** Between two drawings, in milliseconds. */
const DRAW_EVERY = 100;

/** Shows on stderr how far something is: as a bar in a terminal, as a line now and then elsewhere. */
export class Progress {
  readonly #terminal = process.stderr.isTTY === true;
  readonly #quiet: boolean;
  readonly #began = Date.now();
  #shownAt = 0;
  #drawn = false;

  /** @param quiet nothing is printed where there is no terminal: for programs that read the answer alone */
  constructor(quiet: boolean) {
    this.#quiet = quiet && !this.#terminal;
    this.#shownAt = this.#terminal ? 0 : Date.now();
  }

  /** @param share what is done, from 0 to 1 @param said what to say beside it */
  show(share: number, said: string): void {
    const now = Date.now();
    if (this.#quiet || now - this.#shownAt < (this.#terminal ? DRAW_EVERY : LINE_EVERY)) return;
    this.#shownAt = now;
    this.#print(share, said);
  }

  /** Shows the end, and leaves the line. */
  end(share: number, said: string): void {
    if (this.#quiet) return;
    this.#print(share, said);
    this.clear();
  }

  /** Leaves the line of the bar, so that something else can be printed. */
  clear(): void {
    if (this.#drawn) process.stderr.write("\n");
    this.#drawn = false;
  }

  #print(share: number, said: string): void {
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    if (!this.#terminal) {
      console.error(`${percent.trim()}, ${said}`);
      return;
    }
    const full = Math.round(share * WIDTH);
    const bar = "█".repeat(full) + "░".repeat(WIDTH - full);
    const seconds = (Date.now() - this.#began) / 1000;
    const left = share > 0.01 && share < 1 ? `, ${Math.ceil((seconds / share) * (1 - share))} s left` : "";
    process.stderr.write(`\r\u001b[K${bar} ${percent}  ${said}${left}`);
    this.#drawn = true;
  }
}

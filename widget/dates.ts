/** Times as the visitor reads them: in the zone of the browser, in the words of the widget's language. */
export class Dates {
  readonly #time: Intl.DateTimeFormat;
  readonly #day: Intl.DateTimeFormat;
  readonly #old: Intl.DateTimeFormat;
  readonly #near: Intl.RelativeTimeFormat;

  constructor(language: string) {
    this.#time = new Intl.DateTimeFormat(language, { hour: "numeric", minute: "2-digit" });
    this.#day = new Intl.DateTimeFormat(language, { weekday: "long", day: "numeric", month: "long" });
    this.#old = new Intl.DateTimeFormat(language, { day: "numeric", month: "long", year: "numeric" });
    this.#near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  }

  time(at: string): string {
    return this.#time.format(new Date(at));
  }

  /** Today, yesterday, or the date. */
  day(at: string, now = new Date()): string {
    const then = new Date(at);
    const days = Math.round((midnight(then) - midnight(now)) / 86_400_000);
    if (days === 0 || days === -1) return capital(this.#near.format(days, "day"));
    return (then.getFullYear() === now.getFullYear() ? this.#day : this.#old).format(then);
  }
}

const midnight = (day: Date) => new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export const isSameDay = (one: string, other: string) =>
  midnight(new Date(one)) === midnight(new Date(other));

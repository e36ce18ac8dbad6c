import type { Trigger, WidgetConfig } from "../src/widget/wire.ts";
import type { Stage } from "./stage.ts";

/** What is known of the visitor's way through this page. */
export class Visit {
  /** Of what is in the cart, in the shop's currency; null: the page has not said. */
  cart: number | null = null;
  /** The visitor has spoken here before. */
  readonly returning: boolean;
  readonly #began = Date.now();
  #leaving = false;

  constructor(returning: boolean) {
    this.returning = returning;
  }

  /** The pointer goes out at the top, to another tab or to the address. */
  leave(): void {
    this.#leaving = true;
  }

  /** How much of the page has been seen, in per cent; of a page that does not scroll, all. */
  get #scrolled(): number {
    const { scrollHeight } = document.documentElement;
    return scrollHeight <= 0 ? 0 : ((window.scrollY + window.innerHeight) / scrollHeight) * 100;
  }

  /** Whether the page was scrolled at all: what is seen without is no scrolling. */
  get #hasScrolled(): boolean {
    return window.scrollY > 0;
  }

  fulfils(trigger: Trigger): boolean {
    switch (trigger.kind) {
      case "page_url":
        return location.href.toLowerCase().includes((trigger.contains ?? "").toLowerCase());
      case "time_on_page":
        return Date.now() - this.#began >= (trigger.seconds ?? 0) * 1000;
      case "scroll":
        return this.#hasScrolled && this.#scrolled >= (trigger.percent ?? 100);
      case "exit_intent":
        return this.#leaving;
      case "returning_visitor":
        return this.returning;
      case "cart_value":
        return this.cart !== null && this.cart >= (trigger.minimum ?? 0);
    }
  }
}

/**
 * Watches a page, and has the first rule speak whose time has come. Each rule speaks once on a page.
 * @param rules as they are now
 * @returns looks again: the page has said something new
 */
export function watchRules(stage: Stage, visit: Visit, rules: () => WidgetConfig["rules"]): () => void {
  const spoken = new Set<string>();
  const look = () => {
    const rule = rules().find(({ id, trigger }) => !spoken.has(id) && visit.fulfils(trigger));
    if (!rule || !stage.say({ ruleId: rule.id, message: rule.message })) return;
    spoken.add(rule.id);
  };
  setInterval(look, 1000);
  window.addEventListener("scroll", look, { passive: true });
  document.documentElement.addEventListener("mouseleave", ({ clientY }) => {
    if (clientY > 0) return;
    visit.leave();
    look();
  });
  look();
  return look;
}

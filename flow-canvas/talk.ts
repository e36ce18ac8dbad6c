import { open, take } from "./server.ts";

/** The talk beside the flow: played without leaving the page, its way marked on the canvas. */
const ID = "simulation";

/** The nodes that the talk on a page came through, the last where it waits or ended. */
export function playedOn(page: Document): string[] {
  return JSON.parse(page.getElementById(ID)?.dataset.path ?? "[]");
}

/** @param flush saves what waits, so that what is played is what is seen */
export function followTalk(flush: () => Promise<boolean>, onPlayed: (path: string[]) => void): () => void {
  const submit = async (event: SubmitEvent) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.closest(`#${ID}`) === null) return;
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form, event.submitter)) query.append(name, String(value));
    try {
      await flush();
      const page = await open(`${location.pathname}?${query}`);
      const path = playedOn(page);
      take(page, ID);
      onPlayed(path);
      const list = document.querySelector(`#${ID} .messages`);
      if (list) list.scrollTop = list.scrollHeight;
      document.getElementById("say")?.focus();
    } catch {
      // As without script: the page itself says what is wrong.
      location.assign(`${location.pathname}?${query}#${ID}`);
    }
  };
  document.addEventListener("submit", submit);
  return () => document.removeEventListener("submit", submit);
}

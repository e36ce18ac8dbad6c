import { useEffect, useRef } from "preact/hooks";
import { open, problemOn, Refused, send } from "./server.ts";

interface Panel {
  /** Saves what waits. @returns whether all is saved */
  flush(): Promise<boolean>;
  /** The server has taken a form of the node. */
  onSaved(): Promise<void>;
  /** The node shall go. */
  onRemove(id: string): void;
  onClose(): void;
}

const here = (): HTMLElement | null => document.getElementById("panel");
/** Whether somebody is in the midst of a form there. */
export function isTypedIn(): boolean {
  const place = here();
  const fields = place?.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("input, textarea") ?? [];
  return (
    place?.contains(document.activeElement) === true ||
    [...fields].some((one) => one.value !== one.defaultValue)
  );
}

const addressOf = (id: string) => `${location.pathname}/node?id=${encodeURIComponent(id)}`;

/** Shows the forms of a node's own page beside the canvas, and sends them without leaving it. */
export function usePanel(panel: Panel): (id: string | null) => void {
  const latest = useRef(panel);
  latest.current = panel;
  const wanted = useRef<string | null>(null);

  const show = (page: Document, id: string) => {
    const [place, forms] = [here(), page.getElementById("node")];
    if (!place || !forms || wanted.current !== id) return;
    const title = document.createElement("h2");
    title.textContent = page.querySelector("h1")?.textContent ?? id;
    place.replaceChildren(title, ...[...forms.childNodes].map((node) => document.adoptNode(node)));
    place.dataset.node = id;
    place.hidden = false;
  };

  const say = (error: unknown) => {
    const place = here();
    if (!place) return;
    const line = document.createElement("p");
    line.className = "problem";
    line.role = "alert";
    line.textContent = error instanceof Error ? error.message : String(error);
    place.prepend(line);
  };

  useEffect(() => {
    const place = here();
    const submit = async (event: SubmitEvent) => {
      const form = event.target;
      const id = place?.dataset.node;
      if (!(form instanceof HTMLFormElement) || id === undefined) return;
      event.preventDefault();
      const fields = new URLSearchParams();
      for (const [name, value] of new FormData(form, event.submitter)) fields.append(name, String(value));
      if (fields.get("do") === "remove") {
        latest.current.onRemove(id);
        latest.current.onClose();
        return;
      }
      try {
        if (!(await latest.current.flush())) return;
        show(await send(addressOf(id), fields), id);
        await latest.current.onSaved();
      } catch (error) {
        // The page that refused it has what was typed, and why.
        if (error instanceof Refused && problemOn(error.page)) show(error.page, id);
        else say(error);
      }
    };
    place?.addEventListener("submit", submit);
    return () => place?.removeEventListener("submit", submit);
  }, []);

  return (id) => {
    wanted.current = id;
    const place = here();
    if (!place) return;
    if (id === null) {
      delete place.dataset.node;
      place.hidden = true;
      place.replaceChildren();
      return;
    }
    void (async () => {
      try {
        await latest.current.flush();
        show(await open(addressOf(id)), id);
      } catch (error) {
        place.hidden = false;
        say(error);
      }
    })();
  };
}

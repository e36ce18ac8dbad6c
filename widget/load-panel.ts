import * as preact from "preact";
import * as hooks from "preact/hooks";
import * as jsx from "preact/jsx-runtime";
import type * as Part from "./panel.tsx";

/** What the part that is loaded later shares with this one: see `bin/build-widget.mjs`. */
const SHARED = Symbol.for("parley widget");

let loaded: Promise<typeof Part> | null = null;
let attempts = 0;

/**
 * Loads the chat itself, which nobody needs before it is opened. What failed is tried again the next time.
 * @param origin where the script lies
 */
export function loadPanel(origin: string): Promise<typeof Part> {
  if (loaded) return loaded;
  Reflect.set(globalThis, SHARED, { preact, hooks, jsx });
  attempts += 1;
  // Browsers remember the address of what did not load.
  const again = attempts > 1 ? `&again=${attempts}` : "";
  loaded = import(`${origin}/widget/panel.js?v=${PANEL_VERSION}${again}`);
  loaded.catch(() => {
    loaded = null;
  });
  return loaded;
}

import { render } from "preact";
import { App } from "./app.tsx";
import { Chat } from "./chat.ts";
import { isDarkPage } from "./dark.ts";
import first from "./first.css";
import { Api } from "./http.ts";
import { Keeper } from "./kept.ts";
import { loadPanel } from "./load-panel.ts";
import { pageApi, takeQueue } from "./page-api.ts";
import { Visit, watchRules } from "./rules.ts";
import { Stage } from "./stage.ts";
import { colorsOf } from "./styles.ts";
import { whereFrom } from "./where.ts";

/** The element that the widget is: in it everything is shown. */
const NAME = "parley-chat";

/** Keys that are typed in the widget are no shortcuts of the page. */
const KEYS = ["keydown", "keyup", "keypress"] as const;

function sheet(text: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(text);
  return made;
}

/** Above the keyboard of a phone: what can be seen of the page is smaller than the page by then. */
function followKeyboard(host: HTMLElement): void {
  const { visualViewport } = window;
  if (!visualViewport) return;
  const follow = () => {
    host.style.setProperty("--seen-height", `${visualViewport.height}px`);
    host.style.setProperty("--seen-top", `${visualViewport.offsetTop}px`);
  };
  visualViewport.addEventListener("resize", follow);
  visualViewport.addEventListener("scroll", follow);
  follow();
}

/** The host in the page, put back where a page's own script takes it out. */
function hostElement(): HTMLElement {
  const host = document.createElement(NAME);
  const watch = new MutationObserver(() => put());
  const put = () => {
    if (!host.isConnected) document.body.append(host);
    // Frameworks put another body in place of the one there was when a page is gone through without loading.
    watch.observe(document.body, { childList: true });
  };
  watch.observe(document.documentElement, { childList: true });
  put();
  return host;
}

async function begin(): Promise<void> {
  const where = whereFrom(document.currentScript);
  if (!where || document.querySelector(NAME)) return;
  const api = new Api(where);
  const kept = new Keeper(where.inboxKey);
  const config = await api.config().catch((error: Error) => {
    console.warn(`parley: the chat is not shown: ${error.message}. See ${where.origin}/docs/widget`);
    return null;
  });
  if (!config) return;
  if (document.readyState === "loading") {
    await new Promise((ready) => document.addEventListener("DOMContentLoaded", ready, { once: true }));
  }
  const chat = new Chat(api, kept, config);
  const stage = new Stage(chat, api, kept);
  const host = hostElement();
  const root = host.attachShadow({ mode: "open" });
  const colors = sheet("");
  root.adoptedStyleSheets = [sheet(first), colors];
  const paint = () => colors.replaceSync(colorsOf(chat.state.config, isDarkPage()));
  paint();
  chat.listen(paint);
  stage.listen(paint);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
  for (const key of KEYS) root.addEventListener(key, (event) => event.stopPropagation());
  followKeyboard(host);
  const known = kept.read().token !== undefined;
  const visit = new Visit(known);
  const look = watchRules(stage, visit, () => (chat.state.config.enabled ? chat.state.config.rules : []));
  Object.assign(window, {
    parley: takeQueue(pageApi(chat, stage, visit, look), Reflect.get(window, "parley")),
  });
  const load = () =>
    loadPanel(where.origin).then((part) => {
      if (root.adoptedStyleSheets.length < 3) root.adoptedStyleSheets.push(sheet(part.style));
      return part.Panel;
    });
  render(<App chat={chat} stage={stage} api={api} kept={kept} load={load} />, root);
  // Whoever was here before hears what was said meanwhile; for everybody else nothing is opened or kept yet.
  if (known || stage.open) chat.begin();
  const { opensAfter } = config;
  if (opensAfter !== null) setTimeout(() => stage.show({ byHand: false }), opensAfter * 1000);
}

void begin();

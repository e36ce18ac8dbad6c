import { getCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { languageDetector } from "hono/language";
import type { Catalogue } from "../calls/define.ts";
import { membershipOf } from "../gate/member-principal.ts";
import { publicOrigin } from "../http/addresses.ts";
import { type Exchange, newApp } from "../http/app.ts";
import { unexpected } from "../http/errors.ts";
import { type SignedIn, signedIn } from "../oauth/auth.ts";
import { readFiles, readForm } from "../pages/form.ts";
import { goTo } from "../pages/page.tsx";
import { Failure } from "../tenant/failure.ts";
import { ACCOUNT_PAGES } from "./account.tsx";
import { refusal } from "./account-frame.tsx";
import { tableFile } from "./analytics/page.tsx";
import { contactsFile, exportFile } from "./contacts-file.ts";
import type { Refused } from "./forms.tsx";
import { chatbotFile } from "./import-chatbot.tsx";
import { workspacePage } from "./layout.tsx";
import { openLive, openLiveCalls } from "./live.ts";
import type { Page } from "./page.ts";
import { PAGES } from "./pages.ts";
import { SCRIPT_PATH, script } from "./script.ts";
import { STYLE_PATH, style } from "./style.ts";
import { linkTo, may, type Visit } from "./visit.ts";
import { isLanguage, LANGUAGE_COOKIE, LANGUAGES, type Language, WORDS } from "./words.ts";

/** Longest form: the longest message in an alphabet whose letters take nine characters each, and what else there is. */
const MAX_FORM_BYTES = 256 * 1024;

/** The language that somebody chose, or else the one of ours that their browser likes best. */
function languageOf(c: Exchange): Language {
  const chosen = getCookie(c, LANGUAGE_COOKIE);
  if (isLanguage(chosen)) return chosen;
  const liked = c.get("language");
  return isLanguage(liked) ? liked : "en";
}

/** Off to sign in, and back here then. What was posted is gone: it was nobody's. */
function signInFirst(c: Exchange): Response {
  const { pathname, search } = new URL(c.req.url);
  return goTo(`/sign-in?${new URLSearchParams({ return_to: `${pathname}${search}` })}`);
}

/**
 * The console: what members do in a browser. `/w` leads to one's workspaces, `/w/<workspace>/…` are their pages (the
 * records of pages.ts), `/account` is one's own. Everything works as plain forms; the script keeps lists fresh.
 */
export function consoleRoutes(catalogue: Catalogue) {
  const app = newApp();
  app.get(STYLE_PATH, style);
  app.get(SCRIPT_PATH, script);
  const paths = ["/w", "/w/*", "/account", "/account/*"];
  const detect = languageDetector({
    order: ["header"],
    supportedLanguages: Object.keys(LANGUAGES),
    fallbackLanguage: "en",
    caches: false,
  });
  // The other half of protection against forged forms beside SameSite cookies.
  const sameSite = csrf({ origin: (origin, c: Exchange) => origin === publicOrigin(c.env) });
  for (const path of paths) {
    app.use(path, async (c, next) => {
      const { origin, pathname, search } = new URL(c.req.url);
      const reads = c.req.method === "GET" || c.req.method === "HEAD";
      // Cookies and forms hold on the one public origin. On a loopback deployment other names lead here too.
      if (reads && origin !== publicOrigin(c.env))
        return c.redirect(`${publicOrigin(c.env)}${pathname}${search}`);
      return next();
    });
    app.use(path, detect);
    app.use(path, sameSite);
  }
  for (const { path, show, take } of ACCOUNT_PAGES) {
    const withPerson =
      (answer: (c: Exchange, person: SignedIn, language: Language) => Promise<Response>) =>
      async (c: Exchange) => {
        const person = await signedIn(c.env, c.req.raw);
        return person ? answer(c, person, languageOf(c)) : signInFirst(c);
      };
    if (show) app.get(path, withPerson(show));
    if (take) app.post(path, withPerson(take));
  }
  const visited =
    (answer: (visit: Visit) => Promise<Response>, needs: Page["needs"]) => async (c: Exchange) => {
      const person = await signedIn(c.env, c.req.raw);
      if (!person) return signInFirst(c);
      const language = languageOf(c);
      const membership = await membershipOf(c.env, c.req.param("workspace") ?? "", person.id);
      const words = WORDS[language];
      if (!membership) return refusal(language, 404, words.refused.noWorkspace);
      if (membership.workspace.suspendedAt !== null) return refusal(language, 403, words.refused.suspended);
      const visit: Visit = {
        ...membership,
        c,
        env: c.env,
        requestId: c.get("requestId"),
        person,
        catalogue,
        language,
        words,
        query: new URL(c.req.url).searchParams,
      };
      return may(visit, needs) ? answer(visit) : refusal(language, 403, words.refused.role);
    };
  app.get(
    "/w/:workspace",
    visited(async (visit) => goTo(linkTo(visit, firstPage(visit))), null),
  );
  app.get("/w/:workspace/analytics.csv", visited(tableFile, "analytics:read"));
  app.get("/w/:workspace/contacts.csv", visited(contactsFile, "contacts:read"));
  app.get("/w/:workspace/contacts/:contact/export.jsonl", visited(exportFile, "contacts:read"));
  app.get("/w/:workspace/chatbots/:chatbot/chatbot.json", visited(chatbotFile, "chatbots:read"));
  app.get("/w/:workspace/live", visited(openLive, null));
  app.get("/w/:workspace/live/calls", visited(openLiveCalls, "manage"));
  for (const page of PAGES) {
    const path = `/w/:workspace${page.path}`;
    app.get(
      path,
      visited((visit) => shown(page, visit, null), page.needs),
    );
    if (page.actions)
      app.post(
        path,
        visited((visit) => taken(page, visit), page.needs),
      );
  }
  app.onError((error, c) => {
    const language = languageOf(c);
    const { refused } = WORDS[language];
    if (error instanceof HTTPException && error.status === 403)
      return refusal(language, 403, refused.foreignForm);
    if (error instanceof Failure) return refusal(language, error.status, [refused.failed, error.message]);
    const failure = unexpected(error, c.get("requestId"), `console ${c.req.method}`);
    return refusal(language, 500, [refused.failed, failure.message]);
  });
  return app;
}

/** Where a workspace begins for somebody: with what people write, if their role reads that. */
function firstPage(visit: Visit): string {
  return may(visit, "conversations:read") ? "/inbox" : "/settings/mcp";
}

async function shown(page: Page, visit: Visit, refused: Refused | null): Promise<Response> {
  const content = await page.show(visit, refused);
  const status = refused?.failure.status ?? content.status;
  return workspacePage(visit, { ...content, status }, refused ? null : visit.query.get("done"));
}

/** Takes one of a page's forms. A failure that its reader can act on comes back on the page, with what was typed. */
async function taken(page: Page, visit: Visit): Promise<Response> {
  const { raw } = visit.c.req;
  const { form, files } = page.fileBytes
    ? await readFiles(raw, page.fileBytes)
    : { form: await readForm(raw, page.formBytes ?? MAX_FORM_BYTES), files: [] };
  const wanted = form.get("do") ?? "";
  const action = page.actions && Object.hasOwn(page.actions, wanted) ? page.actions[wanted] : undefined;
  if (!action) return refusal(visit.language, 400, visit.words.refused.foreignForm);
  if (!may(visit, action.needs)) return refusal(visit.language, 403, visit.words.refused.role);
  try {
    const done = await action.take(visit, form, files);
    if ("title" in done) return await workspacePage(visit, done, null);
    return goTo(linkTo(visit, done.to, { ...done.query, done: done.done }));
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    return shown(page, visit, { failure, form });
  }
}

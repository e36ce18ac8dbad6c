import type { z } from "zod";
import type { messagesOutput, sessionOutput, uploadedOutput } from "../src/channels/web/wire.ts";
import type { Article, ArticleHit, WidgetConfig } from "../src/widget/wire.ts";
import { type Said, toJson, toSend } from "./kept.ts";
import type { Where } from "./where.ts";

export type Uploaded = z.output<typeof uploadedOutput>;
export type Session = z.output<typeof sessionOutput>;

/** What the server refused, or `offline` where nothing answered. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** How long an answer may take, in milliseconds. */
const PATIENCE = 20_000;

/** Pages may change what `fetch` is after this script has run. */
const { fetch } = window;

async function ask<T>(address: string, init: RequestInit = {}, token?: string): Promise<T> {
  const headers = {
    ...(init.body ? { "Content-Type": "application/json" } : {}),
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
  };
  const signal = AbortSignal.timeout(PATIENCE);
  // No cookie of the server goes along, whatever the page is.
  const answer = await fetch(address, { ...init, headers, signal, credentials: "omit" }).catch(() => null);
  if (!answer) throw new Refused("offline");
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new Refused(body?.error?.code ?? "internal");
  return body;
}

const post = (body: object): RequestInit => ({ method: "POST", body: toJson(body) });

/** The requests of a page. Each throws {@link Refused}. */
export class Api {
  readonly #where: Where;

  constructor(where: Where) {
    this.#where = where;
  }

  #address(path: string, query: Record<string, string | undefined> = {}): string {
    const given = Object.entries({ ...query, inboxKey: this.#where.inboxKey }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    );
    return `${this.#where.api}${path}?${new URLSearchParams(given)}`;
  }

  /** How the widget is now. */
  config(): Promise<WidgetConfig> {
    return ask(this.#address("/widget", { locale: navigator.language }), { cache: "no-cache" });
  }

  session(facts: object): Promise<Session> {
    return ask(`${this.#where.api}/sessions`, post({ inboxKey: this.#where.inboxKey, ...facts }));
  }

  messages(token: string, after: number): Promise<z.output<typeof messagesOutput>> {
    return ask(`${this.#where.api}/messages?after=${after}&limit=100`, {}, token);
  }

  send(token: string, said: Said): Promise<unknown> {
    return ask(`${this.#where.api}/messages`, post(toSend(said)), token);
  }

  /** @param progress told how much of it has gone, from 0 to 1: `fetch` would not tell */
  upload(token: string, file: File, progress: (done: number) => void): Promise<Uploaded> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open("POST", `${this.#where.api}/attachments?name=${encodeURIComponent(file.name)}`);
      request.setRequestHeader("Authorization", `Bearer ${token}`);
      request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
      request.responseType = "json";
      request.upload.onprogress = ({ loaded, total }) => progress(loaded / total);
      request.onload = () => {
        const { status, response } = request;
        if (status === 201) resolve(response);
        else reject(new Refused(response?.error?.code ?? "internal"));
      };
      request.onerror = () => reject(new Refused("offline"));
      request.send(file);
    });
  }

  rate(
    token: string,
    rating: { conversationId: string; rating: number; comment?: string },
  ): Promise<unknown> {
    return ask(`${this.#where.api}/ratings`, post(rating), token);
  }

  articles(query: string): Promise<{ articles: ArticleHit[] }> {
    return ask(this.#address("/articles", { q: query || undefined }));
  }

  article(id: string): Promise<Article> {
    return ask(this.#address(`/articles/${encodeURIComponent(id)}`));
  }

  /** What became of a sales rule. Nothing waits for it, and nobody is told when it is lost. */
  tellRule(ruleId: string, what: "shown" | "opened" | "answered"): void {
    const body = { inboxKey: this.#where.inboxKey, ruleId, what };
    ask(`${this.#where.api}/rules`, { ...post(body), keepalive: true }).catch(() => {});
  }

  /** Where a socket is opened that tells what lies behind a number. */
  socket(after: number): string {
    return `${this.#where.api.replace(/^http/, "ws")}/socket?after=${after}`;
  }
}

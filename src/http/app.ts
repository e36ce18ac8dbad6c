import { type Context, Hono } from "hono";

/** What every handler of ours is given by Hono. */
export interface App {
  Bindings: Env;
  Variables: {
    /** What `languageDetector` found, where a door uses it. */
    language?: string;
    /** The same in the answer's `X-Request-Id`, in errors and in the log. */
    requestId: string;
  };
}

/** A part of the router: a path with or without a slash at its end is the same. */
export function newApp(): Hono<App> {
  return new Hono<App>({ strict: false });
}

/** The Worker's own context: Hono's type leaves out what newer runtimes add to it. */
export function executionContext(c: Context<App>): ExecutionContext {
  return c.executionCtx as ExecutionContext;
}

/** One request at one of our routes. */
export type Exchange = Context<App>;

import { type Lane, useTool } from "../calls/call.ts";
import { findTool } from "../calls/permissions.ts";
import { executionContext } from "../http/app.ts";
import { Failure } from "../tenant/failure.ts";
import { callerOf, type Visit } from "./visit.ts";

/**
 * Does what a tool does, as the visitor: the pages have no other way to read or change what assistants can. Empty texts
 * of optional arguments are as if left out, as for every caller.
 * @throws Failure as the tool; `missing_scope` beyond the visitor's role
 */
export function use(visit: Visit, name: string, args: object): Promise<Record<string, unknown>> {
  const tool = findTool(visit.catalogue, name);
  if (!tool) throw new Error(`The console asks for ${name}, which the catalogue does not have.`);
  return useTool(tool, callerOf(visit), laneOf(visit), args);
}

function laneOf({ c, env }: Visit): Lane {
  const ctx = executionContext(c);
  return {
    env,
    era: "modern",
    waitUntil: (work) => ctx.waitUntil(work),
    signal: c.req.raw.signal,
    canAsk: () => false,
    askFor: () => async () => {
      throw new Failure("unsupported", "A page asks by its forms.");
    },
    progress: async () => {},
    log: async () => {},
  };
}

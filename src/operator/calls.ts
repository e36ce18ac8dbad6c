import { z } from "zod";
import { listCalls } from "../calls/list-calls.ts";
import { newApp } from "../http/app.ts";
import { MAX_LIMIT } from "../tenant/page.ts";
import { callOutput } from "./answers.ts";
import { operatorTenant, readQuery, workspaceOf } from "./exchange.ts";

const listQuery = z
  .strictObject({
    session: z.string().optional(),
    credential: z.string().optional(),
    cursor: z.string().optional(),
    limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT),
  })
  .refine(({ session, credential }) => session === undefined || credential === undefined, {
    error: "give either session or credential",
  });

/** The call log. */
export const callRoutes = newApp().get("/workspaces/:workspace/calls", async (c) => {
  const query = readQuery(c, listQuery);
  const page = await listCalls(operatorTenant(c.env, await workspaceOf(c)), query);
  return c.json({ ...page, items: page.items.map((call) => callOutput.parse(call)) });
});

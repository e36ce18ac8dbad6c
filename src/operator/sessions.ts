import { z } from "zod";
import { gateOf } from "../gate/gate.ts";
import { newApp } from "../http/app.ts";
import { mcpSessionOutput } from "./answers.ts";
import { workspaceOf } from "./exchange.ts";

export const sessionRoutes = newApp().get("/workspaces/:workspace/sessions", async (c) => {
  const { id } = await workspaceOf(c);
  return c.json({ items: z.array(mcpSessionOutput).parse(await gateOf(c.env, id).listSessions()) });
});

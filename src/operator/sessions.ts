import { Hono } from "hono";
import { gateOf } from "../gate/gate.ts";
import { answer, workspaceOf } from "./exchange.ts";

export const sessionRoutes = new Hono<{ Bindings: Env }>().get(
  "/workspaces/:workspace/sessions",
  async (c) => {
    const { id } = await workspaceOf(c);
    return answer(c, { items: await gateOf(c.env, id).listSessions() });
  },
);

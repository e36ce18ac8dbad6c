import { gateOf } from "../gate/gate.ts";
import { newApp } from "../http/app.ts";
import { answer, workspaceOf } from "./exchange.ts";

export const sessionRoutes = newApp().get("/workspaces/:workspace/sessions", async (c) => {
  const { id } = await workspaceOf(c);
  return answer(c, { items: await gateOf(c.env, id).listSessions() });
});

import { z } from "zod";
import { gateOf } from "../gate/gate.ts";
import { newApp } from "../http/app.ts";
import { notFound } from "../tenant/failure.ts";
import { grantOutput, revokedOutput } from "./answers.ts";
import { operatorAdministration, workspaceOf } from "./exchange.ts";

/** What people allowed OAuth clients. */
export const grantRoutes = newApp()
  .get("/workspaces/:workspace/grants", async (c) => {
    const { id } = await workspaceOf(c);
    return c.json({ items: z.array(grantOutput).parse(await gateOf(c.env, id).listGrants()) });
  })
  .post("/workspaces/:workspace/grants/:id/revoke", async (c) => {
    const revoked = await (await operatorAdministration(c)).endGrant(c.req.param("id"));
    if (!revoked) throw notFound("grant", c.req.param("id"));
    return c.json(revokedOutput.parse(revoked));
  });

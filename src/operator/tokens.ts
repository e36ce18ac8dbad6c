import { z } from "zod";
import { Administration } from "../gate/administration.ts";
import { gateOf } from "../gate/gate.ts";
import { newTokenSchema } from "../gate/tokens.ts";
import { newApp } from "../http/app.ts";
import { getInbox } from "../inboxes/store.ts";
import { notFound } from "../tenant/failure.ts";
import { revokedOutput, tokenOutput } from "./answers.ts";
import { operatorAdministration, operatorTenant, readBody, workspaceOf } from "./exchange.ts";

/** API keys and bot tokens. Only the answer that makes one holds its secret. */
export const tokenRoutes = newApp()
  .get("/workspaces/:workspace/tokens", async (c) => {
    const { id } = await workspaceOf(c);
    return c.json({ items: z.array(tokenOutput).parse(await gateOf(c.env, id).listTokens()) });
  })
  .post("/workspaces/:workspace/tokens", async (c) => {
    const workspace = await workspaceOf(c);
    const wanted = await readBody(c, newTokenSchema);
    const tenant = operatorTenant(c.env, workspace);
    await Promise.all((wanted.inboxes ?? []).map((inbox) => getInbox(tenant, inbox)));
    return c.json(tokenOutput.parse(await new Administration(c.env, tenant).makeToken(wanted)), 201);
  })
  .post("/workspaces/:workspace/tokens/:id/revoke", async (c) => {
    const revoked = await (await operatorAdministration(c)).endToken(c.req.param("id"));
    if (!revoked) throw notFound("token", c.req.param("id"));
    return c.json(revokedOutput.parse(revoked));
  });

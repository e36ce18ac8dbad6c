import { z } from "zod";
import { gateOf } from "../gate/gate.ts";
import { roleSchema } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { notFound } from "../tenant/failure.ts";
import { memberOutput } from "./answers.ts";
import { operatorAdministration, readBody, workspaceOf } from "./exchange.ts";

export const memberRoutes = newApp()
  .get("/workspaces/:workspace/members", async (c) => {
    const { id } = await workspaceOf(c);
    return c.json({ items: z.array(memberOutput).parse(await gateOf(c.env, id).listMembers()) });
  })
  .patch("/workspaces/:workspace/members/:id", async (c) => {
    const administration = await operatorAdministration(c);
    const { role } = await readBody(c, z.strictObject({ role: roleSchema }));
    const member = await administration.setRole(c.req.param("id"), role);
    if (!member) throw notFound("member", c.req.param("id"));
    return c.json(memberOutput.parse(member));
  })
  .delete("/workspaces/:workspace/members/:id", async (c) => {
    const member = await (await operatorAdministration(c)).removeMember(c.req.param("id"));
    if (!member) throw notFound("member", c.req.param("id"));
    return c.json(memberOutput.parse(member));
  });

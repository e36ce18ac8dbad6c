import { z } from "zod";
import { gateOf } from "../gate/gate.ts";
import {
  countrySchema,
  createWorkspace,
  getWorkspace,
  listWorkspaces,
  newWorkspaceSchema,
  RINGS,
  setWorkspacePlan,
  timeZoneSchema,
} from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { MAX_LIMIT } from "../tenant/page.ts";
import { workspaceOutput } from "./answers.ts";
import { readBody, readQuery, workspaceOf } from "./exchange.ts";

const listQuery = z.strictObject({
  /** The last workspace of the previous page. */
  after: z.string().default(""),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT),
});

const changes = z.strictObject({
  name: newWorkspaceSchema.shape.name.optional(),
  plan: z.string().optional(),
  ring: z.enum(RINGS).optional(),
  timeZone: timeZoneSchema.optional(),
  phoneCountry: countrySchema.optional(),
  mcpEnabled: z.boolean().optional(),
  confirmSends: z.boolean().optional(),
  suspended: z.boolean().optional(),
});

/** A suspended workspace answers 403 at once; its data stays. */
export const workspaceRoutes = newApp()
  .get("/workspaces", async (c) => {
    const { after, limit } = readQuery(c, listQuery);
    return c.json({ items: z.array(workspaceOutput).parse(await listWorkspaces(c.env, after, limit)) });
  })
  .post("/workspaces", async (c) => {
    return c.json(
      workspaceOutput.parse(await createWorkspace(c.env, await readBody(c, newWorkspaceSchema))),
      201,
    );
  })
  .get("/workspaces/:workspace", async (c) => c.json(workspaceOutput.parse(await workspaceOf(c))))
  .patch("/workspaces/:workspace", async (c) => {
    const { id, suspendedAt } = await workspaceOf(c);
    const { plan, suspended, ...fields } = await readBody(c, changes);
    if (plan !== undefined) await setWorkspacePlan(c.env, id, plan);
    const change = {
      ...fields,
      ...(suspended === undefined ? {} : { suspendedAt: suspended ? (suspendedAt ?? Date.now()) : null }),
    };
    if (Object.keys(change).length > 0) await gateOf(c.env, id).updateWorkspace(change);
    return c.json(workspaceOutput.parse(await getWorkspace(c.env, id)));
  });

import { z } from "zod";
import { readTotal } from "../figures/totals.ts";
import { recordWorkspaceChange } from "../gate/administration.ts";
import { gateOf } from "../gate/gate.ts";
import {
  countrySchema,
  createWorkspace,
  getWorkspace,
  helpSlugSchema,
  listWorkspaces,
  newWorkspaceSchema,
  RINGS,
  setHelpSlug,
  setWorkspacePlan,
  timeZoneSchema,
} from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { Failure } from "../tenant/failure.ts";
import { MAX_LIMIT } from "../tenant/page.ts";
import type { Tenant } from "../tenant/tenant.ts";
import { deletedWorkspaceOutput, workspaceRowOutput } from "./answers.ts";
import { operatorTenant, readBody, readQuery, workspaceOf } from "./exchange.ts";
import { clearWorkspace, deleteWorkspace, listDeletedWorkspaces } from "./removal.ts";

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
  helpSlug: helpSlugSchema.nullable().optional(),
  mcpEnabled: z.boolean().optional(),
  confirmSends: z.boolean().optional(),
  suspended: z.boolean().optional(),
});

/** A suspended workspace answers 403 at once; its data stays. */
export const workspaceRoutes = newApp()
  .get("/workspaces", async (c) => {
    const { after, limit } = readQuery(c, listQuery);
    return c.json({ items: z.array(workspaceRowOutput).parse(await listWorkspaces(c.env, after, limit)) });
  })
  .post("/workspaces", async (c) => {
    return c.json(
      workspaceRowOutput.parse(await createWorkspace(c.env, await readBody(c, newWorkspaceSchema))),
      201,
    );
  })
  .get("/workspaces/:workspace", async (c) => c.json(workspaceRowOutput.parse(await workspaceOf(c))))
  .patch("/workspaces/:workspace", async (c) => {
    const workspace = await workspaceOf(c);
    const { id, suspendedAt } = workspace;
    const { plan, suspended, helpSlug, ...fields } = await readBody(c, changes);
    if (fields.phoneCountry !== undefined && fields.phoneCountry !== workspace.phoneCountry) {
      await refuseWithContacts(operatorTenant(c.env, workspace));
    }
    if (helpSlug !== undefined) await setHelpSlug(c.env, id, helpSlug);
    if (plan !== undefined) await setWorkspacePlan(c.env, id, plan);
    const change = {
      ...fields,
      ...(suspended === undefined ? {} : { suspendedAt: suspended ? (suspendedAt ?? Date.now()) : null }),
    };
    if (Object.keys(change).length > 0) await gateOf(c.env, id).updateWorkspace(change);
    const changed = await getWorkspace(c.env, id);
    await recordWorkspaceChange(operatorTenant(c.env, workspace), workspace, changed);
    return c.json(workspaceRowOutput.parse(changed));
  });

/**
 * Workspaces that were deleted: the note of each, and the removal of what they had. Beside `/workspaces`, since nothing
 * that happens here is news of a workspace.
 */
export const deletedWorkspaceRoutes = newApp()
  .get("/deleted-workspaces", async (c) =>
    c.json({ items: z.array(deletedWorkspaceOutput).parse(await listDeletedWorkspaces(c.env)) }),
  )
  .post("/deleted-workspaces", async (c) => {
    const { workspace, name } = await readBody(
      c,
      z.strictObject({ workspace: z.string(), name: z.string() }),
    );
    return c.json(deletedWorkspaceOutput.parse(await deleteWorkspace(c.env, workspace, name)));
  })
  .post("/deleted-workspaces/:workspace/clear", async (c) =>
    c.json(deletedWorkspaceOutput.parse(await clearWorkspace(c.env, c.req.param("workspace")))),
  );

/** Numbers without a country were read by the one that the workspace had, and are known by what they were read as. */
async function refuseWithContacts(tenant: Tenant): Promise<void> {
  if ((await readTotal(tenant, "contacts")) === 0) return;
  throw new Failure("conflict", "The workspace has contacts, whose phone numbers its country would change.", {
    hint: "Set the country when the workspace is made, or before its first contact.",
  });
}

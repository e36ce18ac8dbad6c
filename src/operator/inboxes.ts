import { z } from "zod";
import { identitySecret } from "../channels/web/token.ts";
import { checkChatbot } from "../chatbots/store.ts";
import { registerInboxKey } from "../control/inbox-keys.ts";
import { listPlans, planInForce } from "../control/plans.ts";
import type { Workspace } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { tellInboxChanged } from "../http/news.ts";
import { CHANNELS, createInbox, getInbox, listInboxes, updateInbox } from "../inboxes/store.ts";
import { Failure } from "../tenant/failure.ts";
import { isId } from "../tenant/ids.ts";
import { MAX_LIMIT } from "../tenant/page.ts";
import { inboxOutput } from "./answers.ts";
import { operatorTenant, readBody, readQuery, workspaceOf } from "./exchange.ts";

const fields = {
  name: z.string(),
  chatbotId: z
    .string()
    .refine((id) => isId("chatbot", id), "not a chatbot id")
    .nullable()
    .optional(),
  allowedDomains: z.array(z.string()).optional(),
  settings: z.record(z.string(), z.unknown()).optional(),
};
const newInbox = z.strictObject({ channel: z.enum(CHANNELS), ...fields });
const changes = z.strictObject({
  ...fields,
  name: fields.name.optional(),
  state: z.enum(["active", "disabled"]).optional(),
});
const listQuery = z.strictObject({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT),
});

/** How many inboxes the workspace may have now; null without limit. */
async function allowedInboxes(env: Env, workspace: Workspace): Promise<number | null> {
  const plans = new Map((await listPlans(env)).map((plan) => [plan.name, plan]));
  return planInForce(plans, workspace, Date.now())?.maxInboxes ?? null;
}

export const inboxRoutes = newApp()
  .get("/workspaces/:workspace/inboxes", async (c) => {
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const page = await listInboxes(tenant, readQuery(c, listQuery));
    return c.json({ ...page, items: z.array(inboxOutput).parse(page.items) });
  })
  .post("/workspaces/:workspace/inboxes", async (c) => {
    const workspace = await workspaceOf(c);
    const wanted = await readBody(c, newInbox);
    const tenant = operatorTenant(c.env, workspace);
    await checkChatbot(tenant, wanted.chatbotId);
    const inbox = await createInbox(tenant, wanted, {
      atMost: await allowedInboxes(c.env, workspace),
    });
    await registerInboxKey(c.env.CONTROL, {
      publicKey: inbox.publicKey,
      workspaceId: workspace.id,
      inboxId: inbox.id,
    });
    return c.json(inboxOutput.parse(inbox), 201);
  })
  // What a site's server signs its users' ids with. Derived, so it is always the same, and stored nowhere.
  .get("/workspaces/:workspace/inboxes/:id/identity-secret", async (c) => {
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const { id, channel } = await getInbox(tenant, c.req.param("id"));
    if (channel !== "web")
      throw new Failure("invalid_input", "Only visitors of web inboxes are vouched for.");
    return c.json({ inboxId: id, secret: await identitySecret(c.env.PARLEY_SECRET, id) });
  })
  .patch("/workspaces/:workspace/inboxes/:id", async (c) => {
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const wanted = await readBody(c, changes);
    await checkChatbot(tenant, wanted.chatbotId);
    const inbox = await updateInbox(tenant, c.req.param("id"), wanted);
    const { workspaceId } = tenant;
    await tellInboxChanged(c.env, { workspaceId, inboxId: inbox.id }, c.get("requestId"));
    return c.json(inboxOutput.parse(inbox));
  });

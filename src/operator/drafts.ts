import { z } from "zod";
import {
  DRAFT_STATUSES,
  discardDraft,
  listDrafts,
  type Reviewer,
  sendDraft,
} from "../conversations/drafts.ts";
import { gateOf } from "../gate/gate.ts";
import { newApp } from "../http/app.ts";
import { notFound } from "../tenant/failure.ts";
import { MAX_LIMIT } from "../tenant/page.ts";
import { draftReplyOutput } from "./answers.ts";
import { type Exchange, operatorTenant, readBody, readQuery, workspaceOf } from "./exchange.ts";

const listQuery = z.strictObject({
  status: z.enum(DRAFT_STATUSES).optional(),
  conversation: z.string().optional(),
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_LIMIT).default(MAX_LIMIT),
});
const decision = z.strictObject({ memberId: z.string().optional() });

/** Drafts wait for a person: members send and discard them in the console, the operator here. */
export const draftRoutes = newApp()
  .get("/workspaces/:workspace/drafts", async (c) => {
    const { conversation: conversationId, ...query } = readQuery(c, listQuery);
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const page = await listDrafts(tenant, { ...query, conversationId });
    return c.json({ ...page, items: z.array(draftReplyOutput).parse(page.items) });
  })
  .post("/workspaces/:workspace/drafts/:id/send", async (c) => {
    const workspace = await workspaceOf(c);
    const tenant = operatorTenant(c.env, workspace);
    const sending = { tenant, env: c.env, requestId: c.get("requestId"), shard: workspace.shard };
    return c.json(draftReplyOutput.parse(await sendDraft(sending, c.req.param("id"), await reviewerOf(c))));
  })
  .post("/workspaces/:workspace/drafts/:id/discard", async (c) => {
    const tenant = operatorTenant(c.env, await workspaceOf(c));
    const draft = await discardDraft(tenant, c.req.param("id"), await reviewerOf(c));
    return c.json(draftReplyOutput.parse(draft));
  });

/** The member named, or else the operator in person. @throws Failure `not_found` for a member who is none */
async function reviewerOf(c: Exchange): Promise<Reviewer> {
  const { memberId } = await readBody(c, decision);
  if (memberId === undefined) return { id: "operator", name: "Operator" };
  const members = await gateOf(c.env, c.req.param("workspace") ?? "").listMembers();
  const member = members.find(({ id }) => id === memberId);
  if (!member) throw notFound("member", memberId);
  return { id: member.id, name: member.name };
}

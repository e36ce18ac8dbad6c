import { z } from "zod";
import { addMember, getWorkspace, roleSchema } from "../gate/workspaces.ts";
import { newApp } from "../http/app.ts";
import { createInvitation, listInvitations, revokeInvitation } from "../oauth/invitations.ts";
import { createPasswordLink } from "../oauth/passwords.ts";
import { removeFactor } from "../oauth/second-factor.ts";
import { createUser, newUserSchema } from "../oauth/users.ts";
import { notFound } from "../tenant/failure.ts";
import { randomText } from "../tenant/ids.ts";
import { invitationOutput, listedInvitationOutput, passwordLinkOutput } from "./answers.ts";
import { readBody, workspaceOf } from "./exchange.ts";

/** Characters of a password that we make up: 100 random bits, still typed by hand if need be. */
const MADE_PASSWORD_LENGTH = 20;

const newUser = z
  .strictObject({
    ...newUserSchema.shape,
    password: newUserSchema.shape.password.optional(),
    workspace: z.string().optional(),
    role: roleSchema.optional(),
  })
  .refine(({ workspace, role }) => (workspace === undefined) === (role === undefined), {
    error: "workspace and role go together",
  });
const newInvitation = z.strictObject({ email: z.string(), role: roleSchema });

export const userRoutes = newApp()
  .post("/users", async (c) => {
    const {
      workspace,
      role,
      password = randomText(MADE_PASSWORD_LENGTH),
      ...person
    } = await readBody(c, newUser);
    // Looked up first: a user without the membership that was asked for would be half a job.
    if (workspace !== undefined) await getWorkspace(c.env, workspace);
    const user = await createUser(c.env, { ...person, password });
    const member =
      workspace !== undefined && role !== undefined
        ? await addMember(c.env, workspace, { userId: user.id, name: user.name, email: user.email, role })
        : null;
    return c.json({ ...user, password, memberId: member?.id ?? null }, 201);
  })
  .post("/users/password-reset", async (c) => {
    const { email } = await readBody(c, z.strictObject({ email: z.string() }));
    return c.json(passwordLinkOutput.parse(await createPasswordLink(c.env, email)), 201);
  })
  .post("/users/second-factor-end", async (c) => {
    const { email } = await readBody(c, z.strictObject({ email: z.string() }));
    return c.json(await removeFactor(c.env, email));
  })
  .get("/workspaces/:workspace/invitations", async (c) => {
    const { id } = await workspaceOf(c);
    return c.json({ items: z.array(listedInvitationOutput).parse(await listInvitations(c.env, id)) });
  })
  .post("/workspaces/:workspace/invitations/:id/revoke", async (c) => {
    const { id } = await workspaceOf(c);
    const revoked = await revokeInvitation(c.env, id, c.req.param("id"));
    if (!revoked) throw notFound("invitation", c.req.param("id"));
    return c.json(listedInvitationOutput.parse(revoked));
  })
  .post("/workspaces/:workspace/invitations", async (c) => {
    const { id } = await workspaceOf(c);
    const wanted = await readBody(c, newInvitation);
    const invitation = await createInvitation(c.env, { ...wanted, workspaceId: id });
    return c.json(invitationOutput.parse(invitation), 201);
  });

import { ROLES, type Role } from "../control/scopes.ts";
import { gateOf } from "../gate/gate.ts";
import { createInvitation, listInvitations, revokeInvitation } from "../oauth/invitations.ts";
import { Failure, notFound } from "../tenant/failure.ts";
import { Action, Choice, Press, Problem, type Refused, Text, typed } from "./forms.tsx";
import { Time } from "./layout.tsx";
import type { Page } from "./page.ts";
import { administrationOf, may, tenantOfVisit, type Visit } from "./visit.ts";

/** Roles that members give: owners are made by the operator alone. */
const GIVEN = ROLES.filter((role) => role !== "owner");

function givenRole(form: URLSearchParams): Role {
  const role = GIVEN.find((one) => one === form.get("role"));
  if (!role) throw new Failure("not_allowed", "A member is made an admin, an agent or an analyst.");
  return role;
}

/**
 * The member that a form names, if the visitor may change them. Owners are changed by the operator alone, and nobody
 * changes themselves: a workspace must not be left without somebody who runs it.
 */
async function changeable({ env, workspace, principal }: Visit, form: URLSearchParams) {
  const id = form.get("member") ?? "";
  const member = (await gateOf(env, workspace.id).listMembers()).find((one) => one.id === id);
  if (!member) throw notFound("member", id);
  if (member.role === "owner") throw new Failure("not_allowed", "Owners are changed by the operator alone.");
  if (member.id === principal.member.id) throw new Failure("not_allowed", "Somebody else has to change you.");
  return member;
}

/** `/settings/members`: who is here, and who is invited. */
export const membersPage: Page = {
  path: "/settings/members",
  needs: "workspace:read",
  async show(visit, refused) {
    const { words, env, workspace, principal } = visit;
    const manages = may(visit, "manage");
    const [members, invitations] = await Promise.all([
      gateOf(env, workspace.id).listMembers(),
      manages ? listInvitations(env, workspace.id) : [],
    ]);
    const open = invitations.filter(({ state }) => state === "open");
    const t = words.members;
    return {
      title: words.nav.members,
      at: "/settings/members",
      body: (
        <>
          <Problem refused={refused} of="role" />
          <Problem refused={refused} of="remove" />
          <ul class="rows">
            {members.map((member) => (
              <li>
                <strong class="main">{member.name}</strong>
                <span class="tag">{words.roles[member.role]}</span>
                <span class="when">
                  {t.since} <Time visit={visit} at={member.createdAt} />
                </span>
                {manages && <span class="preview">{member.email}</span>}
                {manages && member.role !== "owner" && member.id !== principal.member.id && (
                  <details>
                    <summary aria-label={t.changeOf(member.name)}>{t.change}</summary>
                    <Action name="role" class="row">
                      <input type="hidden" name="member" value={member.id} />
                      <RoleChoice visit={visit} of={member.id} chosen={member.role} />
                      <button type="submit" class="quiet">
                        {words.save}
                      </button>
                    </Action>
                    <Press name="remove" label={t.remove} values={{ member: member.id }} danger />
                  </details>
                )}
              </li>
            ))}
          </ul>
          {manages && <Invite visit={visit} refused={refused} />}
          {open.length > 0 && (
            <>
              <h2>{t.invited}</h2>
              <ul class="rows">
                {open.map(({ id, email, role, expiresAt }) => (
                  <li>
                    <strong class="main">{email}</strong>
                    <span class="tag">{words.roles[role]}</span>
                    <span class="when">
                      {words.until} <Time visit={visit} at={expiresAt} />
                    </span>
                    <Press name="withdraw" label={t.withdraw} values={{ invitation: id }} />
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      ),
    };
  },
  actions: {
    invite: {
      needs: "manage",
      async take(visit, form) {
        const { env, workspace, words } = visit;
        const email = form.get("email") ?? "";
        const { url } = await createInvitation(env, {
          workspaceId: workspace.id,
          email,
          role: givenRole(form),
          by: tenantOfVisit(visit).actor,
        });
        return {
          title: words.members.linkTitle,
          at: "/settings/members",
          body: (
            <>
              <p>{words.members.link(email)}</p>
              <p class="secret">
                <code data-copyable>{url}</code>
              </p>
            </>
          ),
        };
      },
    },
    withdraw: {
      needs: "manage",
      async take(visit, form) {
        const id = form.get("invitation") ?? "";
        const { actor } = tenantOfVisit(visit);
        if (!(await revokeInvitation(visit.env, visit.workspace.id, id, actor)))
          throw notFound("invitation", id);
        return { to: "/settings/members", done: "withdrawn" };
      },
    },
    role: {
      needs: "manage",
      async take(visit, form) {
        const role = givenRole(form);
        const { id } = await changeable(visit, form);
        await administrationOf(visit).setRole(id, role);
        return { to: "/settings/members", done: "saved" };
      },
    },
    remove: {
      needs: "manage",
      async take(visit, form) {
        const { id } = await changeable(visit, form);
        await administrationOf(visit).removeMember(id);
        return { to: "/settings/members", done: "removed" };
      },
    },
  },
};

function Invite({ visit, refused }: { visit: Visit; refused: Refused | null }) {
  const { words } = visit;
  return (
    <>
      <h2>{words.members.invite}</h2>
      <Problem refused={refused} of="invite" />
      <Action name="invite" class="row">
        <Text
          name="email"
          type="email"
          label={words.email}
          value={typed(refused, "email")}
          required
          maxLength={254}
        />
        <RoleChoice visit={visit} of="new" chosen={typed(refused, "role", "agent")} />
        <button type="submit">{words.members.makeLink}</button>
      </Action>
    </>
  );
}

function RoleChoice({ visit, of, chosen }: { visit: Visit; of: string; chosen: string }) {
  const { words } = visit;
  const options = GIVEN.map((role) => [role, words.roles[role]] as const);
  return (
    <Choice id={`role-${of}`} name="role" label={words.members.role} chosen={chosen} options={options} />
  );
}

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { grants, settings } from "../../src/control/schema.ts";
import { invitations, signInSessions } from "../../src/control/sign-in-schema.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { addMember, createWorkspace } from "../../src/gate/workspaces.ts";
import { createInvitation } from "../../src/oauth/invitations.ts";
import { purgeOAuth } from "../../src/oauth/purge.ts";
import { createUser, userByEmail } from "../../src/oauth/users.ts";
import { newId, randomText } from "../../src/tenant/ids.ts";
import {
  admitGrant,
  authorizeUrl,
  Browser,
  codeOf,
  connect,
  formsOf,
  makeWorld,
  ORIGIN,
  PASSWORD,
  REDIRECT,
  tokenRequest,
  VERIFIER,
} from "./oauth-world.ts";

const DAY = 24 * 60 * 60_000;
const control = () => drizzle(env.CONTROL, { casing: "snake_case" });

async function invited(role: "admin" | "agent" = "agent") {
  const workspace = await createWorkspace(env, { name: `Team ${randomText(4)}` });
  const email = `${randomText(8)}@example.com`;
  const invitation = await createInvitation(env, {
    workspaceId: workspace.id,
    email: email.toUpperCase(),
    role,
  });
  return { workspace, email, ...invitation };
}

async function membersOf(workspaceId: string) {
  return (await gateOf(env, workspaceId).listMembers()).map(({ email, role }) => ({ email, role }));
}

const person = { name: "Grace", password: PASSWORD };

describe("an invitation", () => {
  it("makes a new person a member, signed in, once", async () => {
    const { workspace, email, url } = await invited();
    expect(url).toMatch(new RegExp(`^${ORIGIN}/invitations/[0-9a-z]{52}$`));
    const browser = new Browser();
    const page = await browser.open(url);
    expect(page.headers.get("referrer-policy")).toBe("same-origin");
    const html = await page.text();
    expect(html).toContain(workspace.name);
    expect(html).toContain("an agent");
    const [form] = await formsOf(html);
    expect(form?.action).toBe(new URL(url).pathname);

    const welcome = await browser.post(url, person);
    expect(await welcome.text()).toContain("You are a member now");
    expect(await membersOf(workspace.id)).toEqual([{ email, role: "agent" }]);
    expect(await (await browser.open("/sign-in")).text()).toContain(`As Grace (${email})`);

    expect((await browser.open(url)).status).toBe(404);
    expect((await new Browser().post(url, person)).status).toBe(404);
  });

  it("stores no token", async () => {
    const { id, url } = await invited();
    const [row] = await control().select().from(invitations).where(eq(invitations.id, id));
    expect(JSON.stringify(row)).not.toContain(url.slice(url.lastIndexOf("/") + 1));
    expect(row?.expiresAt).toBeGreaterThan(Date.now() + 6.9 * DAY);
  });

  it("asks again for a password that is too short, and keeps the name", async () => {
    const { url, email } = await invited();
    const browser = new Browser();
    const again = await browser.post(url, { name: "Grace <b>", password: "short" });
    expect(again.status).toBe(422);
    const html = await again.text();
    expect(html).toContain("at least 10 characters");
    expect(html).toContain("Grace &lt;b&gt;");
    expect(await userByEmail(env, email)).toBeNull();
    expect((await browser.post(url, person)).status).toBe(200);
  });

  it("lets somebody join who has an account, after signing in", async () => {
    const { workspace, email, url } = await invited("admin");
    await createUser(env, { email, ...person });
    const browser = new Browser();
    const html = await (await browser.open(url)).text();
    expect(html).toContain("You have an account here already");
    expect(html).not.toContain("new-password");
    // The form for new people cannot take over the account.
    expect((await browser.post(url, { name: "Mallory", password: "another password" })).status).toBe(200);
    expect(await membersOf(workspace.id)).toEqual([]);

    const back = await browser.signIn(email, new URL(url).pathname);
    expect(await back.text()).toContain("Join");
    expect((await browser.post(url, {})).status).toBe(200);
    expect(await membersOf(workspace.id)).toEqual([{ email, role: "admin" }]);
  });

  it("is for one person alone", async () => {
    const { workspace, url } = await invited();
    const other = await makeWorld();
    const browser = new Browser();
    await browser.signIn(other.user.email);
    expect(await (await browser.open(url)).text()).toContain("for somebody else");
    expect((await browser.post(url, {})).status).toBe(403);
    expect(await membersOf(workspace.id)).toEqual([]);
  });

  it("is used by one of two at once", async () => {
    const { workspace, email, url } = await invited();
    await createUser(env, { email, ...person });
    const browsers = [new Browser(), new Browser()];
    for (const browser of browsers) await browser.signIn(email);
    const answers = await Promise.all(browsers.map((browser) => browser.post(url, {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    expect(await membersOf(workspace.id)).toHaveLength(1);
  });

  it("expires, and takes no form of another site", async () => {
    const { id, url } = await invited();
    const browser = new Browser();
    expect((await browser.post(url, person, { origin: "https://evil.example" })).status).toBe(403);
    await control()
      .update(invitations)
      .set({ expiresAt: Date.now() - 1 })
      .where(eq(invitations.id, id));
    expect((await browser.open(url)).status).toBe(404);
    expect((await browser.post(url, person)).status).toBe(404);
    const workspace = await createWorkspace(env, { name: "Team" });
    const late = { workspaceId: workspace.id, email: "a@example.com", role: "agent" as const };
    await expect(createInvitation(env, { ...late, expiresAt: Date.now() + 8 * DAY })).rejects.toThrow(
      /7 days/,
    );
    await expect(createInvitation(env, { ...late, workspaceId: "ws_unknown" })).rejects.toThrow(
      /No workspace/,
    );
  });
});

describe("somebody who was removed or demoted", () => {
  /** A member of a workspace, with everything they could have kept: a browser signed in, links, a connected client. */
  async function memberWithLeftovers() {
    const world = await makeWorld("owner");
    const { workspace, user } = world;
    // Links from before they were a member, put back as they were: nobody makes them for a member.
    const link = async (role: "owner" | "agent") => {
      const gate = gateOf(env, workspace.id);
      await gate.removeMember(world.memberId);
      const made = await createInvitation(env, { workspaceId: workspace.id, email: user.email, role });
      const { id: userId, name, email } = user;
      await addMember(env, workspace.id, { userId, name, email, role: "owner" });
      return made;
    };
    const browser = new Browser();
    await browser.signIn(user.email);
    return { world, browser, link, gate: gateOf(env, workspace.id) };
  }

  it("is not brought back, nor raised again, by a link that was left over", async () => {
    const { world, browser, link, gate } = await memberWithLeftovers();
    const before = await link("owner");
    await gate.setMemberRole(world.memberId, "analyst");
    expect((await browser.post(before.url, {})).status).toBe(404);
    expect(await membersOf(world.workspace.id)).toEqual([{ email: world.user.email, role: "analyst" }]);

    const again = await link("owner");
    await gate.removeMember(world.memberId);
    expect((await browser.post(again.url, {})).status).toBe(404);
    expect(await membersOf(world.workspace.id)).toEqual([]);
  });

  it("keeps the role they have when a link is taken by a member", async () => {
    const { world, browser, link } = await memberWithLeftovers();
    const { url } = await link("agent");
    expect((await browser.post(url, {})).status).toBe(200);
    expect(await membersOf(world.workspace.id)).toEqual([{ email: world.user.email, role: "owner" }]);
  });

  it("has nothing else that lets them in: client, refresh token, code, open consent page", async () => {
    const { world, browser, gate } = await memberWithLeftovers();
    const tokens = await connect(world);
    const consent = async () => {
      const [form] = await formsOf(await (await browser.open(await authorizeUrl(world.clientId))).text());
      if (!form) throw new Error("no form");
      form.fields.set("decision", "allow");
      return form;
    };
    const first = await consent();
    const code = codeOf(await browser.post(first.action, first.fields));
    const open = await consent();
    await gate.removeMember(world.memberId);
    const returned = async () => {
      const common = { client_id: world.clientId };
      const redeemed = await tokenRequest({
        ...common,
        grant_type: "authorization_code",
        code,
        redirect_uri: REDIRECT,
        code_verifier: VERIFIER,
      });
      const refreshed = await tokenRequest({
        ...common,
        grant_type: "refresh_token",
        refresh_token: tokens.refresh_token,
      });
      const rows = await control().select().from(grants).where(eq(grants.userId, world.user.id));
      const admitted = await Promise.all(rows.map(({ id }) => admitGrant(world.workspace.id, id)));
      return [redeemed.ok, refreshed.ok, ...admitted.map((admission) => admission.admitted)];
    };
    expect(await returned()).not.toContain(true);
    expect((await browser.post(open.action, open.fields)).status).toBe(403);
    // Not even when they are brought back one day.
    const { id: userId, name, email } = world.user;
    await addMember(env, world.workspace.id, { userId, name, email, role: "agent" });
    expect(await returned()).not.toContain(true);
  });

  it("is no concern of another workspace's operator", async () => {
    const [mine, theirs] = [await makeWorld(), await makeWorld()];
    await connect(theirs);
    expect(await gateOf(env, mine.workspace.id).removeMember(theirs.memberId)).toBeNull();
    expect(await gateOf(env, mine.workspace.id).setMemberRole(theirs.memberId, "analyst")).toBeNull();
    const rows = await control().select().from(grants).where(eq(grants.userId, theirs.user.id));
    expect(rows.map(({ revokedAt }) => revokedAt)).toEqual([null]);
    expect(await membersOf(theirs.workspace.id)).toHaveLength(1);
  });

  it("cannot join while the workspace is suspended, and can afterwards", async () => {
    const { workspace, email, url } = await invited();
    const gate = gateOf(env, workspace.id);
    await gate.updateWorkspace({ suspendedAt: Date.now() });
    const browser = new Browser();
    expect((await browser.open(url)).status).toBe(403);
    expect((await browser.post(url, person)).status).toBe(403);
    expect(await userByEmail(env, email)).toBeNull();
    const user = await createUser(env, { email, ...person });
    const joined = { id: newId("member"), userId: user.id, name: user.name, email };
    const [row] = await control().select().from(invitations).where(eq(invitations.email, email));
    expect(await gate.join(row?.id ?? "", joined)).toBeNull();
    await gate.updateWorkspace({ suspendedAt: null });
    expect(await gate.join(row?.id ?? "", joined)).toMatchObject({ role: "agent" });
  });

  it("is told to be changed, not invited, while they are a member", async () => {
    const world = await makeWorld();
    const again = { workspaceId: world.workspace.id, email: world.user.email, role: "owner" as const };
    await expect(createInvitation(env, again)).rejects.toThrow(/is a member already/);
  });
});

describe("housekeeping", () => {
  it("ends grants that the library no longer knows, and forgets expired sign-ins and old invitations", async () => {
    const world = await makeWorld();
    await connect(world);
    await connect(world);
    const old = Date.now() - 2 * DAY;
    const [live, lapsed] = await control().select().from(grants).where(eq(grants.userId, world.user.id));
    await control().update(grants).set({ createdAt: old }).where(eq(grants.userId, world.user.id));
    // What the library's own expiry does after 30 idle days.
    const subject = `${world.user.id}.${world.workspace.id}`;
    for (const { name } of (await env.OAUTH_KV.list({ prefix: `grant:${subject}:` })).keys) {
      const record = await env.OAUTH_KV.get<{ metadata: { grantId: string } }>(name, { type: "json" });
      if (record?.metadata.grantId === lapsed?.id) await env.OAUTH_KV.delete(name);
    }
    const invitation = await invited();
    await control()
      .update(invitations)
      .set({ expiresAt: Date.now() - 31 * DAY })
      .where(eq(invitations.id, invitation.id));
    await control()
      .update(signInSessions)
      .set({ expiresAt: new Date(old) })
      .where(eq(signInSessions.userId, world.user.id));

    await purgeOAuth(env);

    const rows = await control().select().from(grants).where(eq(grants.userId, world.user.id));
    expect(rows.find(({ id }) => id === live?.id)?.revokedAt).toBeNull();
    expect(rows.find(({ id }) => id === lapsed?.id)?.revokedAt).not.toBeNull();
    expect(await control().select().from(invitations).where(eq(invitations.id, invitation.id))).toEqual([]);
    expect(
      await control().select().from(signInSessions).where(eq(signInSessions.userId, world.user.id)),
    ).toEqual([]);
  });

  it("goes on where it stopped", async () => {
    // More grants of the library than one run looks at.
    const world = await makeWorld();
    const writes = Array.from({ length: 120 }, (_, i) =>
      env.OAUTH_KV.put(
        `grant:somebody:${String(i).padStart(3, "0")}`,
        JSON.stringify({
          id: String(i),
          clientId: world.clientId,
          userId: "somebody",
          scope: [],
          createdAt: 1,
        }),
      ),
    );
    await Promise.all(writes);
    const cursor = async () => {
      const [row] = await control().select().from(settings);
      return JSON.parse(row?.purgeCursor ?? "{}").library;
    };
    await control().update(settings).set({ purgeCursor: null });
    await purgeOAuth(env);
    expect(await cursor()).toBeTypeOf("string");
    for (let runs = 0; (await cursor()) !== undefined; runs++) {
      expect(runs).toBeLessThan(10);
      await purgeOAuth(env);
    }
  });
});

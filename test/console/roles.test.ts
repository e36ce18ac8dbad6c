import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { addMember, createWorkspace, type Workspace } from "../../src/gate/workspaces.ts";
import type { User } from "../../src/oauth/users.ts";
import { type Browser, connect as connectApp, makeWorld } from "../oauth/oauth-world.ts";
import { person } from "./setting.ts";

let workspace: Workspace;
let owner: { user: User; browser: Browser; memberId: string };
let admin: typeof owner;
let agent: typeof owner;
let members: string;

async function member(name: string, role: "owner" | "admin" | "agent") {
  const { user, browser } = await person(name);
  const { id } = await addMember(env, workspace.id, { ...user, userId: user.id, role });
  return { user, browser, memberId: id };
}

beforeAll(async () => {
  workspace = await createWorkspace(env, { name: "Shop", plan: "enterprise" });
  [owner, admin, agent] = await Promise.all([
    member("Olga", "owner"),
    member("Adam", "admin"),
    member("Agnes", "agent"),
  ]);
  members = `/w/${workspace.id}/settings/members`;
});

const roleOf = async (id: string) =>
  (await gateOf(env, workspace.id).listMembers()).find((one) => one.id === id)?.role;

it("lets nobody make an owner, change one, or change themselves", async () => {
  const refused: Record<string, string>[] = [
    { do: "role", member: agent.memberId, role: "owner" },
    { do: "role", member: owner.memberId, role: "agent" },
    { do: "role", member: admin.memberId, role: "agent" },
    { do: "remove", member: owner.memberId },
    { do: "remove", member: admin.memberId },
    { do: "invite", email: "new@example.com", role: "owner" },
  ];
  for (const fields of refused) {
    const answer = await admin.browser.post(members, fields);
    expect([fields, answer.status]).toEqual([fields, 403]);
  }
  expect(await Promise.all([owner, admin, agent].map(({ memberId }) => roleOf(memberId)))).toEqual([
    "owner",
    "admin",
    "agent",
  ]);
});

it("makes an invitation that works, once, and keeps what was typed when it refuses one", async () => {
  const wrong = await admin.browser.post(members, { do: "invite", email: "no address", role: "agent" });
  const page = await wrong.text();
  expect([wrong.status, page.includes('value="no address"'), page.includes('role="alert"')]).toEqual([
    400,
    true,
    true,
  ]);
  const invited = await person("Nina");
  const made = await admin.browser.post(members, {
    do: "invite",
    email: invited.user.email,
    role: "analyst",
  });
  const [link = ""] = /http:\/\/\S+\/invitations\/[0-9a-z]+/.exec(await made.text()) ?? [];
  await invited.browser.post(link, {});
  expect((await invited.browser.open("/w")).status).toBe(200);
  expect(new URL(invited.browser.url).pathname).toBe(`/w/${workspace.id}/inbox`);
});

it("puts a member out with the next click, and what they let in with them", async () => {
  const leaver = await member("Lea", "agent");
  const inbox = `/w/${workspace.id}/inbox`;
  expect((await leaver.browser.send(inbox)).status).toBe(200);
  await admin.browser.post(members, { do: "role", member: leaver.memberId, role: "analyst" });
  const reply = await leaver.browser.send(`/w/${workspace.id}/settings/mcp`);
  expect(await reply.text()).not.toContain("Switch it off");
  await admin.browser.post(members, { do: "remove", member: leaver.memberId });
  expect((await leaver.browser.send(inbox)).status).toBe(404);
});

it("shows each member the apps that they let in, and ends those alone", async () => {
  const world = await makeWorld("agent", "Own Client");
  await connectApp(world);
  const apps = `/w/${world.workspace.id}/settings/apps`;
  const other = await person("Other");
  await addMember(env, world.workspace.id, { ...other.user, userId: other.user.id, role: "agent" });
  const [grant] = await gateOf(env, world.workspace.id).listGrants();
  expect(await (await other.browser.open(apps)).text()).not.toContain("Own Client");
  expect((await other.browser.post(apps, { do: "revoke", grant: grant?.id ?? "" })).status).toBe(404);
  const mine = await person("Boss");
  await addMember(env, world.workspace.id, { ...mine.user, userId: mine.user.id, role: "admin" });
  expect(await (await mine.browser.open(apps)).text()).toContain("Own Client");
  await mine.browser.post(apps, { do: "revoke", grant: grant?.id ?? "" });
  expect((await gateOf(env, world.workspace.id).listGrants())[0]?.revokedAt).not.toBeNull();
});

it("gives a bot token no scope above a bot's, whatever the form says", async () => {
  const tokens = `/w/${workspace.id}/settings/tokens`;
  const fields = new URLSearchParams({
    do: "make",
    name: "Bot",
    kind: "bot",
    preset: "choose",
    inboxes: "all",
  });
  fields.append("scope", "webhooks:write");
  fields.append("scope", "conversations:read");
  const answer = await admin.browser.post(tokens, fields);
  const page = await answer.text();
  expect([answer.status, page.includes("cannot hold webhooks:write"), page.includes('value="Bot"')]).toEqual([
    403,
    true,
    true,
  ]);
  const unticked = await admin.browser.post(tokens, {
    do: "make",
    name: "Bot",
    preset: "choose",
    inboxes: "picked",
  });
  expect(unticked.status).toBe(400);
});

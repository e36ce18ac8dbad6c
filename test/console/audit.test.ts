import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { gateOf } from "../../src/gate/gate.ts";
import { readNewest } from "../../src/workspace/events.ts";
import { wholeTenant } from "../growing/world.ts";
import { formsOf } from "../oauth/oauth-world.ts";
import { operate } from "../operator/operate.ts";
import { person, type Staffed, staffed } from "./setting.ts";

let here: Staffed;

beforeAll(async () => {
  here = await staffed("audit");
}, 300_000);

const newest = async () => {
  const page = await readNewest(wholeTenant(here.world.workspace), { limit: 1 });
  const [event] = page.items;
  return event && { type: event.type, subject: event.subjectId, actor: event.actorId, data: event.data };
};

const post = async (path: string, fields: Record<string, string>) => {
  const answer = await here.browsers.admin.post(here.base + path, fields);
  expect(answer.status).toBe(200);
  return answer.text();
};

it("tells who changed members, roles and invitations, from what to what", async () => {
  const { agent, admin } = here.memberIds;
  const by = { type: "member.updated", actor: admin };
  await post("/settings/members", { do: "role", member: agent, role: "analyst" });
  const role = { change: "role", from: "agent", to: "analyst" };
  expect(await newest()).toEqual({ ...by, subject: agent, data: role });
  const shown = await (
    await here.browsers.owner.open(`${here.base}/settings/events?topic=administration`)
  ).text();
  expect(shown).toContain("Role: Agent → Analyst");
  expect(shown).toContain("admin audit");
  await post("/settings/members", { do: "role", member: agent, role: "agent" });
  await post("/settings/members", { do: "invite", email: "new@example.com", role: "agent" });
  const invited = await newest();
  expect(invited).toMatchObject({ ...by, data: { change: "invited", to: "agent" } });
  // The address is the person's: the feed holds none.
  expect(JSON.stringify(invited)).not.toContain("new@example.com");
  await post("/settings/members", { do: "withdraw", invitation: invited?.subject ?? "" });
  expect(await newest()).toMatchObject({ ...by, subject: invited?.subject, data: { change: "withdrawn" } });
  const before = await newest();
  await post("/settings/members", { do: "withdraw", invitation: invited?.subject ?? "" });
  expect(await newest()).toEqual(before);
});

it("tells of tokens made and ended, and nothing of one that was over", async () => {
  const page = await (await here.browsers.admin.open(`${here.base}/settings/tokens`)).text();
  const making = (await formsOf(page)).find(({ fields }) => fields.get("do") === "make");
  making?.fields.set("name", "Audited");
  await here.browsers.admin.post(`${here.base}/settings/tokens`, making?.fields ?? {});
  const made = await newest();
  expect(made).toMatchObject({
    type: "credential.updated",
    actor: here.memberIds.admin,
    data: { kind: "bot", change: "made" },
  });
  const at = `/settings/tokens/${made?.subject}`;
  await post(at, { do: "revoke" });
  const ended = await newest();
  expect(ended).toMatchObject({ subject: made?.subject, data: { kind: "token", change: "ended" } });
  await post("/settings/mcp", { do: "off" });
  await post(at, { do: "revoke" });
  expect((await newest())?.data).toEqual({ changes: { mcpEnabled: { from: true, to: false } } });
  await post("/settings/mcp", { do: "on" });
});

it("tells what of the workspace's settings changed, and nothing where nothing did", async () => {
  const { name } = here.world.workspace;
  const same = { do: "save", name, timeZone: here.world.workspace.timeZone };
  const before = await newest();
  await post("/settings/workspace", same);
  expect(await newest()).toEqual(before);
  await post("/settings/workspace", { ...same, timeZone: "America/Sao_Paulo", confirmSends: "yes" });
  expect((await newest())?.data).toEqual({
    changes: {
      timeZone: { from: here.world.workspace.timeZone, to: "America/Sao_Paulo" },
      confirmSends: { from: false, to: true },
    },
  });
});

it("tells what the operator changed, as the operator", async () => {
  const workspace = here.world.workspace.id;
  await operate("PATCH", `/workspaces/${workspace}`, { plan: "starter" }).catch(() => null);
  const { user } = await person("Soon gone");
  const { id } = await gateOf(env, workspace).putMember({
    ...user,
    userId: user.id,
    id: "mb_gone",
    role: "agent",
  });
  await operate("DELETE", `/workspaces/${workspace}/members/${id}`);
  expect(await newest()).toEqual({
    type: "member.updated",
    subject: id,
    actor: "operator",
    data: { change: "removed", from: "agent" },
  });
});

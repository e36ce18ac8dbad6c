import { describe, expect, it } from "vitest";
import { operate, operateList, refusal } from "./operate.ts";

async function workspace(fields: Record<string, unknown> = {}) {
  const made = await operate("POST", "/workspaces", { name: "Acme", plan: "enterprise", ...fields });
  return { ...made, path: `/workspaces/${made.id}`, id: String(made.id) };
}

describe("people", () => {
  it("are made with a password, as members or not, once per address", async () => {
    const { path, id } = await workspace();
    const email = `ada@${id.replace("_", "")}.example`;
    const user = await operate("POST", "/users", { email, name: "Ada", workspace: id, role: "owner" });
    expect(String(user.password)).toHaveLength(20);
    const [member] = await operateList(`${path}/members`);
    expect(member).toMatchObject({ id: user.memberId, name: "Ada", email, role: "owner" });
    expect(await refusal("POST", "/users", { email, name: "Ada" })).toMatchObject({
      status: 409,
      code: "duplicate",
    });
    expect(await refusal("POST", "/users", { email: `b${email}`, name: "B", role: "owner" })).toMatchObject({
      status: 400,
    });
    expect(
      await refusal("POST", "/users", { email: `c${email}`, name: "C", workspace: "ws_none", role: "owner" }),
    ).toMatchObject({ status: 404 });

    expect(await operate("PATCH", `${path}/members/${user.memberId}`, { role: "agent" })).toMatchObject({
      role: "agent",
    });
    await operate("DELETE", `${path}/members/${user.memberId}`);
    expect(await operateList(`${path}/members`)).toEqual([]);
    expect(await refusal("DELETE", `${path}/members/${user.memberId}`)).toMatchObject({ status: 404 });
  });

  it("are invited by a link", async () => {
    const { path } = await workspace();
    const invited = await operate("POST", `${path}/invitations`, { email: "bo@example.com", role: "agent" });
    expect(invited.url).toMatch(/^http:\/\/localhost:8787\/invitations\/[0-9a-z]{52}$/);
  });

  it("have invitations that are listed without their links, and end when the operator says so", async () => {
    const { path } = await workspace();
    const other = await workspace();
    const invite = (email: string) => operate("POST", `${path}/invitations`, { email, role: "agent" });
    const first = await invite("bo@example.com");
    const second = await invite("bo@example.com");
    await invite("cy@example.com");
    const rows = await operateList(`${path}/invitations`);
    expect(rows.map(({ email, state }) => [email, state])).toEqual([
      ["cy@example.com", "open"],
      ["bo@example.com", "open"],
      // A newer one takes its place.
      ["bo@example.com", "revoked"],
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/tokenHash|invitations\//);
    expect(await refusal("POST", `${other.path}/invitations/${second.id}/revoke`)).toMatchObject({
      status: 404,
    });
    expect(await operate("POST", `${path}/invitations/${second.id}/revoke`)).toMatchObject({
      state: "revoked",
    });
    expect(await operate("POST", `${path}/invitations/${first.id}/revoke`)).toMatchObject({
      state: "revoked",
    });
    expect(await refusal("POST", `${path}/invitations/inv_none/revoke`)).toMatchObject({ status: 404 });
  });
});

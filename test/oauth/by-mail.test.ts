import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { workspaces } from "../../src/control/schema.ts";
import { createWorkspace, workspacesOfUser } from "../../src/gate/workspaces.ts";
import { userByEmail } from "../../src/oauth/users.ts";
import { newId, randomText } from "../../src/tenant/ids.ts";
import { MailAccount } from "../mail/account.ts";
import { Browser, makeWorld, ORIGIN, PASSWORD, serve } from "./oauth-world.ts";

/** A deployment that sends mail. */
function mailing(more: Partial<Env> = {}) {
  const account = new MailAccount();
  const configuration = { RESEND_API_KEY: account.key, MAIL_FROM: "Parley <p@shop.example>", ...more };
  return {
    /** One request from an address of its own. */
    async send(path: string, fields?: Record<string, string>, address = randomText(8)) {
      const headers = { origin: ORIGIN, "cf-connecting-ip": address };
      const form = fields && { method: "POST", body: new URLSearchParams(fields) };
      return serve(
        new Request(new URL(path, ORIGIN), { ...form, headers, redirect: "manual" }),
        configuration,
      );
    },
    mails: () => account.mails(),
    async links() {
      return (await account.mails()).map(({ text }) => /https?:\S+/.exec(text ?? "")?.[0] ?? "");
    },
  };
}

describe("a password that was forgotten", () => {
  it("is set anew by a link in a mail, and the page says nothing of who has an account", async () => {
    const here = mailing();
    const { user } = await makeWorld();
    expect(await (await here.send("/sign-in")).text()).toContain("Password forgotten?");
    const asked = await here.send("/sign-in/forgotten", { email: ` ${user.email.toUpperCase()}` });
    const stranger = await here.send("/sign-in/forgotten", { email: "nobody@example.com" });
    expect([asked.status, await asked.text()]).toEqual([stranger.status, await stranger.text()]);
    const [mail, ...more] = await here.mails();
    expect([mail?.to?.[0]?.address, more]).toEqual([user.email, []]);
    const [link = ""] = await here.links();
    await new Browser().post(link, { password: "another battery staple" });
    const signIn = { email: user.email, password: "another battery staple", return_to: "/w" };
    expect((await here.send("/sign-in", signIn)).status).toBe(303);
  });

  it("sends one mail in five minutes, and the link in it goes on working", async () => {
    const here = mailing();
    const { user } = await makeWorld();
    for (let turn = 0; turn < 3; turn++) await here.send("/sign-in/forgotten", { email: user.email });
    const [link = "", ...more] = await here.links();
    expect(more).toEqual([]);
    expect((await here.send(link)).status).toBe(200);
  });

  it("is the operator's to help with where no mail is sent", async () => {
    const answer = await serve(new Request(`${ORIGIN}/sign-in/forgotten`));
    expect(answer.status).toBe(404);
    expect(await (await serve(new Request(`${ORIGIN}/sign-in`))).text()).not.toContain("/sign-in/forgotten");
  });
});

describe("signing up", () => {
  const made = { name: "Ada", workspace: "Ada's shop", timeZone: "Europe/Berlin", password: PASSWORD };

  it("is off unless it is configured, and mail is", async () => {
    const off = [mailing(), mailing({ SIGN_UP: "yes" }), mailing({ SIGN_UP: "trial", MAIL_FROM: "" })];
    for (const here of off) {
      for (const fields of [undefined, { email: "ann@example.com" }])
        expect((await here.send("/sign-up", fields)).status).toBe(404);
      expect(await (await here.send("/sign-in")).text()).not.toContain("/sign-up");
      expect(await here.mails()).toEqual([]);
    }
  });

  it("makes a person whose mail proved the address the owner of a workspace on trial, once", async () => {
    const here = mailing({ SIGN_UP: "trial" });
    const email = `${randomText(8)}@example.com`;
    await here.send("/sign-up", { email });
    await here.send("/sign-up", { email });
    const [link = "", ...more] = await here.links();
    expect(more).toEqual([]);
    const refused = await here.send(link, { ...made, password: "short" });
    expect([refused.status, (await refused.text()).includes("Ada&#39;s shop")]).toEqual([422, true]);
    const both = await Promise.all([1, 2].map(() => here.send(link, made)));
    expect(both.map(({ status }) => status).toSorted()).toEqual([303, 404]);
    const user = await userByEmail(env, email);
    const [only, ...others] = await workspacesOfUser(env, user?.id ?? "");
    expect(others).toEqual([]);
    expect(only).toMatchObject({
      role: "owner",
      workspace: { name: "Ada's shop", plan: "trial", timeZone: "Europe/Berlin" },
    });
    const days = ((only?.workspace.trialEndsAt ?? 0) - Date.now()) / (24 * 60 * 60_000);
    expect(Math.round(days)).toBe(7);
    const inside = both.find(({ status }) => status === 303);
    expect(inside?.headers.get("location")).toBe(`/w/${only?.workspace.id}`);
    expect(inside?.headers.getSetCookie().join()).toContain("session_token=");
  });

  it("tells nobody but the address itself that it has an account", async () => {
    const here = mailing({ SIGN_UP: "trial" });
    const { user } = await makeWorld();
    const known = await here.send("/sign-up", { email: user.email });
    const unknown = await here.send("/sign-up", { email: `${randomText(8)}@example.com` });
    expect(await known.text()).toBe(await unknown.text());
    const mail = (await here.mails()).find(({ to }) => to?.[0]?.address === user.email);
    expect(mail?.text).toContain("has an account already");
    expect(mail?.text).not.toContain("/sign-up/");
  });

  it("ends for the day where too many links are open", async () => {
    const here = mailing({ SIGN_UP: "trial" });
    const now = Date.now();
    const rows = Array.from({ length: 500 }, (_, at) =>
      env.CONTROL.prepare(
        "INSERT INTO verifications (id, identifier, value, expires_at, created_at, updated_at) VALUES (?, ?, ?, ?, ?, ?)",
      ).bind(`sign-up:full-${at}`, `sign-up:full-${at}`, "x@example.com", now + 60_000, now, now),
    );
    await env.CONTROL.batch(rows);
    const email = `${randomText(8)}@example.com`;
    expect((await here.send("/sign-up", { email })).status).toBe(429);
    expect(await here.mails()).toEqual([]);
    await env.CONTROL.prepare("DELETE FROM verifications WHERE id LIKE 'sign-up:full-%'").run();
  });

  it("ends for the day where too many began a trial, whatever else the operator made", async () => {
    const here = mailing({ SIGN_UP: "trial" });
    const db = drizzle(env.CONTROL, { casing: "snake_case" });
    const { id } = await createWorkspace(env, { name: "Crowd", plan: "trial" });
    const [one] = await db.select().from(workspaces).where(eq(workspaces.id, id));
    if (!one) throw new Error("no workspace");
    const crowd = (plan: string) =>
      Array.from({ length: 100 }, () =>
        db.insert(workspaces).values({ ...one, id: newId("workspace"), name: "Crowd", plan }),
      );
    const ask = async () => (await here.send("/sign-up", { email: `${randomText(8)}@example.com` })).status;
    const [first, ...more] = crowd("enterprise");
    if (first) await db.batch([first, ...more]);
    expect(await ask()).toBe(200);
    const [next, ...others] = crowd("trial");
    if (next) await db.batch([next, ...others]);
    expect(await ask()).toBe(429);
    await db.delete(workspaces).where(eq(workspaces.name, "Crowd"));
  });
});

import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { describe, expect, it } from "vitest";
import { accounts, signInSessions, verifications } from "../../src/control/sign-in-schema.ts";
import { earlyInAMinute } from "../clock.ts";
import { operate, refusal } from "../operator/operate.ts";
import { Browser, connect, formsOf, makeWorld, ORIGIN, PASSWORD, tokenRequest } from "./oauth-world.ts";

const control = () => drizzle(env.CONTROL, { casing: "snake_case" });
const NEXT = "another battery staple";

async function linkFor(email: string): Promise<string> {
  return String((await operate("POST", "/users/password-reset", { email })).url);
}

/** Sets a password by a link as a browser would. */
async function setBy(link: string, password = NEXT, browser = new Browser()): Promise<Response> {
  const [form] = await formsOf(await (await browser.open(link)).text());
  if (!form) throw new Error("no form");
  form.fields.set("password", password);
  return browser.post(form.action, form.fields);
}

async function signInStatus(email: string, password: string): Promise<number> {
  return (await new Browser().post("/sign-in", { email, password, return_to: "/sign-in" })).status;
}

const isSignedIn = async (browser: Browser) =>
  (await (await browser.open("/sign-in")).text()).includes("You are signed in");

describe("a password that was forgotten", () => {
  it("is set anew by the operator's link, once, and every browser is signed out", async () => {
    const { user } = await makeWorld();
    const old = new Browser();
    await old.signIn(user.email);
    const made = await operate("POST", "/users/password-reset", { email: ` ${user.email.toUpperCase()} ` });
    expect(made).toMatchObject({ email: user.email });
    const link = String(made.url);
    expect(link).toMatch(/^http:\/\/localhost:8787\/sign-in\/password\/[0-9a-z]{52}$/);
    const hours = (Date.parse(String(made.expiresAt)) - Date.now()) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
    // Looking at the page, as previews of links do, uses nothing up.
    expect((await new Browser().open(link)).status).toBe(200);

    const answer = await setBy(link);
    expect(answer.status).toBe(200);
    expect(answer.headers.getSetCookie()).toEqual([]);
    expect(await isSignedIn(old)).toBe(false);
    expect(await signInStatus(user.email, PASSWORD)).toBe(401);
    expect(await signInStatus(user.email, NEXT)).toBe(200);
    expect((await new Browser().open(link)).status).toBe(404);
    expect((await new Browser().post(link, { password: "a third password" })).status).toBe(404);
    expect(await signInStatus(user.email, NEXT)).toBe(200);
  });

  it("has one link: a newer one ends it, and so does a day", async () => {
    const { user } = await makeWorld();
    const other = await makeWorld();
    const others = await linkFor(other.user.email);
    const [first, second] = [await linkFor(user.email), await linkFor(user.email)];
    expect((await new Browser().open(first)).status).toBe(404);
    expect((await new Browser().post(first, { password: NEXT })).status).toBe(404);
    await control()
      .update(verifications)
      .set({ expiresAt: new Date(Date.now() - 1) })
      .where(eq(verifications.value, user.id));
    expect((await new Browser().open(second)).status).toBe(404);
    expect((await new Browser().post(second, { password: NEXT })).status).toBe(404);
    expect(await signInStatus(user.email, PASSWORD)).toBe(200);
    expect((await new Browser().open(others)).status).toBe(200);
  });

  it("is set by one of two that use the link at once", async () => {
    const { user } = await makeWorld();
    const link = await linkFor(user.email);
    const passwords = ["the first of the two", "the second of the two"];
    const answers = await Promise.all(passwords.map((password) => setBy(link, password)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404]);
    const opens = await Promise.all(passwords.map((password) => signInStatus(user.email, password)));
    expect(opens).toEqual(answers.map(({ status }) => (status === 200 ? 200 : 401)));
  });

  it("asks again for a length that does not do, and keeps the link", async () => {
    const { user } = await makeWorld();
    const link = await linkFor(user.email);
    for (const password of ["", "short", "x".repeat(129)]) {
      const answer = await setBy(link, password);
      expect(answer.status).toBe(422);
      expect(await answer.text()).toContain("at least 10 characters");
    }
    expect((await setBy(link)).status).toBe(200);
  });

  it("is no way in for another site's form, nor is the stored record one", async () => {
    const { user } = await makeWorld();
    const link = await linkFor(user.email);
    const forged = await new Browser().post(link, { password: NEXT }, { origin: "https://evil.example" });
    expect(forged.status).toBe(403);
    const [row] = await control().select().from(verifications).where(eq(verifications.value, user.id));
    const stored = String(row?.identifier);
    expect(stored).not.toContain(link.slice(-52));
    for (const token of [stored, stored.replace("reset-password:", "")]) {
      expect((await new Browser().open(`/sign-in/password/${encodeURIComponent(token)}`)).status).toBe(404);
    }
    expect(await signInStatus(user.email, PASSWORD)).toBe(200);
  });

  it("gives one to a person who had none, and says so where nobody has the address", async () => {
    const { user } = await makeWorld();
    await control().delete(accounts).where(eq(accounts.userId, user.id));
    expect((await setBy(await linkFor(user.email))).status).toBe(200);
    expect(await signInStatus(user.email, NEXT)).toBe(200);
    expect(await refusal("POST", "/users/password-reset", { email: "nobody@example.com" })).toMatchObject({
      status: 404,
    });
  });

  it("leaves what people allowed apps", async () => {
    const world = await makeWorld();
    const tokens = await connect(world);
    expect((await setBy(await linkFor(world.user.email))).status).toBe(200);
    const refreshed = await tokenRequest({
      grant_type: "refresh_token",
      refresh_token: tokens.refresh_token,
      client_id: world.clientId,
    });
    expect(refreshed.status).toBe(200);
  });
});

describe("a password that is changed", () => {
  const change = (browser: Browser, current: string, password = NEXT, headers = {}) =>
    browser.post("/sign-in/password", { current, password }, headers);

  it("needs the current one, signs out every other browser, and ends open links", async () => {
    const { user } = await makeWorld();
    const [here, there] = [new Browser(), new Browser()];
    await here.signIn(user.email);
    await there.signIn(user.email);
    const link = await linkFor(user.email);
    expect(await (await here.open("/sign-in")).text()).toContain('href="/sign-in/password"');
    expect((await here.open("/sign-in/password")).status).toBe(200);
    for (const wrong of ["", "wrong password", "x".repeat(200)]) {
      expect((await change(here, wrong)).status, wrong).toBe(422);
    }
    expect((await change(here, PASSWORD, "short")).status).toBe(422);
    expect((await change(here, PASSWORD, NEXT, { origin: "https://evil.example" })).status).toBe(403);
    expect(await isSignedIn(there)).toBe(true);

    expect((await change(here, PASSWORD)).status).toBe(200);
    expect(await isSignedIn(here)).toBe(true);
    expect(await isSignedIn(there)).toBe(false);
    expect((await new Browser().open(link)).status).toBe(404);
    expect(await signInStatus(user.email, PASSWORD)).toBe(401);
    expect(await signInStatus(user.email, NEXT)).toBe(200);
  });

  it("asks to sign in first, and comes back", async () => {
    const { user } = await makeWorld();
    const browser = new Browser();
    const answer = await browser.send("/sign-in/password");
    expect(answer.headers.get("location")).toBe("/sign-in?return_to=%2Fsign-in%2Fpassword");
    expect(
      (await browser.send("/sign-in/password", { method: "POST", headers: { origin: ORIGIN } })).status,
    ).toBe(303);
    expect(await (await browser.signIn(user.email, "/sign-in/password")).text()).toContain(
      "Current password",
    );
  });

  it("is guessed at no faster than by signing in", async () => {
    const { user } = await makeWorld();
    const browser = new Browser();
    await earlyInAMinute();
    await browser.signIn(user.email);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) statuses.push((await change(browser, `guess number ${i}`)).status);
    expect(statuses[0]).toBe(422);
    expect(statuses.at(-1)).toBe(429);
    expect(
      await control().select().from(signInSessions).where(eq(signInSessions.userId, user.id)),
    ).toHaveLength(1);
  });
});

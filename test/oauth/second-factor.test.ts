import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { removeFactor } from "../../src/oauth/second-factor.ts";
import { createUser } from "../../src/oauth/users.ts";
import { randomText } from "../../src/tenant/ids.ts";
import { codeAt, codesOf, guard } from "./authenticator-app.ts";
import { authorizeUrl, Browser, formsOf, makeWorld, PASSWORD } from "./oauth-world.ts";

async function guarded() {
  const email = `${randomText(8)}@example.com`;
  const user = await createUser(env, { email, name: "Ada", password: PASSWORD });
  return { user, ...(await guard(email)) };
}

const isIn = async (browser: Browser) => (await browser.send("/account")).status === 200;

/** A browser in which the password was just given. */
async function halfway(email: string, returnTo = "/account") {
  const browser = new Browser();
  const answer = await browser.signIn(email, returnTo);
  return { browser, page: await answer.text() };
}

describe("a code after the password", () => {
  it("lets nobody in by the password alone, anywhere", async () => {
    const { user } = await guarded();
    const { browser, page } = await halfway(user.email);
    expect(page).toContain("Enter your code");
    for (const path of ["/account", "/w", "/sign-in/password"])
      expect([path, (await browser.send(path)).status]).toEqual([path, 303]);
    await browser.post("/account", { do: "factor-off", password: PASSWORD });
    const { browser: other } = await halfway(user.email);
    expect(await isIn(other)).toBe(false);
  });

  it("takes a code once, also of two at once", async () => {
    const { user, secret, first } = await guarded();
    const [, next = ""] = await codesOf(secret);
    const again = await halfway(user.email);
    // The code with which it was turned on is used up.
    await again.browser.post("/sign-in/code", { code: first, return_to: "/account" });
    expect(await isIn(again.browser)).toBe(false);
    const spaced = ` ${next.slice(0, 3)} ${next.slice(3)} `;
    const both = await Promise.all([1, 2].map(() => halfway(user.email)));
    await Promise.all(both.map(({ browser }) => browser.post("/sign-in/code", { code: spaced })));
    const inside = await Promise.all(both.map(({ browser }) => isIn(browser)));
    expect(inside.toSorted()).toEqual([false, true]);
  });

  it("ends the sign-in after five wrong codes, the right one included", async () => {
    const { user, secret } = await guarded();
    const codes = [...(await codesOf(secret)), await codeAt(secret, Date.now() - 30_000)];
    const wrong = ["000000", "111111", "222222", "333333"].find((one) => !codes.includes(one)) ?? "";
    const { browser } = await halfway(user.email);
    for (let turn = 0; turn < 5; turn++)
      expect((await browser.post("/sign-in/code", { code: wrong })).status).toBe(401);
    await browser.post("/sign-in/code", { code: codes[1] ?? "" });
    expect(await isIn(browser)).toBe(false);
  });

  it("takes each backup code once, and none from before new ones were made", async () => {
    const { user, backup, browser } = await guarded();
    const [one = "", two = ""] = backup;
    expect(backup).toHaveLength(10);
    const first = await halfway(user.email);
    await first.browser.post("/sign-in/code", { code: one });
    expect(await isIn(first.browser)).toBe(true);
    const second = await halfway(user.email);
    await second.browser.post("/sign-in/code", { code: one });
    expect(await isIn(second.browser)).toBe(false);
    const made = await browser.post("/account", { do: "backup-codes", password: PASSWORD });
    expect(await made.text()).not.toContain(two);
    await second.browser.post("/sign-in/code", { code: two });
    expect(await isIn(second.browser)).toBe(false);
  });

  it("is asked for before an app is let in", async () => {
    const world = await makeWorld();
    const { secret } = await guard(world.user.email);
    const url = await authorizeUrl(world.clientId);
    const browser = new Browser();
    const { pathname, search } = new URL(url);
    const asked = await browser.signIn(world.user.email, pathname + search);
    expect(await asked.text()).toContain("Enter your code");
    expect((await browser.send(url)).headers.get("location")).toContain("/sign-in?");
    const page = await browser.open(new URL(browser.url).href);
    expect(page.status).toBe(200);
    const [, next = ""] = await codesOf(secret);
    const consent = await browser.post("/sign-in/code", { code: next, return_to: pathname + search });
    expect((await formsOf(await consent.text()))[0]?.fields.get("handle")).toBeTruthy();
  });

  it("is turned off by the password alone, and by the operator", async () => {
    const { user, browser } = await guarded();
    const wrong = await browser.post("/account", { do: "factor-off", password: "not the password" });
    expect(await wrong.text()).toContain("That is not your password");
    expect((await halfway(user.email)).page).toContain("Enter your code");
    await browser.post("/account", { do: "factor-off", password: PASSWORD });
    expect(await isIn((await halfway(user.email)).browser)).toBe(true);
    await guard(user.email);
    expect(await isIn((await halfway(user.email)).browser)).toBe(false);
    await removeFactor(env, user.email);
    expect(await isIn((await halfway(user.email)).browser)).toBe(true);
  });

  it("asks for nothing before a first code was typed", async () => {
    const email = `${randomText(8)}@example.com`;
    await createUser(env, { email, name: "Ada", password: PASSWORD });
    const browser = new Browser();
    await browser.signIn(email);
    await browser.post("/account", { do: "factor-on", password: PASSWORD });
    const refused = await browser.post("/account", { do: "factor-confirm", code: "12345x" });
    expect(await refused.text()).toContain("That is not the code");
    expect(await isIn((await halfway(email)).browser)).toBe(true);
  });
});

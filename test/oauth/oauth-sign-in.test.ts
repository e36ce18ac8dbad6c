import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { afterEach, describe, expect, it, vi } from "vitest";
import { signInSessions } from "../../src/control/sign-in-schema.ts";
import { createUser } from "../../src/oauth/users.ts";
import { earlyInAMinute } from "../clock.ts";
import { Browser, makeWorld, ORIGIN, PASSWORD, REDIRECT, serve } from "./oauth-world.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const control = () => drizzle(env.CONTROL, { casing: "snake_case" });

describe("signing in", () => {
  it("takes the password, goes back where it was asked, and out again", async () => {
    const world = await makeWorld();
    const browser = new Browser();
    const answer = await browser.send("/sign-in", {
      method: "POST",
      headers: { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({
        email: world.user.email,
        password: PASSWORD,
        return_to: "/authorize?x=1",
      }).toString(),
    });
    expect(answer.status).toBe(303);
    expect(answer.headers.get("location")).toBe("/authorize?x=1");
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(await (await browser.open("/sign-in")).text()).toContain("You are signed in");

    const cookies = browser.cookies;
    expect((await browser.post("/sign-out", {}, { origin: "https://evil.example" })).status).toBe(403);
    await browser.post("/sign-out", {});
    expect(await (await browser.open("/sign-in")).text()).toContain("Password");
    // The session is gone, not just the cookie.
    const replayed = await serve(new Request(`${ORIGIN}/sign-in`, { headers: { cookie: cookies } }));
    expect(await replayed.text()).toContain("Password");
    expect(
      await control().select().from(signInSessions).where(eq(signInSessions.userId, world.user.id)),
    ).toEqual([]);
  });

  it("says the same for a wrong password and for nobody", async () => {
    const world = await makeWorld();
    const texts: string[] = [];
    for (const email of [world.user.email, "nobody@example.com"]) {
      const answer = await new Browser().post("/sign-in", {
        email,
        password: "wrong password",
        return_to: "/",
      });
      expect(answer.status).toBe(401);
      expect(answer.headers.getSetCookie()).toEqual([]);
      texts.push((await answer.text()).replaceAll(email, "—"));
    }
    expect(texts[0]).toBe(texts[1]);
    expect(texts[0]).toContain("do not belong together");
  });

  it("takes no form of another site", async () => {
    const world = await makeWorld();
    const fields = { email: world.user.email, password: PASSWORD, return_to: "/" };
    const browser = new Browser();
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "null", "sec-fetch-site": "cross-site" },
    ]) {
      const answer = await browser.post("/sign-in", fields, headers);
      expect(answer.status).toBe(403);
      expect(answer.headers.getSetCookie()).toEqual([]);
    }
  });

  it("never leads away from this site", async () => {
    const world = await makeWorld();
    for (const target of [
      "https://evil.example/",
      "//evil.example/",
      "/\\evil.example",
      "javascript:alert(1)",
      "\t//evil.example",
    ]) {
      const browser = new Browser();
      const answer = await browser.send("/sign-in", {
        method: "POST",
        headers: { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          email: world.user.email,
          password: PASSWORD,
          return_to: target,
        }).toString(),
      });
      expect(answer.headers.get("location"), target).toBe("/sign-in");
    }
  });

  it("does not offer sign-up, the rest of the sign-in library, or providers that are not configured", async () => {
    const browser = new Browser();
    for (const path of ["/sign-in/sign-up/email", "/sign-in/get-session", "/sign-up", "/sign-in/with"]) {
      const answer = await browser.open(path, { method: "POST", headers: { origin: ORIGIN } });
      expect(answer.status, path).toBe(404);
    }
    expect((await browser.post("/sign-in/with/google", { return_to: "/" })).status).toBe(404);
  });

  it("refuses what is no form, and forms without end", async () => {
    const browser = new Browser();
    expect(
      (await browser.open("/sign-in", { method: "POST", headers: { origin: ORIGIN }, body: "{}" })).status,
    ).toBe(400);
    expect((await browser.post("/sign-in", { email: "x".repeat(70_000) })).status).toBe(400);
  });

  it("makes users with a proper address and password only", async () => {
    const email = "Grace@Example.com";
    await expect(createUser(env, { email, name: "Grace", password: "short" })).rejects.toThrow(/password/);
    await expect(createUser(env, { email: "nonsense", name: "G", password: PASSWORD })).rejects.toThrow(
      /email/,
    );
    expect(await createUser(env, { email, name: "Grace", password: PASSWORD })).toMatchObject({
      email: "grace@example.com",
    });
    await expect(
      createUser(env, { email: "grace@example.com", name: "Other", password: PASSWORD }),
    ).rejects.toThrow(/already has an account/);
  });
});

describe("signing in with a provider", () => {
  const configured = {
    GOOGLE_CLIENT_ID: "google-id",
    GOOGLE_CLIENT_SECRET: "google-secret",
    GITHUB_CLIENT_ID: "github-id",
    GITHUB_CLIENT_SECRET: "github-secret",
  };
  const start = (provider: string, headers: Record<string, string> = { origin: ORIGIN }) =>
    serve(
      new Request(`${ORIGIN}/sign-in/with/${provider}`, {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
        body: "return_to=%2Fauthorize%3Fx%3D1",
      }),
      configured,
    );

  it("is offered when it is configured", async () => {
    const html = await (await serve(new Request(`${ORIGIN}/sign-in`), configured)).text();
    expect(html).toContain("Continue with Google");
    expect(html).toContain("Continue with GitHub");
    expect(html).not.toContain("/sign-in/with/oidc");
  });

  it.each([
    ["google", "accounts.google.com", "google-id"],
    ["github", "github.com", "github-id"],
  ])("goes to %s with state and our own callback", async (provider, host, clientId) => {
    const answer = await start(provider);
    expect(answer.status).toBe(303);
    const location = new URL(answer.headers.get("location") ?? "");
    expect(location.host).toBe(host);
    expect(location.searchParams.get("client_id")).toBe(clientId);
    expect(location.searchParams.get("redirect_uri")).toBe(`${ORIGIN}/sign-in/callback/${provider}`);
    expect(location.searchParams.get("state")?.length).toBeGreaterThan(20);
    expect(answer.headers.getSetCookie().join()).toMatch(/state=.*HttpOnly.*SameSite=Lax/i);
    expect((await start(provider, { origin: "https://evil.example" })).status).toBe(403);
  });

  it("takes no answer that this browser did not ask for", async () => {
    const answer = await serve(
      new Request(`${ORIGIN}/sign-in/callback/google?code=stolen&state=${"x".repeat(32)}`),
      configured,
    );
    expect(answer.status).toBe(302);
    expect(answer.headers.getSetCookie().join()).not.toContain("session_token=");
    const location = new URL(answer.headers.get("location") ?? "", ORIGIN);
    expect(`${location.origin}${location.pathname}`).toBe(`${ORIGIN}/sign-in`);
    const page = await (await serve(new Request(location), configured)).text();
    expect(page).toContain("did not work");
  });
});

describe("limits by address", () => {
  const from = (address: string) => ({ "cf-connecting-ip": address, origin: ORIGIN });
  const until429 = async (make: () => Request, most: number) => {
    await earlyInAMinute();
    for (let i = 0; i <= most; i++) {
      const answer = await serve(make());
      if (answer.status === 429) return { answer, after: i };
      await answer.body?.cancel();
    }
    throw new Error(`no limit within ${most} requests`);
  };

  it("holds for signing in, with a page", async () => {
    const { answer, after } = await until429(
      () =>
        new Request(`${ORIGIN}/sign-in`, {
          method: "POST",
          headers: { ...from("198.51.100.1"), "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({
            email: `${crypto.randomUUID()}@example.com`,
            password: "x",
          }).toString(),
        }),
      10,
    );
    expect(after).toBe(10);
    expect(answer.headers.get("retry-after")).toBe("60");
    expect(await answer.text()).toContain("too many attempts");
  });

  it("holds for one account from many addresses, and shuts nobody out of a browser that they use", async () => {
    const { user } = await makeWorld();
    const [own, fresh] = [new Browser(), new Browser()];
    expect((await own.signIn(user.email)).status).toBe(200);
    await own.post("/sign-out", { return_to: "/sign-in" });
    let host = 0;
    const { after } = await until429(
      () =>
        new Request(`${ORIGIN}/sign-in`, {
          method: "POST",
          headers: { ...from(`203.0.113.${host++}`), "content-type": "application/x-www-form-urlencoded" },
          body: new URLSearchParams({ email: user.email, password: "guess" }).toString(),
        }),
      100,
    );
    expect(after).toBeGreaterThan(50);
    expect((await fresh.signIn(user.email)).status).toBe(429);
    const back = await own.signIn(user.email);
    expect(back.status).toBe(200);
    expect(await back.text()).toContain(user.email);
    // Its name is for this account alone, and has a limit of its own.
    const other = await makeWorld();
    expect((await own.signIn(other.user.email)).status).toBe(200);
  });

  it("holds for registration and tokens, in their own form, and counts an IPv6 network as one", async () => {
    let host = 1;
    const registration = await until429(
      () =>
        new Request(`${ORIGIN}/oauth/register`, {
          method: "POST",
          headers: from(`2001:db8:1:2::${(host++).toString(16)}`),
          body: "{}",
        }),
      120,
    );
    expect(registration.after).toBe(120);
    expect(await registration.answer.json()).toMatchObject({ error: "temporarily_unavailable" });
    const token = await until429(
      () => new Request(`${ORIGIN}/oauth/token`, { method: "POST", headers: from("198.51.100.2"), body: "" }),
      300,
    );
    expect(token.answer.headers.get("retry-after")).toBe("60");
    expect(await token.answer.json()).toMatchObject({ error: "temporarily_unavailable" });
    const authorize = await until429(
      () => new Request(`${ORIGIN}/authorize`, { headers: from("198.51.100.2") }),
      300,
    );
    expect(authorize.answer.headers.get("content-type")).toContain("text/html");
  });

  it("caps the body of registrations", async () => {
    const answer = await serve(
      new Request(`${ORIGIN}/oauth/register`, {
        method: "POST",
        headers: from("198.51.100.3"),
        body: JSON.stringify({ client_name: "x".repeat(70_000), redirect_uris: [REDIRECT] }),
      }),
    );
    expect(answer.status).toBe(413);
  });
});

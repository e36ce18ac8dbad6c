import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createWorkspace } from "../../src/gate/workspaces.ts";
import { createInvitation } from "../../src/oauth/invitations.ts";
import { createUser } from "../../src/oauth/users.ts";
import { randomText } from "../../src/tenant/ids.ts";
import { codesOf, guard } from "./authenticator-app.ts";
import { device } from "./device.ts";
import { Browser, ORIGIN, PASSWORD } from "./oauth-world.ts";

const newUser = () =>
  createUser(env, { email: `${randomText(8)}@example.com`, name: "Ada", password: PASSWORD });

/** Every way to be signed in here: who then is, once it was gone with the browser. A provider's is in e2e. */
const WAYS: Record<string, () => Promise<{ email: string; go(browser: Browser): Promise<unknown> }>> = {
  async password() {
    const { email } = await newUser();
    return { email, go: (browser) => browser.signIn(email) };
  },
  async "password and code"() {
    const { email } = await newUser();
    const { secret } = await guard(email);
    return {
      email,
      async go(browser) {
        await browser.signIn(email);
        await browser.post("/sign-in/code", { code: (await codesOf(secret))[1] ?? "" });
      },
    };
  },
  async passkey() {
    const { email } = await newUser();
    const own = new Browser();
    await own.signIn(email);
    const phone = await device();
    const ask = async (browser: Browser, path: string) => {
      const answer = await browser.send(path, { method: "POST", headers: { origin: ORIGIN } });
      return (await answer.json<{ challenge: string }>()).challenge;
    };
    const made = await phone.make(await ask(own, "/account/passkey"));
    await own.post("/account", { do: "passkey-add", name: "Phone", response: made });
    return {
      email,
      async go(browser) {
        const response = await phone.sign(await ask(browser, "/sign-in/passkey/question"));
        await browser.post("/sign-in/passkey", { response });
      },
    };
  },
  async invitation() {
    const email = `${randomText(8)}@example.com`;
    const { id } = await createWorkspace(env, { name: "Shop" });
    const { url } = await createInvitation(env, { workspaceId: id, email, role: "agent" });
    const go = async (browser: Browser) => browser.post(url, { name: "Ada", password: PASSWORD });
    return { email, go };
  },
};

describe.each(Object.entries(WAYS))("signing in by %s", (_, prepare) => {
  it("takes up no session that somebody else put into the browser", async () => {
    const { email, go } = await prepare();
    // What an attacker has: a session of their own, ended, so that its cookie is still well signed.
    const attacker = new Browser();
    await attacker.signIn((await newUser()).email);
    const planted = attacker.cookies;
    await attacker.post("/account", { do: "everywhere" });
    const victim = new Browser();
    victim.plant(planted);
    await go(victim);
    expect(await (await victim.open("/account")).text()).toContain(email);
    const [session = ""] = planted.split("; ").filter((pair) => pair.includes("session_token"));
    expect(session).not.toBe("");
    expect(victim.cookies).not.toContain(session);
    const again = new Browser();
    again.plant(planted);
    expect((await again.send("/account")).status).toBe(303);
  });
});

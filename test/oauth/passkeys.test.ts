import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { createUser } from "../../src/oauth/users.ts";
import { randomText } from "../../src/tenant/ids.ts";
import { device, text64, type Wrong } from "./device.ts";
import { Browser, ORIGIN, PASSWORD } from "./oauth-world.ts";

async function ask(browser: Browser, path: string): Promise<string> {
  const answer = await browser.send(path, { method: "POST", headers: { origin: ORIGIN } });
  expect(answer.status).toBe(200);
  const { challenge, userVerification } = await answer.json<{
    challenge: string;
    userVerification?: string;
  }>();
  if (path.startsWith("/sign-in")) expect(userVerification).toBe("required");
  return challenge;
}

const isIn = async (browser: Browser) => (await browser.send("/account")).status === 200;

async function someone() {
  const email = `${randomText(8)}@example.com`;
  const user = await createUser(env, { email, name: "Ada", password: PASSWORD });
  const browser = new Browser();
  await browser.signIn(email);
  return { user, browser };
}

async function keep(browser: Browser, one: Awaited<ReturnType<typeof device>>, wrong: Wrong = {}) {
  const response = await one.make(await ask(browser, "/account/passkey"), wrong);
  return (await browser.post("/account", { do: "passkey-add", name: "Phone", response })).text();
}

const WRONGS: Record<string, Wrong> = {
  "another site": { origin: "https://elsewhere.example" },
  "another party": { rpId: "elsewhere.example" },
  "nobody checked by the device": { unverified: true },
  "another question": { challenge: text64(crypto.getRandomValues(new Uint8Array(32))) },
  "the other ceremony": { type: "payment.get" },
};

describe("passkeys", () => {
  let held: Awaited<ReturnType<typeof device>>;
  let owner: Awaited<ReturnType<typeof someone>>;

  beforeAll(async () => {
    [held, owner] = await Promise.all([device(), someone()]);
    expect(await keep(owner.browser, held)).toContain("The passkey is kept");
  });

  async function signIn(answerFor: (challenge: string) => Promise<string>) {
    const browser = new Browser();
    const response = await answerFor(await ask(browser, "/sign-in/passkey/question"));
    const answer = await browser.post("/sign-in/passkey", { response, return_to: "/account" });
    return { browser, response, page: await answer.text() };
  }

  it("sign in, in a browser that knows nothing of the person", async () => {
    const { browser, page } = await signIn((challenge) => held.sign(challenge));
    expect(page).toContain(owner.user.email);
    expect(await isIn(browser)).toBe(true);
  });

  it.each(Object.entries(WRONGS))("do not with %s, nor are they made so", async (_, wrong) => {
    const { browser, page } = await signIn((challenge) => held.sign(challenge, wrong));
    expect(page).toContain("does not open an account here");
    expect(await isIn(browser)).toBe(false);
    expect(await keep(owner.browser, await device(), wrong)).toContain("was not kept");
  });

  it("do not twice by the same answer, by another device's, or by what is no answer", async () => {
    const { response } = await signIn((challenge) => held.sign(challenge));
    const stranger = await device();
    for (const answer of [response, "", "{}", '{"id":"x","type":"public-key"}'])
      expect(await isIn((await signIn(async () => answer)).browser)).toBe(false);
    expect(await isIn((await signIn((challenge) => stranger.sign(challenge))).browser)).toBe(false);
  });

  it("are removed by their owner alone", async () => {
    const other = await someone();
    const mine = /name="passkey" value="(\w+)"/.exec(
      await (await owner.browser.open("/account")).text(),
    )?.[1];
    await other.browser.post("/account", { do: "passkey-remove", passkey: mine ?? "" });
    expect(await isIn((await signIn((challenge) => held.sign(challenge))).browser)).toBe(true);
    await owner.browser.post("/account", { do: "passkey-remove", passkey: mine ?? "" });
    expect(await isIn((await signIn((challenge) => held.sign(challenge))).browser)).toBe(false);
  });

  it("are made by who is signed in alone", async () => {
    const stranger = new Browser();
    const answer = await stranger.send("/account/passkey", { method: "POST", headers: { origin: ORIGIN } });
    expect(answer.status).toBe(303);
  });
});

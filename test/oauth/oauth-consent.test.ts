import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { drizzle } from "drizzle-orm/d1";
import { afterEach, describe, expect, it, vi } from "vitest";
import { grants } from "../../src/control/schema.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { addMember } from "../../src/gate/workspaces.ts";
import { newId } from "../../src/tenant/ids.ts";
import {
  authorizeUrl,
  Browser,
  codeOf,
  connect,
  formsOf,
  makeWorld,
  ORIGIN,
  REDIRECT,
  register,
  tokenRequest,
  VERIFIER,
  type World,
} from "./oauth-world.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

const control = () => drizzle(env.CONTROL, { casing: "snake_case" });

async function grantsOf({ user }: World) {
  return control().select().from(grants).where(eq(grants.userId, user.id));
}

/** A signed-in browser on the consent page, and its form. */
async function onConsent(world: World, extra: Record<string, string> = {}) {
  const browser = new Browser();
  await browser.signIn(world.user.email);
  const answer = await browser.open(await authorizeUrl(world.clientId, extra));
  const html = await answer.text();
  const [form] = await formsOf(html);
  if (!form) throw new Error(`no form: ${html}`);
  form.fields.set("decision", "allow");
  return { browser, answer, html, form };
}

describe("the consent page", () => {
  it("cannot be framed, runs no script and is not stored", async () => {
    const { answer, html } = await onConsent(await makeWorld());
    const policy = answer.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(html).not.toMatch(/<script|\son\w+=|style="/);
    const cookie = answer.headers.getSetCookie().find((one) => one.startsWith("__Host-oauth-consent"));
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
  });

  it("escapes everything that the client and the workspace call themselves", async () => {
    const evil = `"><script>alert(1)</script><img src=x onerror=alert(2)>`;
    const world = await makeWorld("admin", evil);
    await gateOf(env, world.workspace.id).updateWorkspace({ name: "<b>Bold</b> & 'quoted'" });
    const { html } = await onConsent(world, { state: evil, scope: `${evil} contacts:read` });
    expect(html).not.toContain("<script");
    expect(html).not.toContain("<img");
    expect(html).not.toContain("<b>Bold");
    expect(html).toContain("&lt;script&gt;");
    expect(html).toContain("&lt;b&gt;Bold&lt;/b&gt; &amp;");
  });

  it("shortens names without end and drops what would turn text around", async () => {
    const { html } = await onConsent(await makeWorld("admin", `\u202Egnp.exe ${"long ".repeat(100)}`));
    expect(html).not.toContain("\u202E");
    expect(html).toMatch(/gnp\.exe (long )+l?o?…/);
  });

  it("takes no form without its handle, with another browser's, from another site, or twice", async () => {
    const world = await makeWorld();
    const { browser, form } = await onConsent(world);
    const without = new URLSearchParams(form.fields);
    without.delete("handle");
    expect((await browser.post(form.action, without)).status).toBe(400);

    // Signed in as the same person, in another browser: the handle's cookie is not there.
    const other = new Browser();
    await other.signIn(world.user.email);
    const foreign = await other.post(form.action, form.fields);
    expect(foreign.status).toBe(400);
    expect(await foreign.text()).toContain("no longer valid");

    for (const headers of [{ origin: "https://evil.example" }, { origin: "null" }]) {
      expect((await browser.post(form.action, form.fields, headers)).status).toBe(403);
    }
    expect(await grantsOf(world)).toEqual([]);

    const allowed = await browser.post(form.action, form.fields);
    expect(allowed.status).toBe(302);
    expect((await browser.post(form.action, form.fields)).status).toBe(400);
    expect(await grantsOf(world)).toHaveLength(1);
  });

  it("approves what its handle was made for, not what the address says by now", async () => {
    const world = await makeWorld();
    const { browser, form } = await onConsent(world);
    const otherClient = new URL(await authorizeUrl(await register("Other")));
    const swapped = await browser.post(`${otherClient.pathname}${otherClient.search}`, form.fields);
    expect(swapped.status).toBe(400);

    const readOnly = await makeWorld();
    const page = await onConsent(readOnly);
    const elsewhere = new URL(await authorizeUrl(readOnly.clientId, {}, "/mcp-readonly"));
    expect(
      (await page.browser.post(`${elsewhere.pathname}${elsewhere.search}`, page.form.fields)).status,
    ).toBe(400);
    expect([...(await grantsOf(world)), ...(await grantsOf(readOnly))]).toEqual([]);
  });

  it("asks again when somebody else has signed in meanwhile", async () => {
    const [one, two] = [await makeWorld(), await makeWorld()];
    const { browser, form } = await onConsent(one);
    await browser.signIn(two.user.email);
    const again = await browser.post(form.action, form.fields);
    expect(again.status).toBe(422);
    expect(await again.text()).toContain("somebody else");
    expect(await grantsOf(two)).toEqual([]);
  });

  it("tells the client when the person does not allow it", async () => {
    const world = await makeWorld();
    const { browser, form } = await onConsent(world);
    form.fields.set("decision", "deny");
    const answer = await browser.post(form.action, form.fields);
    const location = new URL(answer.headers.get("location") ?? "");
    expect(`${location.origin}${location.pathname}`).toBe(REDIRECT);
    expect(Object.fromEntries(location.searchParams)).toMatchObject({
      error: "access_denied",
      state: "opaque state",
      iss: ORIGIN,
    });
    expect(await grantsOf(world)).toEqual([]);
  });
});

describe("the workspace", () => {
  it("is picked by people who are in several, and nobody else's can be", async () => {
    const world = await makeWorld();
    const [second, foreign] = [await makeWorld("owner"), await makeWorld()];
    const { id: userId, name, email } = world.user;
    await addMember(env, second.workspace.id, { userId, name, email, role: "analyst" });
    const browser = new Browser();
    await browser.signIn(email);
    const url = await authorizeUrl(world.clientId);
    const choice = await (await browser.open(url)).text();
    expect(choice).toContain("Which workspace?");
    expect(choice).toContain(second.workspace.name);
    expect(choice).not.toContain(foreign.workspace.name);

    const html = await (await browser.open(`${url}&workspace=${second.workspace.id}`)).text();
    expect(html).toContain("where you are an analyst");
    const [form] = await formsOf(html);
    expect(html).not.toContain("Read and write");
    form?.fields.set("decision", "allow");
    form?.fields.set("workspace", foreign.workspace.id);
    const refused = await browser.post(form?.action ?? "", form?.fields ?? {});
    expect(refused.status).toBe(403);
    expect(await grantsOf(world)).toEqual([]);
    form?.fields.set("workspace", second.workspace.id);
    expect((await browser.post(form?.action ?? "", form?.fields ?? {})).status).toBe(302);
    expect((await grantsOf(world)).map(({ workspaceId }) => workspaceId)).toEqual([second.workspace.id]);
  });

  it("is the one that the page showed or none, whatever became of it meanwhile", async () => {
    const [shown, other] = [await makeWorld(), await makeWorld()];
    const { id: userId, name, email } = shown.user;
    await addMember(env, other.workspace.id, { userId, name, email, role: "owner" });
    const browser = new Browser();
    await browser.signIn(email);
    const url = `${await authorizeUrl(shown.clientId)}&workspace=${shown.workspace.id}`;
    const [form] = await formsOf(await (await browser.open(url)).text());
    if (!form) throw new Error("no form");
    form.fields.set("decision", "allow");
    await gateOf(env, shown.workspace.id).removeMember(shown.memberId);
    // Removed; named none; named a stranger's.
    const stranger = await makeWorld();
    for (const workspace of [shown.workspace.id, "", stranger.workspace.id]) {
      form.fields.set("workspace", workspace);
      const answer = await browser.post(form.action, form.fields);
      expect(answer.status, workspace).toBe(403);
      expect(answer.headers.get("location")).toBeNull();
    }
    expect(await grantsOf(shown)).toEqual([]);
  });

  it("takes no grant from somebody who is removed between the decision and its storage", async () => {
    const world = await makeWorld();
    const gate = gateOf(env, world.workspace.id);
    await gate.removeMember(world.memberId);
    const stored = await gate.createGrant({
      id: newId("grant"),
      workspaceId: world.workspace.id,
      userId: world.user.id,
      clientId: world.clientId,
      clientName: "Late",
      resource: `${ORIGIN}/mcp`,
      scopes: ["workspace:read"],
      readOnly: false,
      inboxes: null,
    });
    expect(stored).toBeNull();
    expect(await grantsOf(world)).toEqual([]);
  });

  it("must be active, and there must be one", async () => {
    const world = await makeWorld();
    await gateOf(env, world.workspace.id).updateWorkspace({ suspendedAt: Date.now() });
    const browser = new Browser();
    await browser.signIn(world.user.email);
    const answer = await browser.open(await authorizeUrl(world.clientId));
    expect(answer.status).toBe(403);
    expect(await answer.text()).toContain("You are in no workspace yet");
  });

  it("gives each workspace a grant of its own", async () => {
    const world = await makeWorld();
    const second = await makeWorld();
    const { id: userId, name, email } = world.user;
    await connect(world);
    await addMember(env, second.workspace.id, { userId, name, email, role: "admin" });
    await connect(world, { extra: { workspace: second.workspace.id } });
    const rows = await grantsOf(world);
    expect(rows.map(({ revokedAt }) => revokedAt)).toEqual([null, null]);
    expect(new Set(rows.map(({ workspaceId }) => workspaceId)).size).toBe(2);
  });
});

describe("client ID metadata documents", () => {
  const clientId = "https://client.example/oauth/metadata.json";
  const document = {
    client_id: clientId,
    client_name: "Well Known",
    redirect_uris: ["https://client.example/callback"],
    token_endpoint_auth_method: "none",
  };

  it("shows the domain that was checked", async () => {
    vi.stubGlobal("fetch", async () => Response.json(document));
    const world = { ...(await makeWorld()), clientId };
    const { html } = await onConsent(world, { redirect_uri: "https://client.example/callback" });
    expect(html).toMatch(/Published by<\/dt><dd><strong>client\.example<\/strong>/);
    expect(html).toContain("Well Known");
    expect(html).not.toContain("on your own computer");
  });

  it("says so when the document cannot be had", async () => {
    vi.stubGlobal("fetch", async () => new Response("no", { status: 500 }));
    const browser = new Browser();
    await browser.signIn((await makeWorld()).user.email);
    const answer = await browser.open(await authorizeUrl(clientId));
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("The app cannot be checked");
  });

  it("are fetched for nobody who has not signed in, or shows no code or token of that client", async () => {
    const fetched: string[] = [];
    vi.stubGlobal("fetch", async (input: string) => {
      fetched.push(String(input));
      return Response.json(document);
    });
    const redirect_uri = "https://client.example/callback";
    const answer = await new Browser().send(await authorizeUrl(clientId, { redirect_uri }));
    expect(answer.headers.get("location")).toMatch(/^\/sign-in\?/);
    const assertion = (claims: object) =>
      `e30.${new TextEncoder().encode(JSON.stringify(claims)).toBase64({ alphabet: "base64url" })}.x`;
    const another = await connect(await makeWorld());
    const attempts: Record<string, string>[] = [
      { client_id: clientId, grant_type: "authorization_code", code: "a:b:c" },
      { client_id: clientId, grant_type: "refresh_token", refresh_token: another.refresh_token },
      { client_id: clientId, grant_type: "refresh_token", refresh_token: another.access_token },
      { client_id: clientId, grant_type: "client_credentials" },
      { client_id: clientId, token: "a:b:c" },
      { client_assertion: assertion({ iss: clientId }), grant_type: "authorization_code", code: "a:b:c" },
    ];
    for (const fields of attempts) {
      const { status } = await tokenRequest(fields);
      expect(status, JSON.stringify(fields)).toBe("token" in fields ? 200 : 400);
    }
    const basic = `Basic ${btoa(`${encodeURIComponent(clientId)}:x`)}`;
    await tokenRequest({ grant_type: "refresh_token", refresh_token: "a:b:c" }, { authorization: basic });
    expect(fetched).toEqual([]);
  });

  it("are not fetched from inside, from an address in numbers, or from ourselves", async () => {
    const fetched: string[] = [];
    vi.stubGlobal("fetch", async (input: string) => {
      fetched.push(String(input));
      return Response.json(document);
    });
    const browser = new Browser();
    await browser.signIn((await makeWorld()).user.email);
    for (const host of [
      "127.0.0.1:9872",
      "localhost",
      "2130706433",
      "0",
      "[::1]",
      "metadata.google.internal",
      "db.svc",
      "user:secret@client.example",
      "localhost:8787",
    ]) {
      const answer = await browser.open(await authorizeUrl(`https://${host}/c.json`));
      expect(answer.status, host).toBe(400);
      expect(await answer.text()).toContain("The app cannot be checked");
    }
    expect(fetched).toEqual([]);
  });

  it("work to the end for a person who allows the app", async () => {
    vi.stubGlobal("fetch", async () => Response.json(document));
    const world = { ...(await makeWorld()), clientId };
    const { browser, form } = await onConsent(world, { redirect_uri: "https://client.example/callback" });
    const code = codeOf(await browser.post(form.action, form.fields));
    const redeemed = await tokenRequest({
      grant_type: "authorization_code",
      code,
      client_id: clientId,
      redirect_uri: "https://client.example/callback",
      code_verifier: VERIFIER,
    });
    expect(redeemed.status, await redeemed.clone().text()).toBe(200);
    const { refresh_token } = await redeemed.json<{ refresh_token: string }>();
    const again = { grant_type: "refresh_token", refresh_token, client_id: clientId };
    expect((await tokenRequest(again)).status).toBe(200);
  });
});

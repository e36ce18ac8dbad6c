import { beforeAll, describe, expect, it } from "vitest";
import { may } from "../../src/console/visit.ts";
import { ROLE_SCOPES, ROLES, type Role } from "../../src/control/scopes.ts";
import { Browser, formsOf, ORIGIN } from "../oauth/oauth-world.ts";
import { addressOf, EVERY_PAGE, person, type Staffed, staffed } from "./setting.ts";

/** Cases come from the records of the pages: a new one joins by being there. */
let here: Staffed;
let there: Staffed;

beforeAll(async () => {
  here = await staffed("here");
  there = await staffed("there");
}, 300_000);

/** Whether a role reaches so far, by the rule of the pages. */
const reaches = (role: Role, needs: Parameters<typeof may>[1]) =>
  may({ principal: { member: { role }, scopes: ROLE_SCOPES[role] } } as Parameters<typeof may>[0], needs);

const form = (fields: Record<string, string>) => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN },
  body: new URLSearchParams(fields).toString(),
});

describe.each(EVERY_PAGE)("%s", (_, page) => {
  const at = (side: Staffed, ids = side.ids) => addressOf(page, side.base, ids);
  const actions = Object.entries(page.actions ?? {});

  it("is shown to each role that reaches so far, and to no other", async () => {
    for (const role of ROLES) {
      const answer = await here.browsers[role].send(at(here));
      expect([role, answer.status]).toEqual([role, reaches(role, page.needs) ? 200 : 403]);
      await answer.body?.cancel();
    }
  });

  it("has its headers, one heading, and nothing inline", async () => {
    const answer = await here.browsers.owner.send(at(here));
    const html = await answer.text();
    expect(answer.status).toBe(200);
    const policy = answer.headers.get("content-security-policy") ?? "";
    for (const rule of [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "frame-ancestors 'none'",
    ])
      expect(policy).toContain(rule);
    expect(policy).not.toContain("unsafe");
    expect(answer.headers.get("x-frame-options")).toBe("DENY");
    expect(answer.headers.get("cache-control")).toBe("no-store");
    expect(html.match(/<h1/g)).toHaveLength(1);
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=|javascript:/i);
    // What only the workspace beside has.
    for (const canary of [there.world.open.canary, there.world.other.canary])
      expect(html).not.toContain(canary);
  });

  it("leads a stranger to sign in, and back", async () => {
    const stranger = new Browser();
    const answer = await stranger.send(at(here));
    expect(answer.status).toBe(303);
    const to = new URL(answer.headers.get("location") ?? "", ORIGIN);
    expect(to.pathname).toBe("/sign-in");
    expect(to.searchParams.get("return_to")).toBe(at(here));
    for (const [name] of actions)
      expect((await stranger.send(at(here), form({ do: name }))).status).toBe(303);
  });

  it("is not there for members of another workspace, nor with another workspace's things", async () => {
    expect((await there.browsers.owner.send(at(here))).status).toBe(404);
    for (const [name] of actions) {
      const answer = await there.browsers.owner.send(at(here), form({ do: name }));
      expect([name, answer.status]).toEqual([name, 404]);
    }
    if (!page.path.includes(":")) return;
    const mixed = await here.browsers.owner.send(at(here, there.ids));
    const html = await mixed.text();
    expect(html).not.toContain(there.world.open.canary);
    expect(mixed.status).toBe(404);
    for (const [name] of actions) {
      const answer = await here.browsers.owner.send(
        at(here, there.ids),
        form({ do: name, text: "x", note: "x", sure: "yes" }),
      );
      expect([name, answer.status >= 400]).toEqual([name, true]);
      await answer.body?.cancel();
    }
  });

  it("takes no form from elsewhere, none that it does not have, and none beyond a role", async () => {
    for (const [name, { needs }] of actions) {
      for (const origin of ["https://elsewhere.example", "null"]) {
        const forged = form({ do: name });
        const answer = await here.browsers.owner.send(at(here), {
          ...forged,
          headers: { ...forged.headers, origin },
        });
        expect([name, origin, answer.status]).toEqual([name, origin, 403]);
      }
      for (const role of ROLES.filter((one) => !reaches(one, needs) || !reaches(one, page.needs))) {
        const answer = await here.browsers[role].send(at(here), form({ do: name }));
        expect([name, role, answer.status]).toEqual([name, role, 403]);
      }
    }
    const unknown = await here.browsers.owner.send(at(here), form({ do: "constructor" }));
    // A page below a name in its path may be the form's of the page beside.
    expect(actions.length > 0 ? [400] : [400, 404]).toContain(unknown.status);
  });

  it("gives no form with another workspace's things an effect", async () => {
    const forms = (await formsOf(await (await here.browsers.owner.send(at(here))).text())).filter(
      ({ method }) => method === "post",
    );
    const before = await count(there);
    for (const { fields } of forms) {
      const foreign = new URLSearchParams(
        [...fields].map(([name, value]) => [name, swapped(value)] as [string, string]),
      );
      if (String(foreign) === String(fields)) continue;
      foreign.set("sure", "yes");
      const answer = await here.browsers.owner.send(at(here), {
        ...form({}),
        body: foreign.toString(),
      });
      expect(await answer.text()).not.toContain(there.world.open.canary);
    }
    expect(await count(there)).toBe(before);
  });
});

/** A thing of one workspace as the same thing of the other. */
function swapped(value: string): string {
  const [, other] =
    Object.entries(here.ids)
      .map(([name, id]) => [id, there.ids[name]] as const)
      .find(([id, other]) => id === value && other !== undefined) ?? [];
  return other ?? value;
}

/** What happened in a workspace: everything that changes writes an event or is seen on these pages. */
async function count({ browsers, base }: Staffed): Promise<string> {
  const pages = ["/settings/events", "/settings/members", "/settings/tokens", "/settings/apps"];
  const texts = await Promise.all(pages.map(async (path) => (await browsers.owner.send(base + path)).text()));
  return texts.join("\n").replaceAll(/value="[^"]*"/g, "");
}

describe("the way in", () => {
  it("leads one with no workspace, one and several to where they can go on", async () => {
    const nobody = await person("Nobody");
    expect(await (await nobody.browser.open("/w")).text()).toContain("You are in no workspace yet");
    const answer = await here.browsers.agent.open("/w");
    expect([answer.status, new URL(here.browsers.agent.url).pathname]).toEqual([200, `${here.base}/inbox`]);
  });

  it("speaks the reader's language, and keeps another", async () => {
    const { agent } = here.browsers;
    const german = await agent.send(`${here.base}/inbox`, {
      headers: { "accept-language": "de-AT,de;q=0.9" },
    });
    expect(await german.text()).toContain('<html lang="de"');
    await agent.post("/account", { do: "language", language: "pt" });
    const kept = await (await agent.send(`${here.base}/inbox`)).text();
    expect(kept).toContain('<html lang="pt"');
    await agent.post("/account", { do: "language", language: "en" });
  });

  it("ends the sessions of other browsers, and all", async () => {
    const { user, browser } = await person("Twice");
    const second = new Browser();
    await second.signIn(user.email);
    const page = await (await browser.open("/account")).text();
    expect(page.match(/this browser/g)).toHaveLength(1);
    await browser.post("/account", { do: "elsewhere" });
    expect((await second.send("/account")).status).toBe(303);
    expect((await browser.send("/account")).status).toBe(200);
    await browser.post("/account", { do: "everywhere" });
    expect((await browser.send("/account")).status).toBe(303);
  });
});

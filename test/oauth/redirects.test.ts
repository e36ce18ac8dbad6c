import { env } from "cloudflare:workers";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { safeReturn } from "../../src/http/addresses.ts";
import { property } from "../property.ts";
import { authorizeUrl, Browser, makeWorld, ORIGIN, register } from "./oauth-world.ts";

/** What tricks are made of: separators in every spelling, dots, blanks that URL parsers drop, schemes, other hosts. */
const target = fc
  .array(
    fc.constantFrom(
      ..."/ / / \\ \\ . .. %2e %2f %5c // @ : ? # & ; a sign-in [::1] evil.example https: javascript: data:".split(
        " ",
      ),
      "\t",
      "\n",
      "\r",
      " ",
      "\u3002",
      "\uFF0F",
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(""));
/** Mostly what begins as a path of ours, since everything else is refused at once. */
const trick = fc.oneof({ weight: 4, arbitrary: target.map((rest) => `/${rest}`) }, target);

/** Where a browser on a page of ours would go. */
const leadsTo = (location: string | null) => new URL(location ?? "", `${ORIGIN}/sign-in`).origin;

describe("going on after signing in and out", () => {
  it("stays on this site, whatever is asked for", async () => {
    await property(
      [trick],
      (wanted) => {
        const place = safeReturn(env, wanted);
        expect(place.startsWith("/") && !place.startsWith("//"), place).toBe(true);
        expect(leadsTo(place), place).toBe(ORIGIN);
      },
      { runs: 5_000 },
    );
  });

  it("does so at every page that goes on", async () => {
    const { user } = await makeWorld();
    const browser = new Browser();
    await browser.signIn(user.email);
    await property(
      [trick],
      async (wanted) => {
        const query = new URLSearchParams({ return_to: wanted });
        const form = { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN };
        const answers = [
          await browser.send(`/sign-in?${query}`),
          // Signed out already, as far as this one knows.
          await new Browser().send(`/sign-out?${query}`),
          await new Browser().send("/sign-out", { method: "POST", headers: form, body: query.toString() }),
        ];
        for (const answer of answers) {
          await answer.text();
          const location = answer.headers.get("location");
          if (location !== null) expect(leadsTo(location), location).toBe(ORIGIN);
        }
      },
      { runs: 40 },
    );
  });

  it.each(["/.//evil.example/login", "/a/..//evil.example", "/.//\\evil.example", "/./\t/evil.example"])(
    "does not follow %j after the password",
    async (wanted) => {
      const { user } = await makeWorld();
      const browser = new Browser();
      const answer = await browser.send("/sign-in", {
        method: "POST",
        headers: { origin: ORIGIN, "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({
          email: user.email,
          password: "correct horse battery",
          return_to: wanted,
        }).toString(),
      });
      expect(answer.headers.get("location")).toBe("/sign-in");
    },
  );
});

describe("an authorization request with a mistake", () => {
  const remote = "https://evil.example/callback";

  it("opens no other site by itself, and names the one that it would lead to", async () => {
    const clientId = await register("Anybody", { redirect_uris: [remote] });
    const mistakes: Record<string, string>[] = [
      { response_type: "token" },
      { code_challenge: "" },
      { resource: "https://x.example" },
    ];
    for (const spoiled of mistakes) {
      const url = await authorizeUrl(clientId, { redirect_uri: remote, ...spoiled });
      const answer = await new Browser().send(url);
      expect(answer.status, JSON.stringify(spoiled)).toBe(400);
      const html = await answer.text();
      expect(html).toContain("Tell evil.example what went wrong");
    }
  });

  it("is not guessed at when a parameter stands there twice", async () => {
    const clientId = await register("Anybody");
    const url = await authorizeUrl(clientId);
    for (const more of [
      `client_id=${clientId}`,
      `redirect_uri=${encodeURIComponent(remote)}`,
      "scope=contacts:read&scope=contacts:delete",
      "state=x",
      "workspace=ws_1&workspace=ws_2",
    ]) {
      const answer = await new Browser().send(`${url}&${more}`);
      expect(answer.status, more).toBe(400);
      expect(await answer.text()).toContain("more than once");
    }
  });
});

describe("PKCE", () => {
  it.each(["none", "client_secret_basic", "client_secret_post"])(
    "is demanded of clients that authenticate by %s",
    async (method) => {
      const clientId = await register("Client", { token_endpoint_auth_method: method });
      const url = new URL(await authorizeUrl(clientId));
      for (const name of ["code_challenge", "code_challenge_method"]) url.searchParams.delete(name);
      const answer = await new Browser().send(url.href);
      const location = new URL(answer.headers.get("location") ?? "about:blank");
      expect(location.searchParams.get("error")).toBe("invalid_request");
      expect(location.searchParams.get("state")).toBe("opaque state");
    },
  );
});

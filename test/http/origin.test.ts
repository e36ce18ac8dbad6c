import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { allowBrowser, isKnownOrigin, isOwnHost, preflight } from "../../src/http/origin.ts";

/** The deployment as configured otherwise. */
const deployed = (changes: Record<string, string>): Env => ({ ...env, ...changes });

const request = (url: string, headers: Record<string, string> = {}) => new Request(url, { headers });

describe("the Host", () => {
  it("must be the public one", () => {
    const site = deployed({ PUBLIC_URL: "https://parley.example" });
    expect(isOwnHost(request("https://parley.example/mcp"), site)).toBe(true);
    expect(isOwnHost(request("https://parley.example/mcp", { host: "PARLEY.example" }), site)).toBe(true);
    for (const url of [
      "https://evil.example/mcp",
      "https://parley.example:444/",
      "http://localhost/",
      "https://x.parley.example/",
    ]) {
      expect(isOwnHost(request(url), site), url).toBe(false);
    }
    expect(isOwnHost(request("https://parley.example/", { host: "evil.example" }), site)).toBe(false);
  });

  it("may be any loopback name of the same port where the deployment is local", () => {
    const local = deployed({ PUBLIC_URL: "http://localhost:8787" });
    for (const url of ["http://localhost:8787/", "http://127.0.0.1:8787/", "http://[::1]:8787/"]) {
      expect(isOwnHost(request(url), local), url).toBe(true);
    }
    expect(isOwnHost(request("http://127.0.0.1:8788/"), local)).toBe(false);
    expect(isOwnHost(request("http://localhost.evil.example:8787/"), local)).toBe(false);
  });
});

describe("the Origin", () => {
  const site = deployed({
    PUBLIC_URL: "https://parley.example",
    ALLOWED_ORIGINS: "https://app.example, https://other.example:8443/ ,",
  });
  const from = (origin: string) => isKnownOrigin(request("https://parley.example/mcp", { origin }), site);

  it("must be our own or allowed, exactly; none at all is no browser", () => {
    expect(isKnownOrigin(request("https://parley.example/mcp"), site)).toBe(true);
    for (const origin of ["https://parley.example", "https://app.example", "https://other.example:8443"]) {
      expect(from(origin), origin).toBe(true);
    }
    for (const origin of [
      "null",
      "",
      "https://evil.example",
      "http://app.example",
      "https://app.example:8443",
      "https://sub.app.example",
      "https://app.example.evil.example",
      "https://app.example, https://evil.example",
    ]) {
      expect(from(origin), origin).toBe(false);
    }
  });

  it("is echoed exactly, in place of whatever a library set", () => {
    const headers = new Headers({ "Access-Control-Allow-Origin": "*", "Access-Control-Max-Age": "5" });
    allowBrowser(headers, request("https://parley.example/mcp", { origin: "https://app.example" }));
    expect(headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(headers.get("access-control-max-age")).toBeNull();
    expect(headers.get("vary")).toBe("Origin");
    const bare = new Headers({ "Access-Control-Allow-Origin": "*" });
    allowBrowser(bare, request("https://parley.example/mcp"));
    expect(bare.get("access-control-allow-origin")).toBeNull();
    expect(preflight(request("https://x.example")).headers.get("access-control-allow-origin")).toBeNull();
  });
});

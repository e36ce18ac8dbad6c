import { exports } from "cloudflare:workers";
import { expect, it } from "vitest";

/** A name that somebody else pointed at us (DNS rebinding) reaches no door. */
it.each([
  "/",
  "/mcp",
  "/sse",
  "/.well-known/oauth-protected-resource/mcp",
  "/.well-known/oauth-authorization-server",
  "/authorize",
  "/sign-in",
  "/api/operator/v1/workspaces",
  "/api/visitor/v1/sessions",
  "/nothing",
])("%s answers to our own Host alone", async (path) => {
  const foreign = await exports.default.fetch(new Request(`http://rebound.example:8787${path}`));
  expect(foreign.status).toBe(403);
  const header = await exports.default.fetch(
    new Request(`http://localhost:8787${path}`, { headers: { host: "rebound.example" } }),
  );
  expect(header.status).toBe(403);
  const own = await exports.default.fetch(new Request(`http://localhost:8787${path}`));
  expect(own.status).not.toBe(403);
});

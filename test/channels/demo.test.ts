import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import worker from "../../src/index.ts";

it.each(["/demo", "/demo?inbox=pub_1", "/demo/demo.js", "/demo/demo.css"])(
  "%s is there on one's own machine, and on no deployment",
  async (path) => {
    const statusAt = async (origin: string) => {
      const own = { ...env, PUBLIC_URL: origin };
      return (await worker.fetch(new Request(`${origin}${path}`), own, createExecutionContext())).status;
    };
    expect(await statusAt("http://localhost:8787")).toBe(200);
    expect(await statusAt("http://127.0.0.1:9000")).toBe(200);
    expect(await statusAt("https://parley.example")).toBe(404);
  },
);

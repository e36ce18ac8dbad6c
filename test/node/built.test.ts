import { afterAll, beforeAll, expect, it } from "vitest";
import { inSession, stateless } from "../../bench/mcp-shots.ts";
import { startProduct } from "../../bench/workers.ts";

/**
 * The bundle as it is deployed, with what `alias` leaves out of it and the names that the bundler chose: the other
 * tests load modules one by one.
 */
let product: Awaited<ReturnType<typeof startProduct>>;

beforeAll(async () => {
  product = await startProduct();
});

afterAll(() => product.stop());

it("starts and answers plain calls, with and without a session", async () => {
  await stateless(`${product.url}/mcp`, product.token)();
  await (await inSession(`${product.url}/mcp`, product.token))();
});

it("runs a session's object for what is no plain call", async () => {
  const headers: Record<string, string> = {
    authorization: `Bearer ${product.token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const send = (message: object) =>
    fetch(`${product.url}/mcp`, {
      method: "POST",
      headers,
      body: JSON.stringify({ jsonrpc: "2.0", id: 1, ...message }),
    });
  const opened = await send({
    method: "initialize",
    params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } },
  });
  await opened.text();
  headers["mcp-session-id"] = opened.headers.get("mcp-session-id") ?? "";
  headers["mcp-protocol-version"] = "2025-11-25";
  const params = { name: "create_tag", arguments: { name: "Made in a session" } };
  const made = await (await send({ method: "tools/call", params })).text();
  expect(made).toContain("Made in a session");
  expect(made).not.toContain("isError");
  expect(await (await send({ method: "tools/list" })).text()).toContain("list_tags");
});

it("signs a person in", async () => {
  const person = { email: "ann@example.com", name: "Ann", password: "a long enough password" };
  await product.operator.post("/users", person);
  const signIn = (password: string) =>
    fetch(`${product.url}/sign-in`, {
      method: "POST",
      redirect: "manual",
      headers: { origin: product.url },
      body: new URLSearchParams({ email: person.email, password, return_to: "/authorize?x=1" }),
    });
  expect((await signIn("another password")).status).toBe(401);
  const answer = await signIn(person.password);
  expect(answer.status).toBe(303);
  const [cookie = ""] = answer.headers.getSetCookie();
  const seen = await fetch(`${product.url}/sign-in`, { headers: { cookie: cookie.split(";")[0] ?? "" } });
  expect(await seen.text()).toContain("You are signed in");
});

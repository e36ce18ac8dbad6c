import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { roomName } from "../../src/conversations/room.ts";
import { gateOf } from "../../src/gate/gate.ts";
import { runHousekeeping } from "../../src/housekeeping.ts";
import { endpointName } from "../../src/webhooks/endpoint-name.ts";
import { callTool, connectWith, contentsOf, makeWorld, type World } from "../growing/world.ts";
import {
  Browser,
  connect,
  makeWorld as makeOAuthWorld,
  ORIGIN,
  serve,
  tokenRequest,
} from "../oauth/oauth-world.ts";
import { operate, operateList, refusal } from "./operate.ts";

/** Rows of every table and search table of a database, by table. */
async function counts(database: D1Database): Promise<Record<string, number>> {
  const { results } = await database
    .prepare(
      `/* across workspaces */ SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT GLOB '_cf*'
        AND name NOT GLOB '*_search_*' AND name NOT GLOB 'sqlite*'`,
    )
    .all<{ name: string }>();
  const counted = await Promise.all(
    results.map(({ name }) =>
      database
        .prepare(`/* across workspaces */ SELECT count(*) AS count FROM "${name}"`)
        .first<number>("count"),
    ),
  );
  return Object.fromEntries(results.map(({ name }, i) => [name, counted[i] ?? 0]));
}

/** Tables of the control database that hold a text anywhere. */
async function controlWith(text: string): Promise<string[]> {
  const { results } = await env.CONTROL.prepare(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%cf_%' AND name NOT LIKE 'sqlite%'",
  ).all<{ name: string }>();
  const rows = await Promise.all(
    results.map(({ name }) => env.CONTROL.prepare(`SELECT * FROM "${name}"`).all()),
  );
  return results.flatMap(({ name }, i) => (JSON.stringify(rows[i]?.results).includes(text) ? [name] : []));
}

async function kvWith(text: string): Promise<string[]> {
  const { keys } = await env.OAUTH_KV.list();
  return keys.map(({ name }) => name).filter((name) => name.includes(text));
}

/** What an object stores: names of its tables, its alarm. */
const stored = (stub: DurableObjectStub<undefined>) =>
  runInDurableObject(stub, async (_, { storage }) => ({
    tables: [...storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT GLOB '_cf*'")],
    values: [...(await storage.list())],
    alarm: await storage.getAlarm(),
  }));
const NOTHING = { tables: [], values: [], alarm: null };

async function clear(id: string): Promise<number> {
  for (let slices = 1; ; slices++) {
    const note = await operate("POST", `/deleted-workspaces/${id}/clear`);
    if (note.clearedAt !== null) return slices;
  }
}

/** A new inbox, and how visitors write there. */
async function visit({ workspace }: World) {
  const { publicKey } = await operate("POST", `/workspaces/${workspace.id}/inboxes`, {
    channel: "web",
    name: "Shop window",
  });
  const post = (path: string, body: object, token?: string) =>
    serve(
      new Request(`${ORIGIN}/api/visitor/v1${path}`, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          "cf-connecting-ip": "192.0.2.44",
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify(body),
      }),
    );
  return { publicKey: String(publicKey), post };
}

describe("a workspace that is deleted", () => {
  it("is entered by nobody any more, and leaves nothing behind but the note that it was", async () => {
    const before = await counts(env.TENANT_1);
    const neighbour = await makeWorld("stays", { shard: "TENANT_1" });
    const between = await counts(env.TENANT_1);
    const world = await makeWorld("goes", { shard: "TENANT_1" });
    const { id, name } = world.workspace;
    const limited = await connectWith(world, { scopes: "all" });
    const { publicKey, post } = await visit(world);
    const session = await post("/sessions", { inboxKey: publicKey });
    expect(session.status).toBe(201);
    const { visitorToken: token } = await session.json<{ visitorToken: string }>();
    const said = await post("/messages", { text: "Hello" }, token);
    expect(said.status, await said.text()).toBe(201);
    const neighbours = await contentsOf(neighbour.workspace);

    expect(
      await refusal("POST", "/deleted-workspaces", { workspace: id, name: "Workspace stays" }),
    ).toMatchObject({ status: 400, message: expect.stringContaining(name) });
    expect((await callTool(limited, "list_tags", {})).code).toBeNull();
    expect(await refusal("POST", "/deleted-workspaces", { workspace: "ws_none", name })).toMatchObject({
      status: 404,
    });

    const note = await operate("POST", "/deleted-workspaces", { workspace: id, name });
    expect(note).toMatchObject({ id, name, clearedAt: null });
    // At once, though all of its data is still there.
    expect((await callTool(limited, "list_tags", {})).text).toMatch(/401|Unauthorized|revoked|known/);
    expect((await callTool(world.client, "list_tags", {})).code).toMatch(/^protocol/);
    expect((await post("/sessions", { inboxKey: publicKey })).status).toBe(404);
    expect((await post("/messages", { text: "Hello?" }, token)).status).toBeGreaterThanOrEqual(400);
    expect(await refusal("GET", `/workspaces/${id}`)).toMatchObject({ status: 404 });
    await clear(id);
    for (const [table, rows] of Object.entries(await contentsOf(world.workspace)))
      expect(rows, table).toEqual([]);
    expect(await counts(env.TENANT_1)).toEqual(between);
    expect(await contentsOf(neighbour.workspace)).toEqual(neighbours);
    expect(await controlWith(id)).toEqual(["deleted_workspaces"]);
    expect(await stored(gateOf(env, id))).toEqual(NOTHING);
    expect(await stored(env.SEARCH_INDEXER.getByName(id))).toEqual(NOTHING);
    const webhookId = String(world.open.ids.webhookId);
    expect(await stored(env.ENDPOINT.getByName(endpointName(id, webhookId)))).toEqual(NOTHING);
    expect(await operateList("/deleted-workspaces")).toContainEqual(
      expect.objectContaining({ id, name, clearedAt: expect.any(String) }),
    );
    // Said again, it is the same.
    expect(await operate("POST", "/deleted-workspaces", { workspace: id, name })).toMatchObject({ id });
    expect(await clear(id)).toBe(1);
    expect(before).not.toEqual(between);
  });

  it("takes along what people allowed apps, and what the authorization server holds of it", async () => {
    const world = await makeOAuthWorld();
    const { id, name } = world.workspace;
    const tokens = await connect(world);
    expect(await kvWith(id)).not.toEqual([]);
    await operate("POST", "/deleted-workspaces", { workspace: id, name });
    const refresh = () =>
      tokenRequest({
        grant_type: "refresh_token",
        refresh_token: tokens.refresh_token,
        client_id: world.clientId,
      });
    expect((await refresh()).status).toBe(400);
    await clear(id);
    expect((await refresh()).status).toBe(400);
    expect(await kvWith(id)).toEqual([]);
    expect(await controlWith(id)).toEqual(["deleted_workspaces"]);
    // Who they are is not the workspace's.
    expect(await (await new Browser().signIn(world.user.email)).text()).toContain("You are signed in");
  });

  it("has its rooms forget, and goes on by housekeeping where its deletion was cut off", async () => {
    const world = await makeWorld("cut", { shard: "TENANT_2" });
    const { id, name } = world.workspace;
    const { publicKey, post } = await visit(world);
    const { visitorToken: token } = await (await post("/sessions", { inboxKey: publicKey })).json<{
      visitorToken: string;
    }>();
    expect((await post("/messages", { text: "Hello" }, token)).ok).toBe(true);
    const { contact_identities: identities } = await contentsOf(world.workspace);
    const rooms = JSON.parse(JSON.stringify(identities)).map(
      ({ inbox_id: inboxId, source_id: sourceId }: Record<string, string>) =>
        roomName({ workspaceId: id, inboxId: String(inboxId), sourceId: String(sourceId) }),
    );
    expect(rooms.length).toBeGreaterThan(2);
    for (const room of rooms)
      await runInDurableObject(env.ROOM.getByName(room), (_, { storage }) =>
        storage.setAlarm(Date.now() + 3_600_000),
      );
    await operate("POST", "/deleted-workspaces", { workspace: id, name });
    await runHousekeeping(env);
    expect(await operateList("/deleted-workspaces")).toContainEqual(
      expect.objectContaining({ id, clearedAt: expect.any(String) }),
    );
    for (const [table, rows] of Object.entries(await contentsOf(world.workspace)))
      expect(rows, table).toEqual([]);
    for (const room of rooms) expect(await stored(env.ROOM.getByName(room))).toEqual(NOTHING);
  });
});

import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { loadFlows } from "../../src/flows/run/lookup.ts";
import { flowVersions } from "../../src/flows/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import type { Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";
import { draftOf, type Sketch } from "./flows.ts";
import { published, saying, tenantFor } from "./stored.ts";

const textIn = async (tenant: Tenant, flowId: string, versionId: string) => {
  const found = (await loadFlows(tenant, [{ flowId, versionId }]))(flowId, versionId);
  return found?.flow.nodes.flatMap(({ data }) => ("text" in data ? [data.text] : []));
};

it("reads a version once, and never for another workspace, whose version of the same id is its own", async () => {
  const meter = metered(env.TENANT_1);
  const { tenant } = testCall({ database: meter.database });
  const { id, version } = await published(tenant, "ours");
  expect(await textIn(tenant, id, version.id)).toEqual(["ours"]);
  meter.reset();
  expect(await textIn(tenant, id, version.id)).toEqual(["ours"]);
  expect(meter.roundTrips).toBe(0);

  const other = tenantFor();
  expect(await textIn(other, id, version.id)).toBeUndefined();
  const row = { ...version, graph: saying("theirs") };
  await other.batch([other.db.insert(flowVersions).values(other.row(row))]);
  expect(await textIn(other, id, version.id)).toEqual(["theirs"]);
  expect(await textIn(tenant, id, version.id)).toEqual(["ours"]);
});

it("gives what nobody can change for the next", async () => {
  const tenant = tenantFor();
  const { id, version } = await published(tenant, "one");
  const place = [{ flowId: id, versionId: version.id }];
  const flow = (await loadFlows(tenant, place))(id, version.id)?.flow;
  expect(() => flow?.nodes.pop()).toThrow(TypeError);
  for (const node of flow?.nodes ?? [])
    expect(() => Object.assign(node.data, { text: "two" })).toThrow(TypeError);
  expect(await textIn(tenant, id, version.id)).toEqual(["one"]);
});

it("lets go of what was not used for longest: large flows of many workspaces do not fill the memory", async () => {
  const meter = metered(env.TENANT_1);
  const { tenant } = testCall({ database: meter.database });
  const { id, version } = await published(tenant);
  const long = Array.from(
    { length: 100 },
    (_, i): Sketch => [`m${i}`, "message", { text: "x".repeat(4_000) }],
  );
  const graph = draftOf([["start", "start"], ...long], []);
  const versions = Array.from({ length: 11 }, (_, i) => ({
    ...version,
    graph,
    id: newId("flowVersion"),
    number: i + 2,
  }));
  for (const row of versions) await tenant.batch([tenant.db.insert(flowVersions).values(tenant.row(row))]);
  const isRead = async (index: number) => {
    meter.reset();
    await textIn(tenant, id, versions[index]?.id ?? "");
    return meter.roundTrips > 0;
  };
  for (let i = 0; i < versions.length; i++) {
    expect(await isRead(i)).toBe(true);
    // Used all the while, so it stays.
    expect(await isRead(0)).toBe(false);
  }
  expect([await isRead(0), await isRead(10), await isRead(1)]).toEqual([false, false, true]);
});

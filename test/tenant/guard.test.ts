import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { contacts, tags } from "../../src/contacts/schema.ts";
import { newId } from "../../src/tenant/ids.ts";
import { causeText, type Tenant } from "../../src/tenant/tenant.ts";
import { testCall } from "../call.ts";

const refusal = async (work: PromiseLike<unknown>) => {
  try {
    return `done: ${JSON.stringify(await work)}`;
  } catch (error) {
    return causeText(error);
  }
};

/** Two workspaces of one shard, each with a tag of the same name. */
async function neighbours(): Promise<{ mine: Tenant; theirs: Tenant; theirTag: string }> {
  const [mine, theirs] = [testCall().tenant, testCall().tenant];
  const theirTag = newId("tag");
  for (const [tenant, id] of [
    [mine, newId("tag")],
    [theirs, theirTag],
  ] as const) {
    await tenant.db
      .insert(tags)
      .values(tenant.row({ id, name: "VIP", nameKey: "vip", color: null, createdAt: 1, updatedAt: 1 }));
  }
  return { mine, theirs, theirTag };
}

const there = async (tenant: Tenant) =>
  (await tenant.db.select({ name: tags.name }).from(tags).where(tenant.of(tags))).map(({ name }) => name);

describe("the tenant guard", () => {
  it("refuses a whole-row select, update and delete that no workspace is bound to", async () => {
    const { mine, theirs, theirTag } = await neighbours();
    const unbound = /not bound to its workspace/;
    expect(await refusal(mine.db.select().from(tags).where(eq(tags.id, theirTag)))).toMatch(unbound);
    expect(await refusal(mine.db.select().from(tags))).toMatch(unbound);
    expect(
      await refusal(mine.db.update(tags).set({ name: "X" }).where(eq(tags.id, theirTag)).returning()),
    ).toMatch(unbound);
    expect(await refusal(mine.db.delete(tags).where(eq(tags.id, theirTag)).returning())).toMatch(unbound);
    expect(await refusal(mine.db.delete(contacts).where(eq(contacts.email, "a@b.c")))).toMatch(unbound);
    expect(await there(theirs)).toEqual(["VIP"]);
  });

  it("refuses what is bound to another workspace, rows to insert among them", async () => {
    const { mine, theirs, theirTag } = await neighbours();
    const unbound = /not bound to its workspace/;
    expect(await refusal(mine.db.select().from(tags).where(theirs.of(tags)))).toMatch(unbound);
    expect(await refusal(mine.db.delete(tags).where(theirs.of(tags, eq(tags.id, theirTag))))).toMatch(
      unbound,
    );
    const row = { id: newId("tag"), name: "New", nameKey: "new", color: null, createdAt: 1, updatedAt: 1 };
    expect(await refusal(mine.db.insert(tags).values(theirs.row(row)))).toMatch(unbound);
    expect(await there(theirs)).toEqual(["VIP"]);
  });

  it("refuses what holds the workspace's id within another text", async () => {
    const { mine, theirs } = await neighbours();
    const { workspaceId } = mine;
    for (const text of [
      `I am ${workspaceId}`,
      JSON.stringify([workspaceId]),
      `${workspaceId} `,
      workspaceId.slice(3),
    ]) {
      expect(await refusal(mine.db.select().from(tags).where(eq(tags.name, text)))).toMatch(/not bound/);
      expect(await refusal(mine.db.update(tags).set({ name: text }).where(eq(tags.nameKey, "vip")))).toMatch(
        /not bound/,
      );
    }
    expect(await there(theirs)).toEqual(["VIP"]);
  });

  it("refuses an update that would take another workspace's row over", async () => {
    const { mine, theirs, theirTag } = await neighbours();
    const moving = mine.db
      .update(tags)
      .set(mine.row({ name: "Mine" }))
      .where(eq(tags.id, theirTag));
    expect(await refusal(moving)).toMatch(/move rows/);
    expect(await there(theirs)).toEqual(["VIP"]);
  });

  it("refuses them in a batch, and statements without any value", async () => {
    const { mine, theirs } = await neighbours();
    expect(await refusal(mine.batch([mine.db.delete(tags)]))).toMatch(/not bound/);
    expect(await refusal(mine.db.run(sql`DELETE FROM tags`))).toMatch(/not bound/);
    expect(await there(theirs)).toEqual(["VIP"]);
  });

  it("lets through what is bound to its own workspace", async () => {
    const { mine, theirs } = await neighbours();
    await mine.batch([
      mine.db
        .update(tags)
        .set({ name: "Mine" })
        .where(mine.of(tags, eq(tags.nameKey, "vip"))),
    ]);
    expect(await there(mine)).toEqual(["Mine"]);
    expect(await there(theirs)).toEqual(["VIP"]);
  });

  it("holds in the suite for raw statements too", () => {
    const database = env.TENANT_1;
    expect(() => database.prepare("SELECT workspace_id FROM tags").all()).toThrow(/bound to no workspace/);
    expect(() => database.prepare("DELETE FROM tags WHERE id = ?").bind("x")).toThrow(
      /bound to no workspace/,
    );
    expect(() => database.batch([database.prepare("DELETE FROM tags")])).toThrow(/bound to no workspace/);
  });
});

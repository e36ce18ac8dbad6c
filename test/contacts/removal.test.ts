import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { mayUse } from "../../src/calls/permissions.ts";
import { catalogue } from "../../src/catalogue.ts";
import { createCustomField, deleteCustomField } from "../../src/contacts/custom-fields.ts";
import { deleteTag } from "../../src/contacts/delete-tag.ts";
import { addContactTags, createContact } from "../../src/contacts/store.ts";
import { createTag } from "../../src/contacts/tags.ts";
import { ALL_SCOPES, CAREFUL_SCOPES } from "../../src/control/scopes.ts";
import { STEP } from "../../src/tenant/in-steps.ts";
import { testCall } from "../call.ts";
import { metered } from "../meter.ts";

/** Rows of that many contacts with the tag, and a value in the field, as an import would leave them. */
async function manyWith(workspaceId: string, tagId: string, fieldId: string, count: number) {
  const numbers = `WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < ${count})`;
  await env.TENANT_1.batch([
    env.TENANT_1.prepare(
      `INSERT INTO contact_tags (workspace_id, contact_id, tag_id, contact_n) ${numbers}
       SELECT ?, 'ct_' || n, ?, n FROM i`,
    ).bind(workspaceId, tagId),
    env.TENANT_1.prepare(
      `INSERT INTO contact_field_values
         (workspace_id, contact_id, field_id, contact_n, text_value, number_value, updated_at) ${numbers}
       SELECT ?, 'ct_' || n, ?, n, 'x', NULL, 1 FROM i`,
    ).bind(workspaceId, fieldId),
  ]);
}

describe("what contacts are sorted by", () => {
  it("goes from however many have it, a bounded number in each batch, and touches nothing else", async () => {
    const meter = metered(env.TENANT_1);
    const call = testCall({ database: meter.database });
    const { tenant } = call;
    const [gone, stays] = [
      await createTag(tenant, { name: "gone" }),
      await createTag(tenant, { name: "stays" }),
    ];
    const field = await createCustomField(tenant, { key: "gone", label: "Gone", type: "text" });
    const { id } = await createContact(tenant, { name: "Anna", customFields: { gone: "y" } });
    await addContactTags(tenant, id, { ids: [gone.id, stays.id] });
    const count = 2 * STEP + 500;
    await manyWith(tenant.workspaceId, gone.id, field.id, count);
    const foreign = testCall().tenant;
    await manyWith(foreign.workspaceId, gone.id, field.id, 3);

    meter.reset();
    expect(await deleteTag(tenant, gone.id, [])).toEqual({ contacts: count + 1, deleted: true });
    expect(await deleteCustomField(tenant, "gone")).toMatchObject({ contacts: count + 1, deleted: true });
    // A row of the table and one of its index each.
    expect(Math.max(...meter.bill.map(({ written }) => written))).toBeLessThanOrEqual(2 * STEP);

    const rest = await env.TENANT_1.prepare(
      `SELECT (SELECT count(*) FROM contact_tags WHERE workspace_id = ?1) AS own,
        (SELECT count(*) FROM contact_field_values WHERE workspace_id = ?1) AS own_values,
        (SELECT count(*) FROM contact_tags WHERE workspace_id = ?2) AS others`,
    )
      .bind(tenant.workspaceId, foreign.workspaceId)
      .first();
    expect(rest).toEqual({ own: 1, own_values: 0, others: 3 });
  });
});

describe("an OAuth grant", () => {
  it("with everything that is ticked by default sees nothing that deletes; each of it once a person ticks that", () => {
    const { principal } = testCall();
    const grant = { principal: { ...principal, kind: "grant" as const }, toolsets: null };
    const usable = (scopes: typeof principal.scopes) =>
      catalogue.tools.filter((tool) => mayUse(tool, { ...grant, principal: { ...grant.principal, scopes } }));
    const byDefault = usable(ALL_SCOPES.filter((scope) => !CAREFUL_SCOPES.includes(scope)));
    // A node of a draft is in the versions before it.
    const deleting = catalogue.tools.filter(({ name }) => /^delete_(?!flow_node)/.test(name));
    expect(byDefault.filter((tool) => deleting.includes(tool))).toEqual([]);
    expect(usable(ALL_SCOPES).filter((tool) => deleting.includes(tool))).toEqual(deleting);
  });
});

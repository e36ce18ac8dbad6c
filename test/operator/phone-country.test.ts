import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { createContact } from "../../src/contacts/store.ts";
import { getWorkspace } from "../../src/gate/workspaces.ts";
import { operatorTenant } from "../../src/operator/exchange.ts";
import { operate, refusal } from "./operate.ts";

it("a workspace takes a country for phone numbers until it has contacts, whose numbers it would change", async () => {
  const { id } = await operate("POST", "/workspaces", { name: "Acme" });
  const path = `/workspaces/${id}`;
  expect(await operate("PATCH", path, { phoneCountry: "DE" })).toMatchObject({ phoneCountry: "DE" });
  await createContact(operatorTenant(env, await getWorkspace(env, String(id))), { phone: "0170 1234567" });
  expect(await refusal("PATCH", path, { phoneCountry: "AT" })).toMatchObject({
    status: 409,
    code: "conflict",
  });
  expect(await operate("PATCH", path, { phoneCountry: "DE", name: "Same" })).toMatchObject({
    name: "Same",
  });
});

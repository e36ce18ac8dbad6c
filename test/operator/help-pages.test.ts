import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { workspaceOfHelp } from "../../src/gate/workspaces.ts";
import { operate, refusal } from "./operate.ts";

const made = async (name: string) => String((await operate("POST", "/workspaces", { name })).id);

it("help pages are at an address that one workspace has, until it gives it up or is suspended", async () => {
  const [one, other] = [await made("One"), await made("Other")];
  const slug = `help-${one.slice(-8)}`;
  const at = async () => (await workspaceOfHelp(env, slug))?.id ?? null;
  expect(await at()).toBeNull();
  expect(await operate("PATCH", `/workspaces/${one}`, { helpSlug: slug.toUpperCase() })).toMatchObject({
    helpSlug: slug,
  });
  expect(await at()).toBe(one);
  expect(await refusal("PATCH", `/workspaces/${other}`, { helpSlug: slug })).toMatchObject({
    status: 409,
    code: "duplicate",
  });
  // Its own again is no clash, and other changes leave it.
  await operate("PATCH", `/workspaces/${one}`, { helpSlug: slug, name: "Still one" });
  expect(await at()).toBe(one);
  await operate("PATCH", `/workspaces/${one}`, { suspended: true });
  expect(await at()).toBeNull();
  await operate("PATCH", `/workspaces/${one}`, { suspended: false, helpSlug: null });
  expect(await at()).toBeNull();
  await operate("PATCH", `/workspaces/${other}`, { helpSlug: slug });
  expect(await at()).toBe(other);
});

it.each(["a", "-ab", "ab-", "a b", "a/b", "ä", "x".repeat(41)])("refuses %j", async (helpSlug) => {
  const id = await made("Shop");
  expect(await refusal("PATCH", `/workspaces/${id}`, { helpSlug })).toMatchObject({ status: 400 });
});

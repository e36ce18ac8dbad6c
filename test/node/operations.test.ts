import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { z } from "zod";
import { ROOT } from "../../bench/workers.ts";

const bindings = z.array(z.looseObject({ binding: z.string() }));
const named = z.array(z.looseObject({ name: z.string() }));
const configuration = z.looseObject({
  vars: z.record(z.string(), z.unknown()),
  d1_databases: bindings,
  kv_namespaces: bindings,
  r2_buckets: bindings,
  durable_objects: z.looseObject({ bindings: named }),
  ratelimits: named,
});

it("names in docs/operations.md whatever the Worker is bound to", () => {
  const config = configuration.parse(
    unstable_readConfig({ config: join(ROOT, "wrangler.jsonc") }, { hideWarnings: true }),
  );
  const bound = [
    ...Object.keys(config.vars),
    ...[config.d1_databases, config.kv_namespaces, config.r2_buckets].flat().map(({ binding }) => binding),
    ...[config.durable_objects.bindings, config.ratelimits].flat().map(({ name }) => name),
  ];
  expect(bound.length).toBeGreaterThan(20);
  const operations = readFileSync(join(ROOT, "docs/operations.md"), "utf8");
  expect(bound.filter((name) => !operations.includes(`\`${name}\``))).toEqual([]);
});

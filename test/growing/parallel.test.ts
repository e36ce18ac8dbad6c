import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { growing } from "./checks.ts";
import { parallel } from "./parallel.ts";
import { makeWorld, type World } from "./world.ts";

/** Every tool that writes and destroys nothing, by many at once. */
let mine: World;

beforeAll(async () => {
  mine = await makeWorld("parallel", { shard: "TENANT_1" });
});

const writers = catalogue.tools.filter(({ hints }) => !hints.readOnly && !hints.destructive);

growing(writers, parallel, () => ({ mine, theirs: mine, elsewhere: mine }));

import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { changes } from "./changes.ts";
import { growing } from "./checks.ts";
import { makeWorld, type World } from "./world.ts";

/** A tool that says it only reads leaves the database as it was. */
let world: World;

beforeAll(async () => {
  world = await makeWorld("reading");
});

growing(catalogue.tools, changes, () => ({ mine: world, theirs: world, elsewhere: world }));

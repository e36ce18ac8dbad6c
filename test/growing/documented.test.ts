import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { growing } from "./checks.ts";
import { documented } from "./documented.ts";
import { makeWorld, type World } from "./world.ts";

/** Every tool of the catalogue in every list and on every page that names tools. */
let world: World;

beforeAll(async () => {
  world = await makeWorld("documented");
}, 60_000);

growing(catalogue.tools, documented, () => ({ mine: world, theirs: world, elsewhere: world }));

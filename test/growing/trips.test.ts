import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { growing } from "./checks.ts";
import { trips } from "./trips.ts";
import { makeWorld, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await makeWorld("trips");
});

const lists = catalogue.tools.filter(({ name }) => name.startsWith("list_"));
growing(lists, trips, () => ({ mine: world, theirs: world, elsewhere: world }));

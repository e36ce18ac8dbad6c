import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { callings } from "./callings.ts";
import { growing } from "./checks.ts";
import { makeWorld, type World } from "./world.ts";

/** In worlds of their own, the tools that read first: what the others write has others' names in it. */
let mine: World;
let theirs: World;

beforeAll(async () => {
  mine = await makeWorld("callingmine", { shard: "TENANT_1" });
  theirs = await makeWorld("callingtheirs", { shard: "TENANT_1" });
});

const readers = catalogue.tools.filter(({ hints }) => hints.readOnly);
const writers = catalogue.tools.filter(({ hints }) => !hints.readOnly);

growing([...readers, ...writers], callings, () => ({ mine, theirs, elsewhere: theirs }));

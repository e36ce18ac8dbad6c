import { beforeAll } from "vitest";
import { catalogue } from "../../src/catalogue.ts";
import { growing } from "./checks.ts";
import { names } from "./names.ts";
import { callTool, makeWorld, type World } from "./world.ts";

/** Every tool of the catalogue with names in place of ids. */
let worlds: { mine: World; theirs: World; elsewhere: World };

beforeAll(async () => {
  worlds = {
    mine: await makeWorld("namesmine", { shard: "TENANT_1" }),
    theirs: await makeWorld("namestheirs", { shard: "TENANT_1" }),
    elsewhere: await makeWorld("nameselsewhere", { shard: "TENANT_2" }),
  };
  // What a visitor says of itself is no key: the workspace says it too.
  for (const { client, open, other } of Object.values(worlds)) {
    for (const { ids, canary } of [open, other]) {
      await callTool(client, "update_contact", { contactId: ids.contactId, email: `${canary}@example.com` });
    }
  }
}, 60_000);

growing(catalogue.tools, names, () => worlds);

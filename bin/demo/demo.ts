import { existsSync, readFileSync, rmSync } from "node:fs";
import { relative } from "node:path";
import { z } from "zod";
import { randomText } from "../../src/tenant/ids.ts";
import { type LocalData, writePrivate } from "../local.ts";
import { OperatorClient } from "../operator-client.ts";
import { Refused } from "../refused.ts";
import { type Demo, makeDemo } from "./make.ts";

const demoSchema = z.object({
  workspaceId: z.string(),
  token: z.string(),
  inboxKey: z.string(),
  email: z.string(),
  password: z.string(),
});
const progressSchema = z.object({
  now: z.number(),
  password: z.string(),
  workspaceId: z.string().optional(),
  owner: z.object({ memberId: z.string(), email: z.string() }).optional(),
  token: z.string().optional(),
});

/**
 * The demo workspace of a local server: made once, afterwards read from the file that remembers it. A start that is
 * broken off meanwhile leaves beside that file how far it was, and the next one goes on there. Both files are readable
 * by their owner alone.
 * @throws Refused when one of the files is damaged
 */
export async function ensureDemo(
  url: string,
  operatorKey: string,
  data: LocalData,
  say: (line: string) => void,
): Promise<Demo> {
  const operator = new OperatorClient(url, operatorKey);
  const progressFile = `${data.demoFile}.part`;
  const isThere = (workspaceId: string) => hasWorkspace(operator, workspaceId);
  const held = readHeld(demoSchema, data.demoFile);
  if (held && (await isThere(held.workspaceId))) return held;
  const begun = readHeld(progressSchema, progressFile);
  const goesOn = begun && (begun.workspaceId === undefined || (await isThere(begun.workspaceId)));
  const progress = goesOn ? begun : { now: Date.now(), password: randomText(16) };
  const keep = (known: object) => writePrivate(progressFile, `${JSON.stringify(known, null, 2)}\n`);
  keep(progress);
  const demo = await makeDemo({ operator, keep, say }, progress);
  writePrivate(data.demoFile, `${JSON.stringify(demo, null, 2)}\n`);
  rmSync(progressFile);
  return demo;
}

/** What a file holds; null where there is none. @throws Refused when it is damaged */
function readHeld<T>(schema: z.ZodType<T>, file: string): T | null {
  if (!existsSync(file)) return null;
  try {
    return schema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    throw new Refused(
      `${relative(process.cwd(), file)} is damaged: delete it to have a demo workspace made anew; the rest of the data stays.`,
    );
  }
}

/** False when somebody removed the databases and left the file. */
async function hasWorkspace(operator: OperatorClient, id: string): Promise<boolean> {
  return operator.get(`/workspaces/${id}`).then(
    () => true,
    (error: unknown) => {
      if (error instanceof Refused && error.code === "not_found") return false;
      throw error;
    },
  );
}

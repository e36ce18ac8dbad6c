import { createHash } from "node:crypto";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { Refused } from "./refused.ts";

/**
 * One server for each data folder: two workerds over the same databases lock each other out, and neither sees what the
 * other revokes. The folder's server listens at an address of its own on this machine, where it tells who it is. The
 * system ends that with the process, however it ends, so nothing stale is in anybody's way, and no process that has got
 * an old one's number is taken for it.
 */

const holderSchema = z.object({ pid: z.int(), port: z.int() });
type Holder = z.output<typeof holderSchema>;

/** A socket's path may have a hundred characters, which the data folder's own may exceed. */
function addressOf(folder: string): string {
  const name = `parley-${createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 20)}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\${name}` : join(tmpdir(), `${name}.sock`);
}

/** Who listens there: the holder, or null where nobody does. */
async function holderAt(address: string): Promise<Holder | null> {
  const socket = connect(address);
  try {
    await once(socket, "connect");
    return holderSchema.parse(JSON.parse(await text(socket)));
  } catch {
    return null;
  } finally {
    socket.destroy();
  }
}

/**
 * Takes the data folder for this process, until it ends.
 * @param folder where the databases lie
 * @param port that this server will listen on
 * @throws Refused naming the port and process of the server that has the folder
 */
export async function takeFolder(folder: string, port: number): Promise<void> {
  const address = addressOf(folder);
  const own = { pid: process.pid, port };
  const refuse = (holder: Holder) => {
    throw new Refused(
      `Already running on port ${holder.port} (process ${holder.pid}): stop it first, or give this one a folder of its own with PARLEY_DATA=./other.`,
    );
  };
  for (let tries = 1; ; tries++) {
    const server = createServer((socket) => socket.on("error", () => {}).end(JSON.stringify(own)));
    const problem = await new Promise<NodeJS.ErrnoException | null>((done) => {
      server.once("error", done);
      server.listen(address, () => done(null));
    });
    if (problem === null) {
      server.unref();
      // Another start may have taken the address for stale in the same moment: the later one has it.
      await sleep(100);
      const holder = await holderAt(address);
      if (holder?.pid === own.pid) return;
      if (holder) refuse(holder);
    }
    if (problem && problem.code !== "EADDRINUSE") {
      throw new Refused(`Cannot tell whether a server is running already: ${problem.message}`);
    }
    const holder = await holderAt(address);
    if (holder) refuse(holder);
    if (tries === 5) throw new Refused(`Cannot tell whether a server is running already: see ${address}`);
    // What a killed server left behind.
    if (process.platform !== "win32") rmSync(address, { force: true });
  }
}

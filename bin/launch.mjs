import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Where npm ci puts a Node of its own, by system. */
const OWN_NODE = ["node", "node.exe"].map((name) =>
  fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url)),
);

/**
 * Runs a command of this folder, which is TypeScript, on whatever Node it was started with: on that one where it can
 * (22.18 and newer), otherwise on the one that npm ci brought along. Plain JavaScript, so that an old Node can say
 * what it lacks in place of a stack.
 * @param {string} name the file's, without its ending
 */
export async function launch(name) {
  const file = new URL(`./${name}.ts`, import.meta.url);
  if (process.features.typescript) {
    // That types are stripped is news to nobody here, and stderr may be shown to a person.
    process.removeAllListeners("warning");
    await import(file.href);
    return;
  }
  const node = OWN_NODE.find((path) => existsSync(path));
  if (node === undefined) {
    const folder = fileURLToPath(new URL("..", import.meta.url));
    console.error(
      `This needs Node 22.18 or newer and runs on ${process.version}: install a newer one, or run npm ci in ${folder}, which brings its own.`,
    );
    process.exitCode = 1;
    return;
  }
  const args = ["--no-warnings", fileURLToPath(file), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  process.exitCode = await new Promise((resolve) => {
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

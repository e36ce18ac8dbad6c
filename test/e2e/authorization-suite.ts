import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { freePort } from "./server.ts";

const CLI = join(
  fileURLToPath(import.meta.url),
  "../../../node_modules/@modelcontextprotocol/conformance/dist/index.js",
);
const registrationSchema = z.object({ client_id: z.string() });

/**
 * Runs the official suite's scenarios for authorization servers, and does what its authorization-code scenario asks
 * a person to do.
 * @param open opens the printed authorization request in a browser, where somebody allows it
 * @returns what it printed
 */
export async function runAuthorizationSuite(
  issuer: string,
  resource: string,
  open: (url: string) => Promise<void>,
): Promise<string> {
  const port = await freePort();
  const registered = await fetch(`${issuer}/oauth/register`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      client_name: "Conformance suite",
      redirect_uris: [`http://127.0.0.1:${port}/callback`],
      token_endpoint_auth_method: "none",
    }),
  });
  const { client_id: clientId } = registrationSchema.parse(await registered.json());
  const results = mkdtempSync(join(tmpdir(), "parley-suite-"));
  const suite = spawn(
    process.execPath,
    [
      ...[CLI, "authorization", "--url", issuer, "--resource", resource, "--client-id", clientId],
      ...["--port", String(port), "--output-dir", results],
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  let opened: Promise<void> | undefined;
  suite.stdout.on("data", (chunk) => {
    output += chunk;
    const url = /^(\S+\/authorize\?\S+)\n/m.exec(output)?.[1];
    // Whatever goes wrong there shows in the suite's own verdict too; without an answer it would wait for minutes.
    if (url) {
      opened ??= open(url).catch((error) => {
        output += `\n${error}`;
        suite.kill();
      });
    }
  });
  suite.stderr.on("data", (chunk) => {
    output += chunk;
  });
  await once(suite, "close");
  await opened;
  rmSync(results, { recursive: true, force: true });
  return output;
}

import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseEnv } from "node:util";
import { randomText } from "../src/tenant/ids.ts";
import { Refused } from "./refused.ts";

/** The checkout: commands work from here whatever folder they were called in. */
export const ROOT = join(fileURLToPath(import.meta.url), "../..");

/** Where `wrangler dev` looks for a port by default, and so do we. */
export const DEFAULT_PORT = 8787;

/** The secrets that a server cannot do without. 52 characters of 5 random bits are 260 bits. */
export const SECRETS = ["OPERATOR_KEY", "PARLEY_SECRET"] as const;
export type Secrets = Record<(typeof SECRETS)[number], string>;

/** What a local server keeps. `PARLEY_DATA` moves all of it to a folder of its own. */
export interface LocalData {
  /** wrangler's `--persist-to`: databases, key-value data and Durable Objects. */
  state: string;
  /** Remembers the migrations that were applied, since asking wrangler takes seconds. Goes with the state. */
  migratedFile: string;
  secretsFile: string;
  /** Remembers the demo workspace and its credentials. */
  demoFile: string;
  /** Where mail that a local server sends is put. */
  mailFolder: string;
}

export function localData(env: NodeJS.ProcessEnv = process.env): LocalData {
  const own = env.PARLEY_DATA ? resolve(env.PARLEY_DATA) : undefined;
  const state = join(own ?? join(ROOT, ".wrangler"), "state");
  return {
    state,
    migratedFile: join(state, "migrated"),
    secretsFile: join(own ?? ROOT, ".dev.vars"),
    demoFile: join(own ?? join(ROOT, ".wrangler"), "demo.json"),
    mailFolder: join(own ?? join(ROOT, ".wrangler"), "mail"),
  };
}

/**
 * The port that `PORT` names, or 8787.
 * @throws Refused when it is not a port number
 */
export function localPort(env: NodeJS.ProcessEnv = process.env): number {
  if (!env.PORT) return DEFAULT_PORT;
  const port = Number(env.PORT);
  if (!Number.isInteger(port) || port < 1 || port > 65535) {
    throw new Refused(`PORT must be a number from 1 to 65535, not ${JSON.stringify(env.PORT)}.`);
  }
  return port;
}

/** Writes a file that only its owner can read, also when it was there before with wider permissions. */
export function writePrivate(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}

export function newSecrets(): Secrets {
  return { OPERATOR_KEY: randomText(52), PARLEY_SECRET: randomText(52) };
}

/**
 * The local server's secrets.
 * @throws Refused when the file or one of them is missing
 */
export function readSecrets(data: LocalData): Secrets {
  const shown = relative(process.cwd(), data.secretsFile);
  if (!existsSync(data.secretsFile)) {
    throw new Refused(`There is no ${shown}: \`npm start\` makes it.`);
  }
  const values = parseEnv(readFileSync(data.secretsFile, "utf8"));
  const secret = (name: keyof Secrets): string => {
    const value = values[name];
    if (value && /\s/.test(value)) {
      throw new Refused(
        `${name} in ${shown} has a blank in it, with which no request can bring it: write it without.`,
      );
    }
    if (value) return value;
    throw new Refused(
      `${name} is missing from ${shown}: add it, or delete the file to have new secrets made.`,
    );
  };
  return { OPERATOR_KEY: secret("OPERATOR_KEY"), PARLEY_SECRET: secret("PARLEY_SECRET") };
}

/** Makes the secrets when there is no file yet. An existing file is never changed. */
export function ensureSecrets(data: LocalData): Secrets {
  if (!existsSync(data.secretsFile)) {
    const lines = Object.entries(newSecrets()).map(([name, value]) => `${name}=${value}\n`);
    writePrivate(data.secretsFile, lines.join(""));
  }
  return readSecrets(data);
}

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { encode } from "gpt-tokenizer";
import { type Pairing, pair } from "./load.ts";
import { inSession, inTurn, plainRead, stateless } from "./mcp-shots.ts";
import { ROOT, startProduct, startReference } from "./servers.ts";
import { bundleSize, startupTime } from "./size.ts";

/** `npm run bench`: every figure is a comparison of two things in this one run. */

const ms = (value: number) => `${value.toFixed(1)} ms`;
const times = (value: number) => `${value.toFixed(2)}×`;
const kib = (value: number) => `${(value / 1024).toFixed(0)} KiB`;

function print(title: string, { subject, reference, ratio50, ratio95 }: Pairing): void {
  console.log(
    `${title}: p50 ${ms(subject.p50)} ÷ ${ms(reference.p50)} = ${times(ratio50)}, ` +
      `p95 ${ms(subject.p95)} ÷ ${ms(reference.p95)} = ${times(ratio95)}`,
  );
}

/** Bench tokens make more calls than any plan allows in a minute. */
function liftLimits(token: string, url: string): void {
  const parley = (...args: string[]) =>
    execFileSync(process.execPath, [join(ROOT, "bin/parley.ts"), ...args], {
      cwd: ROOT,
      encoding: "utf8",
      env: { ...process.env, ...productEnv },
    });
  const workspace = `ws_${token.split("_")[1]}`;
  parley("plan", "set", "--name", "bench", "--per-minute", "1000000", "--mcp", "on", "--bot-tokens", "on");
  parley("workspace", "set-plan", "--workspace", workspace, "--plan", "bench");
  console.log(`Measuring ${url}\n`);
}

const [product, raw, agent] = await Promise.all([
  startProduct(),
  startReference("raw"),
  startReference("agent"),
]);
const productEnv = { PORT: new URL(product.url).port, PARLEY_DATA: product.dataDir };
try {
  liftLimits(product.token, product.mcpUrl);
  const sessions = async (url: string, count: number, token?: string) =>
    inTurn(await Promise.all(Array.from({ length: count }, () => inSession(url, token))));
  for (const clients of [1, 16]) {
    const call = stateless(product.mcpUrl, product.token);
    print(
      `Session-less call ÷ raw D1 read, ${clients} at once`,
      await pair(call, plainRead(raw.url), clients),
    );
    print(
      `Session call ÷ bare McpAgent, ${clients} at once`,
      await pair(
        await sessions(product.mcpUrl, clients, product.token),
        await sessions(`${agent.url}/mcp`, clients),
        clients,
      ),
    );
  }
} finally {
  await Promise.all([product.stop(), raw.stop(), agent.stop()]);
}

const [ours, bare] = [bundleSize("wrangler.jsonc"), bundleSize("bench/agent/wrangler.jsonc")];
console.log(`Bundle, gzipped ÷ bare McpAgent: ${kib(ours)} ÷ ${kib(bare)} = ${times(ours / bare)}`);
const median = (values: number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const starts = Array.from({ length: 5 }, () => [startupTime("."), startupTime("bench/agent")] as const);
const [ourStart, bareStart] = [median(starts.map(([a]) => a)), median(starts.map(([, b]) => b))];
console.log(`Start-up ÷ bare McpAgent: ${ms(ourStart)} ÷ ${ms(bareStart)} = ${times(ourStart / bareStart)}`);

const listing = execFileSync("npm", ["run", "-s", "catalogue"], {
  cwd: ROOT,
  encoding: "utf8",
  maxBuffer: 64 << 20,
});
const { tools }: { tools: { name: string; title: string; description: string; inputSchema: object }[] } =
  JSON.parse(listing);
const inputs = tools.map(({ name, title, description, inputSchema }) => ({
  name,
  title,
  description,
  inputSchema,
}));
console.log(
  `tools/list: ${tools.length} tools, ${kib(JSON.stringify(tools).length)} in all; ` +
    `names, titles, descriptions and input schemas ${encode(JSON.stringify(inputs)).length} tokens`,
);

console.log("\nRows written (the bill):");
execFileSync(join(ROOT, "node_modules/.bin/vitest"), ["run", "--project", "bill"], {
  cwd: ROOT,
  stdio: "inherit",
});

import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { encode } from "gpt-tokenizer";
import { benchLive } from "./live.ts";
import { type Pairing, pair } from "./load.ts";
import { inSession, inTurn, plainRead, stateless } from "./mcp-shots.ts";
import { memory } from "./process.ts";
import { bundleWeight, startupTime } from "./size.ts";
import { benchWebhooks } from "./webhooks.ts";
import { ROOT, startProduct, startReference } from "./workers.ts";

/**
 * `npm run bench`: every figure is a comparison of two things in this one run. `npm run bench -- live` measures visitors and
 * webhooks alone.
 */
if (process.argv.includes("live")) {
  await benchWebhooks();
  await benchLive();
  process.exit();
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
const times = (value: number) => `${value.toFixed(2)}×`;
const kib = (value: number) => `${(value / 1024).toFixed(0)} KiB`;
const mib = (value: number | null) => (value === null ? "unknown" : `${(value / 1024 ** 2).toFixed(0)} MiB`);

function print(title: string, { subject, reference, ratio50, ratio95, ratioCpu }: Pairing): void {
  const cpu =
    ratioCpu === null || subject.cpu === null || reference.cpu === null
      ? "CPU not known on this system"
      : `CPU ${ms(subject.cpu)} ÷ ${ms(reference.cpu)} = ${times(ratioCpu)}`;
  console.log(
    `${title}: p50 ${ms(subject.p50)} ÷ ${ms(reference.p50)} = ${times(ratio50)}, ` +
      `p95 ${ms(subject.p95)} ÷ ${ms(reference.p95)} = ${times(ratio95)}, ${cpu}`,
  );
}

// One after the other: each finds its own workerd among this process's children.
const product = await startProduct();
const raw = await startReference("raw");
const handler = await startReference("handler");
const agent = await startReference("agent");
try {
  const sessions = async (url: string, count: number, token?: string) =>
    inTurn(await Promise.all(Array.from({ length: count }, () => inSession(url, token))));
  for (const clients of [1, 16]) {
    const ours = { shoot: stateless(`${product.url}/mcp`, product.token), pid: product.pid };
    const plain = { shoot: plainRead(raw.url), pid: raw.pid };
    const library = { shoot: stateless(`${handler.url}/mcp`), pid: handler.pid };
    print(`Session-less call ÷ raw POST, ${clients} at once`, await pair(ours, plain, clients));
    print(`Session-less call ÷ createMcpHandler, ${clients} at once`, await pair(ours, library, clients));
    const own = { shoot: await sessions(`${product.url}/mcp`, clients, product.token), pid: product.pid };
    const bare = { shoot: await sessions(`${agent.url}/mcp`, clients), pid: agent.pid };
    print(`Session call ÷ bare McpAgent, ${clients} at once`, await pair(own, bare, clients));
  }
  const [own, ...others] = [product, raw, handler, agent].map(({ pid }) => mib(memory(pid)));
  console.log(`Memory of the process: ${own} ÷ ${others.join(", ")} (raw, createMcpHandler, McpAgent)`);
} finally {
  await Promise.all([product, raw, handler, agent].map(({ stop }) => stop()));
}

const [ours, bare] = [bundleWeight("wrangler.jsonc"), bundleWeight("bench/agent/wrangler.jsonc")];
console.log(
  `Bundle, gzipped ÷ bare McpAgent: ${kib(ours.gzipped)} ÷ ${kib(bare.gzipped)} = ${times(ours.gzipped / bare.gzipped)}`,
);
const heaviest = ours.parts.slice(0, 25).map(({ name, bytes }) => `${name} ${kib(bytes)}`);
console.log(`Weight by library, as bundled: ${heaviest.join(", ")}`);
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

const inWorkerd = (...flags: string[]) =>
  execFileSync(join(ROOT, "node_modules/.bin/vitest"), ["run", "--project", "bill", ...flags], {
    cwd: ROOT,
    stdio: "inherit",
  });
console.log("\nRows written (the bill):");
inWorkerd("--exclude", "bench/growth.test.ts", "--exclude", "bench/capacity.test.ts");
console.log("\nCapacity and cost:");
inWorkerd("bench/capacity.test.ts");
console.log("\nWhat a million messages cost (some minutes, 5 GB):");
inWorkerd("bench/growth.test.ts");

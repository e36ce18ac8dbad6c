import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

/**
 * Bundles `widget/` and the console's `flow-canvas/` to `dist/site/`, which the Worker's assets are served from. Wrangler runs it before each build, on
 * whatever Node it was started with, hence plain JavaScript.
 */
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const SITE = join(ROOT, "dist/site");

/** Several servers may build at once, and one may serve meanwhile: a file is changed in one step, and only if it must. */
function put(name, contents) {
  const file = join(SITE, name);
  if (existsSync(file) && readFileSync(file).equals(Buffer.from(contents))) return;
  const written = `${file}.${process.pid}`;
  writeFileSync(written, contents);
  renameSync(written, file);
}

const SHARED_NAMES = {
  preact: ["createContext", "Fragment"],
  "preact/hooks": ["useContext", "useEffect", "useLayoutEffect", "useMemo", "useRef", "useState"],
  "preact/jsx-runtime": ["Fragment", "jsx", "jsxs"],
};

/** What the first part has brought already: see `widget/load-panel.ts`. @type {import("esbuild").Plugin} */
const shared = {
  name: "shared",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^preact(\/|$)/ }, ({ path }) => ({ path, namespace: "shared" }));
    onLoad({ filter: /./, namespace: "shared" }, ({ path }) => {
      const part = { preact: "preact", "preact/hooks": "hooks", "preact/jsx-runtime": "jsx" }[path];
      return {
        contents: `export const {${SHARED_NAMES[path]}} = globalThis[Symbol.for("parley widget")].${part}`,
      };
    });
  },
};

/** @type {import("esbuild").Plugin} */
const styles = {
  name: "styles",
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(readFileSync(path, "utf8"), { loader: "css", minify: true });
      return { contents: code.trim(), loader: "text" };
    });
  },
};

/** @param {import("esbuild").BuildOptions} options */
async function bundle(options) {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    tsconfig: "widget/tsconfig.json",
    outdir: "dist/site",
    bundle: true,
    minify: true,
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    write: false,
    ...options,
  });
  return outputFiles[0].text;
}

const panel = await bundle({ entryPoints: ["widget/panel.tsx"], format: "esm", plugins: [styles, shared] });
const version = createHash("sha256").update(panel).digest("hex").slice(0, 12);
const first = await bundle({
  entryPoints: ["widget/widget.tsx"],
  format: "iife",
  plugins: [styles],
  define: { PANEL_VERSION: JSON.stringify(version) },
  // Preact's licence asks for it.
  banner: { js: "/* Parley's chat widget, Apache-2.0. With Preact, MIT, (c) Jason Miller. */" },
});
const canvas = await bundle({
  entryPoints: ["flow-canvas/canvas.tsx"],
  format: "iife",
  plugins: [styles],
  banner: {
    js: "/* Parley's flow canvas, Apache-2.0. With Preact, MIT, (c) Jason Miller, and dagre, MIT, (c) Chris Pettitt. */",
  },
});
mkdirSync(join(SITE, "widget"), { recursive: true });
mkdirSync(join(SITE, "console"), { recursive: true });
put("console/flow-canvas.js", canvas);
put("widget/panel.js", panel);
put("widget.js", first);
put("_headers", readFileSync(join(ROOT, "widget/_headers")));

import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { localData, localPort } from "../../bin/local.ts";
import { launchChromium } from "./chromium.ts";
import { nameOf, pagesFrom, signIn } from "./console-pages.ts";

/**
 * `npm run screenshots`: pictures of every page of the console of the server that runs here (PORT, PARLEY_DATA), at 390
 * and 1280 pixels, light and dark, into the folder named (by default `screenshots`).
 */
const folder = resolve(process.argv[2] ?? "screenshots");
const demo: { email: string; password: string } = JSON.parse(readFileSync(localData().demoFile, "utf8"));
const console_ = `http://localhost:${localPort()}/w`;

mkdirSync(folder, { recursive: true });
const browser = await launchChromium();
try {
  let paths: string[] = [];
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"] as const) {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme });
      const page = await context.newPage();
      await signIn(page, console_, demo);
      if (paths.length === 0) paths = await pagesFrom(page);
      for (const path of paths) {
        await page.goto(new URL(path, console_).href);
        await page.screenshot({
          path: join(folder, `${nameOf(path)}-${width}-${colorScheme}.png`),
          fullPage: true,
        });
      }
      await context.close();
    }
  }
  console.log(`${paths.length} pages, ${paths.length * 4} pictures in ${folder}`);
} finally {
  await browser.close();
}

import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/** Where systems put it. */
const PLACES = [
  ...["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"],
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
];

/**
 * The browser that the machine has, Chromium or Chrome, or the one that CHROMIUM names.
 * @throws Error that says in one line how to get it
 */
export async function launchChromium(): Promise<Browser> {
  const named = process.env.CHROMIUM;
  const executablePath = named ?? PLACES.find((place) => existsSync(place));
  if (executablePath === undefined || !existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium${named ? ` at ${named}` : ""}: install it (apt-get install chromium, brew install --cask chromium), or say where it is with CHROMIUM=/path/to/chromium.`,
    );
  }
  return chromium.launch({
    executablePath,
    // Containers run as root, where Chromium's sandbox does not start; shared memory is small there.
    args: ["--headless", "--no-sandbox", "--disable-dev-shm-usage"],
  });
}

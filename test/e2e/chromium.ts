import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

/**
 * The browser that the machine has: Debian's package, or the one that CHROMIUM names.
 * @throws Error that says in one line how to get it
 */
export async function launchChromium(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(
      `There is no Chromium at ${executablePath}: apt-get install chromium, or say where it is with CHROMIUM=/path/to/chromium.`,
    );
  }
  return chromium.launch({
    executablePath,
    // Containers run as root, where Chromium's sandbox does not start; shared memory is small there.
    args: ["--headless", "--no-sandbox", "--disable-dev-shm-usage"],
  });
}

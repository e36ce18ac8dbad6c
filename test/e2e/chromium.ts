import { type Browser, chromium } from "playwright-core";

/** The browser that the machine has: Debian's package, or the one that CHROMIUM names. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    // Containers run as root, where Chromium's sandbox does not start; shared memory is small there.
    args: ["--headless", "--no-sandbox", "--disable-dev-shm-usage"],
  });
}

import type { Page } from "playwright-core";

/** Ids in an address: pages of the same kind differ in them alone. */
const ID = /\b[a-z]{2,3}_[0-9a-z]{16,}/g;

/** Signs in by the page that the console leads to. */
export async function signIn(page: Page, address: string, who: { email: string; password: string }) {
  await page.goto(address);
  await page.getByLabel("Email").fill(who.email);
  await page.getByLabel("Password").fill(who.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/\/w\//);
}

/**
 * Every kind of page that links lead to from where the browser is, one address of each: what no link leads to is no page.
 * @param most further pages of one kind are not opened; this many kinds are enough
 */
export async function pagesFrom(page: Page, most = 60): Promise<string[]> {
  const origin = new URL(page.url()).origin;
  const kindOf = (path: string) => path.replaceAll(ID, ":id");
  const found = new Map<string, string>();
  const waiting = [new URL(page.url()).pathname, "/account"];
  while (waiting.length > 0 && found.size < most) {
    const path = waiting.shift() ?? "";
    if (found.has(kindOf(path))) continue;
    const answer = await page.goto(origin + path);
    if (answer?.status() !== 200) throw new Error(`${path} answers ${answer?.status()}`);
    found.set(kindOf(path), path);
    const links = await page
      .locator("a[href]")
      .evaluateAll((all) => all.map((one) => String(Reflect.get(one, "href"))));
    for (const link of links) {
      const { origin: at, pathname } = new URL(link);
      if (
        at === origin &&
        /^\/(w|account)\//.test(`${pathname}/`) &&
        !/\.(csv|jsonl?)$/.test(pathname) &&
        !found.has(kindOf(pathname))
      )
        waiting.push(pathname);
    }
  }
  return [...found.values()];
}

/** A name for a picture of a page. */
export function nameOf(path: string): string {
  return (
    path
      .replace(/^\/w\/ws_[^/]+\/?/, "")
      .replaceAll(ID, "one")
      .replaceAll(/\W+/g, "-")
      .replace(/^-/, "") || "home"
  );
}

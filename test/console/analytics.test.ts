import { env } from "cloudflare:workers";
import { beforeAll, expect, it } from "vitest";
import { csv } from "../../src/console/csv.ts";
import { serve } from "../oauth/oauth-world.ts";
import { type Staffed, staffed } from "./setting.ts";

let here: Staffed;

beforeAll(async () => {
  here = await staffed("figures");
}, 300_000);

const open = async (path: string) => (await here.browsers.analyst.open(`${here.base}${path}`)).text();

it("leads from each figure to what it means, and from each table to a file with its rows", async () => {
  const metrics = await (await serve(new Request(`${env.PUBLIC_URL}/docs/metrics`))).text();
  const ids = [...metrics.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const query of ["", "?days=365", `?chatbotId=${here.ids.chatbot}`]) {
    const page = await open(`/analytics${query}`);
    const meanings = [...page.matchAll(/href="\/docs\/metrics#([^"]+)"/g)].map(([, id]) => id);
    expect(meanings.length).toBeGreaterThan(10);
    for (const id of meanings) expect(ids).toContain(id);
    expect(page.match(/<dt><a href="\/docs\/metrics/g)?.length).toBe(page.match(/<dt>/g)?.length);
    const files = [...page.matchAll(/href="\/w\/[^/]+(\/analytics\.csv[^"]*)"/g)].map(([, at = ""]) =>
      at.replaceAll("&amp;", "&"),
    );
    expect(files.length).toBe([...page.matchAll(/<table>/g)].length);
    for (const file of files) {
      const [head = "", ...rows] = (await open(file)).split("\r\n");
      expect([file, head.split(",").length > 1, rows.length > 0]).toEqual([file, true, true]);
    }
  }
});

it("writes names so that no spreadsheet takes them for formulas, and nothing breaks out of its cell", () => {
  expect(csv([["=1+1", "-2", "@x", "+4", "a,b", 'say "no"', "two\nlines", 7, null]])).toBe(
    '\'=1+1,\'-2,\'@x,\'+4,"a,b","say ""no""","two\nlines",7,\r\n',
  );
});

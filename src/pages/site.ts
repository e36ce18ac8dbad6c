import { newApp } from "../http/app.ts";

/** The mark: an open speech bubble, in a green that stands on light and dark. */
const MARK = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#1a9c87" d="M6 3h20a4 4 0 0 1 4 4v13a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4Z"/><path fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round" d="M9 11h14M9 16.5h9"/></svg>`;

/** What there is to find here: the start page and the documentation. The rest is for those who were given its address. */
const ROBOTS = `User-agent: *
Allow: /$
Allow: /docs/
Allow: /help/
Allow: /llms.txt
Disallow: /
`;

const DAY_SECONDS = 24 * 60 * 60;

/** What browsers and robots ask of every site. */
export const siteRoutes = newApp();

const file = (text: string, type: string) => () =>
  new Response(text, {
    headers: { "Content-Type": type, "Cache-Control": `public, max-age=${DAY_SECONDS}` },
  });

for (const path of ["/favicon.svg", "/favicon.ico"]) siteRoutes.get(path, file(MARK, "image/svg+xml"));
siteRoutes.get("/robots.txt", file(ROBOTS, "text/plain; charset=utf-8"));

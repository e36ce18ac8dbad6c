import { prepareTags, readTags } from "../tags.ts";

/** The reference for a session-less call: reads the request's JSON, does the same D1 read, and nothing else. */
export default {
  async fetch(request, env): Promise<Response> {
    if (new URL(request.url).pathname === "/prepare") {
      await prepareTags(env.DB);
      return new Response("ready");
    }
    await request.json();
    return Response.json({ items: await readTags(env.DB) });
  },
} satisfies ExportedHandler<{ DB: D1Database }>;

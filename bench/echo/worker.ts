import { DurableObject } from "cloudflare:workers";

interface Bindings {
  DB: D1Database;
  ECHO: DurableObjectNamespace<Echo>;
  LIMIT: RateLimit;
}

/** The reference for a visitor's turn: one object for each socket, one row in D1, and the same words back. */
export class Echo extends DurableObject<Bindings> {
  override fetch(): Response {
    const { 0: client, 1: socket } = new WebSocketPair();
    this.ctx.acceptWebSocket(socket);
    return new Response(null, { status: 101, webSocket: client });
  }

  override async webSocketMessage(socket: WebSocket, said: string): Promise<void> {
    await this.env.DB.prepare("INSERT INTO said (id, text) VALUES (?, ?)")
      .bind(crypto.randomUUID(), said)
      .run();
    socket.send(said);
  }
}

/** Does the same so often: what one takes is measured from outside. */
const TIMES = 400;

async function repeated(one: () => Promise<unknown>): Promise<Response> {
  for (let i = 0; i < TIMES; i += 20) await Promise.all(Array.from({ length: 20 }, one));
  return new Response(String(TIMES));
}

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/prepare") {
      await env.DB.prepare(
        "CREATE TABLE IF NOT EXISTS said (id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
      ).run();
      return new Response("ready");
    }
    if (pathname === "/counts") return repeated(() => env.LIMIT.limit({ key: crypto.randomUUID() }));
    if (pathname === "/reads") return repeated(() => env.DB.prepare("SELECT 1").all());
    return env.ECHO.getByName(pathname).fetch(request);
  },
} satisfies ExportedHandler<Bindings>;

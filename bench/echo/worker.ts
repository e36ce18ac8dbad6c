import { DurableObject } from "cloudflare:workers";

interface Bindings {
  DB: D1Database;
  ECHO: DurableObjectNamespace<Echo>;
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

export default {
  async fetch(request, env): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/prepare") {
      await env.DB.prepare(
        "CREATE TABLE IF NOT EXISTS said (id TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID",
      ).run();
      return new Response("ready");
    }
    return env.ECHO.getByName(pathname).fetch(request);
  },
} satisfies ExportedHandler<Bindings>;

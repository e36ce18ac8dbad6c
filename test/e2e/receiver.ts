import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import { Webhook as Verifier } from "standardwebhooks";
import { z } from "zod";
import { freePort } from "./server.ts";

const told = z.object({
  type: z.string(),
  data: z.object({
    seq: z.int().nullable(),
    subjectId: z.string(),
    data: z.record(z.string(), z.unknown()),
  }),
});

/** A request that a receiver took in, whatever it answered. */
export interface Taken {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** The header webhook-id. */
  id: string;
  type: string;
  seq: number;
  /** What its order is kept with. */
  lane: string;
  /** Whether it was answered 2xx. */
  ok: boolean;
}

/** How a receiver answers: what it answers 2xx counts as told. */
export type Answer = (response: ServerResponse, taken: Taken) => void;

/** A receiver on this machine that checks every signature with the public library. */
export class Receiver {
  readonly taken: Taken[] = [];
  /** What was wrong with a request: nothing must be. */
  readonly wrong: string[] = [];
  answer: Answer = (response) => response.end("ok");
  /** By path; requests of other paths are checked by nobody. */
  readonly secrets = new Map<string, string>();
  readonly #server: Server;
  readonly port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async start(): Promise<Receiver> {
    const port = await freePort();
    const server = createServer();
    const receiver = new Receiver(server, port);
    server.on("request", (request, response) => {
      let body = "";
      request.setEncoding("utf8");
      request.on("data", (part) => {
        body += part;
      });
      request.on("end", () => receiver.#take(request.url ?? "", request.headers, body, response));
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return receiver;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  #take(path: string, headers: IncomingHttpHeaders, body: string, response: ServerResponse): void {
    const secret = this.secrets.get(path);
    try {
      const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
      if (secret !== undefined) new Verifier(secret).verify(body, plain);
    } catch (error) {
      this.wrong.push(`${path}: ${error}`);
    }
    const { type, data } = told.parse(JSON.parse(body));
    const { conversationId } = data.data;
    const lane = typeof conversationId === "string" ? conversationId : data.subjectId;
    const id = String(headers["webhook-id"]);
    const taken = { path, headers, body, id, type, seq: data.seq ?? 0, lane, ok: false };
    this.taken.push(taken);
    response.on("finish", () => {
      taken.ok = response.statusCode < 300;
    });
    this.answer(response, taken);
  }

  /** What a path was told, in the order in which it arrived first. */
  told(path: string): Taken[] {
    const first = new Map<number, Taken>();
    for (const one of this.taken)
      if (one.path === path && one.ok && !first.has(one.seq)) first.set(one.seq, one);
    return [...first.values()];
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** The first event of a lane that arrived before an earlier one of it; undefined: all were in order. */
export function outOfOrder(told: readonly Taken[]): Taken | undefined {
  const newest = new Map<string, number>();
  return told.find(({ lane, seq }) => {
    const before = newest.get(lane) ?? 0;
    newest.set(lane, Math.max(before, seq));
    return seq < before;
  });
}

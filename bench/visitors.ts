/** Visitors over real WebSockets, as many as there shall be at once. */

/** One open socket on which somebody says things and waits for what is said back. */
export interface Talker {
  /** Says one thing. @returns milliseconds until it was answered in words */
  say(turn: number): Promise<number>;
  /** What was wrong with what it heard: nothing must be. */
  wrong(): Promise<string[]>;
  close(): void;
}

interface Heard {
  type?: string;
  prev?: number;
  message?: { seq: number; from: string; text: string };
}

/** Nobody waits longer for an answer: it is lost. */
const LOST_MS = Number(process.env.BENCH_LOST_MS ?? 120_000);

/** Waits for what `begin` resolves. @throws Error with what was heard, when it is lost */
function answered<T>(
  what: string,
  begin: (resolve: (value: T) => void) => void,
  heard: () => unknown,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const lost = setTimeout(
      () => reject(new Error(`${what} was not answered; heard ${JSON.stringify(heard())}`)),
      LOST_MS,
    );
    begin((value) => {
      clearTimeout(lost);
      resolve(value);
    });
  });
}

/** A socket, with the headers that Cloudflare sets: each visitor comes from an address of its own. */
function connect(url: string, protocols: string[], address: string): Promise<WebSocket> {
  const options = { protocols, headers: { "cf-connecting-ip": address } };
  // Node's own takes headers, which browsers' do not.
  const socket: WebSocket = Reflect.construct(WebSocket, [url, options]);
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => resolve(socket), { once: true });
    socket.addEventListener("error", () => reject(new Error(`no socket at ${url}`)), { once: true });
  });
}

let addresses = 0;
const newAddress = () => {
  addresses += 1;
  return `198.18.${Math.floor(addresses / 250)}.${addresses % 250}`;
};

export interface Visitor extends Talker {
  /** Null before it said anything. */
  conversationId(): string | null;
  /** Says something that no flow answers. */
  tell(text: string): void;
  /** Its conversation, once what it said was taken in. */
  begun(): Promise<string>;
  /** Waits until somebody says this to it. */
  hear(text: string): Promise<void>;
}

/** A visitor of the product, led through a flow that answers each thing with `Got <it>.` and a question. */
export async function visitorOf(url: string, inboxKey: string): Promise<Visitor> {
  const address = newAddress();
  const headers = { "content-type": "application/json", "cf-connecting-ip": address };
  const opened = await fetch(`${url}/api/visitor/v1/sessions`, {
    method: "POST",
    headers,
    body: JSON.stringify({ inboxKey }),
  });
  const { visitorToken } = (await opened.json()) as { visitorToken: string };
  const at = `${url.replace("http", "ws")}/api/visitor/v1/socket`;
  const socket = await connect(at, ["parley.visitor", visitorToken], address);
  const heard: { seq: number; from: string; text: string }[] = [];
  const wrong: string[] = [];
  const said: string[] = [];
  let conversationId: string | null = null;
  let waiting: ((message: { from: string; text: string }) => void) | null = null;
  socket.addEventListener("message", ({ data }) => {
    const { type, message, prev, ...rest }: Heard & { conversationId?: string } = JSON.parse(String(data));
    if (type === "error") wrong.push(String(data));
    if (type === "sent") conversationId = rest.conversationId ?? null;
    if (type !== "message" || !message) return;
    const before = heard.at(-1)?.seq ?? 0;
    if (prev !== before || message.seq <= before) wrong.push(`${message.seq} behind ${before}, told ${prev}`);
    heard.push(message);
    if (message.from !== "visitor") waiting?.(message);
  });
  return {
    conversationId: () => conversationId,
    tell: (text) =>
      socket.send(JSON.stringify({ type: "message", text, clientMessageId: crypto.randomUUID() })),
    async begun() {
      while (conversationId === null) await new Promise((resolve) => setTimeout(resolve, 10));
      return conversationId;
    },
    hear(text) {
      return answered<void>(
        text,
        (resolve) => {
          waiting = (message) => {
            if (message.text === text) resolve();
          };
        },
        () => [heard, wrong],
      );
    },
    say(turn) {
      const text = `word ${turn}`;
      said.push(text);
      const began = performance.now();
      const words = turn === 0 ? "Next?" : `Got ${text}.`;
      return answered(
        text,
        (resolve) => {
          waiting = (message) => {
            if (message.text === words) resolve(performance.now() - began);
          };
          socket.send(JSON.stringify({ type: "message", text, clientMessageId: String(turn) }));
        },
        () => [heard, wrong],
      );
    },
    async wrong() {
      const answer = await fetch(`${url}/api/visitor/v1/messages?limit=100`, {
        headers: { ...headers, authorization: `Bearer ${visitorToken}` },
      });
      const { messages } = (await answer.json()) as { messages: { seq: number; text: string }[] };
      const stored = messages.map(({ text }) => text).join("\n");
      const expected = said.flatMap((text, i) =>
        i === 0 ? [text, "Next?"] : [text, `Got ${text}.`, "Next?"],
      );
      const isLed = stored.startsWith(expected.join("\n"));
      const told = heard.map(({ text }) => text).join("\n");
      return [
        ...wrong,
        ...(isLed ? [] : [`stored: ${stored}`]),
        ...(told === stored ? [] : [`told: ${told} stored: ${stored}`]),
      ];
    },
    close: () => socket.close(),
  };
}

/** A socket at the reference, which says back what was said. */
export async function echoOf(url: string, name: string): Promise<Talker> {
  const socket = await connect(`${url.replace("http", "ws")}/${name}`, [], newAddress());
  const heard: string[] = [];
  let said = 0;
  let waiting: () => void = () => {};
  socket.addEventListener("message", ({ data }) => {
    heard.push(String(data));
    waiting();
  });
  return {
    say(turn) {
      const began = performance.now();
      said += 1;
      return answered(
        `word ${turn}`,
        (resolve) => {
          waiting = () => resolve(performance.now() - began);
          socket.send(`word ${turn}`);
        },
        () => heard,
      );
    },
    wrong: async () => (heard.length === said ? [] : [`${heard.length} of ${said} came back`]),
    close: () => socket.close(),
  };
}

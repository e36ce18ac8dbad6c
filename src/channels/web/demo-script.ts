/**
 * The script of the page on which a person is a visitor: a session, a socket that comes back by itself behind the last
 * message, an outbox of what is not acknowledged yet. Everything is shown as text.
 */
export const DEMO_SCRIPT = `
const key = new URLSearchParams(location.search).get("inbox");
const log = document.getElementById("log");
const state = document.getElementById("state");
const form = document.getElementById("say");
const store = "parley-demo-" + key;
let token = sessionStorage.getItem(store);
let lastSeq = 0;
let socket = null;
let pauses = 0;
const outbox = new Map();

const make = (tag, text, className) => {
  const element = document.createElement(tag);
  if (text) element.textContent = text;
  if (className) element.className = className;
  return element;
};

async function arrive() {
  for (const visitorToken of token ? [token, undefined] : [undefined]) {
    const answer = await fetch("/api/visitor/v1/sessions", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ inboxKey: key, visitorToken, page: location.href }),
    });
    const body = await answer.json();
    if (answer.ok) {
      token = body.visitorToken;
      sessionStorage.setItem(store, token);
      document.getElementById("chat").textContent = body.inbox.name;
      return;
    }
    if (answer.status !== 401) throw new Error(body.error.message);
  }
}

function connect() {
  const address = new URL("/api/visitor/v1/socket?after=" + lastSeq, location.href);
  address.protocol = address.protocol.replace("http", "ws");
  socket = new WebSocket(address, ["parley.visitor", token]);
  socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
  socket.addEventListener("close", ({ code }) => {
    if (code === 4409) return void (state.textContent = "Open in other tabs.");
    state.textContent = "Connecting …";
    pauses += 1;
    const wait = Math.random() * Math.min(1000 * 2 ** pauses, 30000);
    setTimeout(() => (code === 4401 ? begin() : connect()), wait);
  });
}

function hear(what) {
  if (what.type === "ready") {
    pauses = 0;
    state.textContent = "";
    for (const said of outbox.values()) socket.send(JSON.stringify(said));
  }
  if (what.type === "sent") outbox.delete(what.clientMessageId);
  if (what.type === "typing") state.textContent = "Writing …";
  if (what.type === "error") {
    outbox.delete(what.clientMessageId);
    state.textContent = what.error.message;
  }
  if (what.type === "message") show(what.message);
}

function show(message) {
  if (message.seq <= lastSeq) return;
  lastSeq = message.seq;
  if (message.from !== "visitor") state.textContent = "";
  for (const old of log.querySelectorAll(".choices")) old.remove();
  const item = make("li", "", message.from);
  if (message.from !== "visitor" && message.senderName) item.append(make("small", message.senderName));
  const content = message.content ?? {};
  item.append(make("p", content.choices?.length ? message.text.split("\\n1. ")[0] : message.text));
  if (content.choices?.length) item.append(choices(content));
  for (const one of [...(content.links ?? []), ...(content.products ?? [])]) {
    const link = make(one.url ? "a" : "span", [one.label ?? one.name, one.price].filter(Boolean).join(", "));
    if (one.url) Object.assign(link, { href: one.url, rel: "noopener noreferrer", target: "_blank" });
    item.append(link);
  }
  log.append(item);
  item.scrollIntoView({ block: "end" });
  if (document.visibilityState === "visible") socket.send(JSON.stringify({ type: "read", seq: lastSeq }));
}

function choices({ choices, multiple }) {
  const row = make("div", "", "choices");
  for (const { id, label } of choices) {
    const button = make("button", label, "quiet");
    button.type = "button";
    button.addEventListener("click", () => {
      if (!multiple) return say(label, [id]);
      button.ariaPressed = String(button.ariaPressed !== "true");
    });
    if (multiple) button.ariaPressed = "false";
    Object.assign(button.dataset, { id });
    row.append(button);
  }
  if (multiple) {
    const done = make("button", "Done");
    done.type = "button";
    done.addEventListener("click", () => {
      const picked = [...row.querySelectorAll("[aria-pressed=true]")];
      if (picked.length > 0) say(picked.map((one) => one.textContent).join(", "), picked.map((one) => one.dataset.id));
    });
    row.append(done);
  }
  return row;
}

function say(text, choiceIds) {
  const said = { type: "message", text, choiceIds, clientMessageId: crypto.randomUUID() };
  outbox.set(said.clientMessageId, said);
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(said));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const text = form.elements.text.value.trim();
  if (text) say(text);
  form.reset();
});
document.getElementById("anew").addEventListener("click", () => {
  sessionStorage.removeItem(store);
  location.reload();
});

function begin() {
  arrive().then(connect, (error) => {
    state.textContent = error.message;
  });
}
begin();
`;

export const DEMO_STYLE = `
#log { list-style: none; margin: 0; padding: 0; display: flex; flex-direction: column; gap: .75rem; min-height: 12rem; }
#log li { max-width: 85%; align-self: flex-start; padding: .625rem .875rem; border-radius: .75rem; background: var(--tint); }
#log li.visitor { align-self: flex-end; color: var(--on-accent); background: var(--accent); }
#log p { margin: 0; white-space: pre-wrap; }
#log small { color: var(--soft); }
#log a { display: block; }
.choices { display: flex; flex-wrap: wrap; gap: .5rem; margin-top: .5rem; }
.choices [aria-pressed="true"] { border-color: var(--accent); box-shadow: inset 0 0 0 1px var(--accent); }
#state { min-height: 1.5rem; margin: .75rem 0 .25rem; color: var(--soft); font-size: .875rem; }
#say { display: flex; gap: .5rem; }
#say input { flex: 1; min-width: 0; padding: .625rem .75rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--edge); border-radius: .5rem; }
#anew { margin-top: 1rem; font-size: .875rem; font-weight: 400; }
`;

/** Where the console's script is served. */
export const SCRIPT_PATH = "/console.js";

/**
 * Keeps what is marked `data-live` fresh: the workspace's news has the page read itself anew, and what changed takes its
 * old place; what is typed is in no such place. Puts a button beside what can be copied, and keeps the picture of the
 * chat widget as the form beside it says. `j`, `k` and Enter go through a
 * list, `r` to the reply. Without scripts nothing is missing but that.
 */
const SCRIPT = `const live = document.querySelector("[data-live]");
const stream = document.body.querySelector("[data-stream]")?.dataset.stream;
let fresh = 0;
let read = 0;
async function refresh() {
  const turn = ++fresh;
  read = performance.now();
  const answer = await fetch(location.href, { headers: { accept: "text/html" } });
  if (!answer.ok || turn !== fresh) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const old of document.querySelectorAll("[data-live]")) {
    const now = page.getElementById(old.id);
    if (!now || now.innerHTML === old.innerHTML) continue;
    const end = old.scrollHeight - old.scrollTop - old.clientHeight < 40;
    const held = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
    old.innerHTML = now.innerHTML;
    if (held) old.querySelector('[href="' + CSS.escape(held) + '"]')?.focus();
    if (end) old.scrollTop = old.scrollHeight;
  }
}
if (live && stream) {
  let source = null;
  const follow = () => {
    if (document.hidden) { source?.close(); source = null; return; }
    if (source) return;
    source = new EventSource(stream + "?age=" + Math.ceil(performance.now() - read));
    source.onmessage = refresh;
  };
  document.addEventListener("visibilitychange", () => { follow(); if (!document.hidden) refresh(); });
  follow();
}
document.querySelector("form[data-go-on]")?.requestSubmit();
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
for (const list of document.querySelectorAll(".messages")) list.scrollTop = list.scrollHeight;
if (navigator.clipboard) {
  const { copy, copied } = document.body.dataset;
  for (const code of document.querySelectorAll("[data-copyable]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy quiet";
    button.ariaLive = "polite";
    button.textContent = copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = copied;
      setTimeout(() => { button.textContent = copy; }, 2000);
    });
    code.after(button);
  }
}
const preview = document.querySelector("[data-preview]");
if (preview) document.addEventListener("input", () => {
  const typed = (name) => document.querySelector('main [name="' + name + '"]')?.value ?? "";
  for (const one of preview.querySelectorAll("[data-fill]")) one.setAttribute("fill", typed(one.dataset.fill));
  for (const one of preview.querySelectorAll("[data-words]")) {
    const text = typed(one.dataset.words) || one.dataset.otherwise;
    one.textContent = text.length > 30 ? text.slice(0, 29) + "…" : text;
  }
  for (const one of preview.querySelectorAll("[data-corner]")) one.setAttribute("rx", JSON.parse(one.dataset.corner)[typed("bubbleStyle")]);
  for (const one of preview.querySelectorAll("[data-places]")) one.setAttribute("transform", "translate(" + JSON.parse(one.dataset.places)[typed("widgetPosition")] + " 16)");
});
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea, select");
  if (field?.id === "text" && event.key === "Enter" && (event.ctrlKey || event.metaKey)) { field.form.requestSubmit(); return; }
  if (field || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "r") { const reply = document.getElementById("text"); if (reply) { event.preventDefault(); reply.focus(); } }
  const links = [...document.querySelectorAll(".rows a.main")];
  const step = { j: 1, k: -1 }[event.key];
  if (!step || links.length === 0) return;
  const at = links.indexOf(document.activeElement);
  links[Math.min(links.length - 1, Math.max(0, at + step))].focus();
});
`;

export function script(): Response {
  return new Response(SCRIPT, {
    headers: {
      "Content-Type": "text/javascript; charset=utf-8",
      "Cache-Control": "public, max-age=300",
      "X-Content-Type-Options": "nosniff",
    },
  });
}

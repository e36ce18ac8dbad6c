/** Where the documentation's script is served. */
export const COPY_SCRIPT_PATH = "/docs/copy.js";

/**
 * Puts a button beside each snippet that copies it. Without scripts, or where a page may not write to the clipboard
 * (over http, but for one's own machine), there are no buttons and nothing is missing.
 */
export const COPY_SCRIPT = `if (navigator.clipboard) {
  for (const code of document.querySelectorAll("main pre code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy quiet";
    button.ariaLive = "polite";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    code.parentElement.before(button);
  }
}
`;

// What makes the pages more comfortable. All of them work without it.

// A form is sent once, however often its button is pressed; coming back to the page makes it ready again.
const sent = new WeakSet();
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post") return;
  if (sent.has(event.target)) return event.preventDefault();
  sent.add(event.target);
  event.submitter?.setAttribute("aria-busy", "true");
});
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of document.forms) sent.delete(form);
  for (const button of document.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
});

// The button that shows a password.
for (const button of document.querySelectorAll("[data-reveal]")) {
  const field = document.getElementById(button.dataset.reveal);
  const words = { password: button.textContent, text: button.dataset.hide };
  const show = (shown) => {
    field.type = shown ? "text" : "password";
    button.textContent = words[field.type];
  };
  button.hidden = false;
  button.addEventListener("click", () => show(field.type === "password"));
  // Password managers and histories of forms know the field as a password.
  field.form.addEventListener("submit", () => show(false));
}

// The list of organizations follows what is typed: the server finds, since a page shows only some of hundreds.
const search = document.querySelector("form.search");
if (search) {
  const field = search.elements.q;
  const buttons = () => [...document.querySelectorAll("#organizations li button")];
  let asked = 0;
  let waiting;

  async function find() {
    clearTimeout(waiting);
    const number = ++asked;
    const address = new URL(search.action);
    address.search = new URLSearchParams(new FormData(search));
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok) return false;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const list = page.getElementById("organizations");
    if (!list) return false;
    if (number !== asked) return true;
    document.getElementById("organizations").replaceWith(list);
    const [found, now] = [document, page].map((each) => each.getElementById("found"));
    found.className = now.className;
    found.textContent = now.textContent;
    return true;
  }

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(find, 120);
  });

  search.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!(await find())) return search.submit();
    const [first, second] = buttons();
    if (first && !second) first.click();
    else first?.focus();
  });

  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const all = [field, ...buttons()];
    const here = all.indexOf(document.activeElement);
    const next = here >= 0 && step && all[here + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

// What makes the portal more comfortable. All of it works without it.

// On a phone the parts of the portal stand in one line: the one that is shown is in sight.
document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });

// All of a page of a list are selected at once.
for (const all of document.querySelectorAll("[data-select-all]")) {
  const boxes = [...all.form.querySelectorAll("tbody input[type=checkbox]")];
  const count = () => boxes.filter((box) => box.checked).length;
  const show = () => {
    all.checked = count() === boxes.length;
    all.indeterminate = count() > 0 && !all.checked;
  };
  all.hidden = false;
  all.addEventListener("change", () => boxes.forEach((box) => (box.checked = all.checked)));
  for (const box of boxes) box.addEventListener("change", show);
  show();
}

// What is done in steps goes on by itself, until the person looks elsewhere for good.
const going = document.querySelector("form[data-continue]");
if (going) setTimeout(() => going.requestSubmit(), 60);

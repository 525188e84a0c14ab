// Filter and sort the matrix of treatments and diseases. The table is whole without this script.
(() => {
  const form = document.getElementById("matrix-filter");
  const body = document.querySelector("#matrix tbody");
  const rows = [...body.rows];
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

  function fits(row) {
    const { name, disease, reported } = form.elements;
    if (!plain(row.dataset.name).includes(plain(name.value.trim()))) return false;
    if (disease.value && !row.querySelector(`[data-disease="${disease.value}"]`)) return false;
    return !reported.checked || row.querySelector("[data-disease]") !== null;
  }

  const orders = {
    family: (a, b) => a.dataset.place - b.dataset.place,
    patients: (a, b) => b.dataset.patients - a.dataset.patients || a.dataset.place - b.dataset.place,
    name: (a, b) => a.dataset.name.localeCompare(b.dataset.name, "en"),
  };

  function update() {
    const order = form.elements.order.value;
    body.classList.toggle("flat", order !== "family");
    body.append(...rows.sort(orders[order]));
    for (const row of rows) row.hidden = !fits(row);
    if (order === "family") showFamilies();
    const shown = rows.filter((row) => !row.hidden && !row.classList.contains("family")).length;
    form.querySelector("output").textContent = `${shown} treatment${shown === 1 ? "" : "s"}`;
  }

  // A family stands above those of its members that are shown.
  function showFamilies() {
    let family = null;
    for (const row of rows) {
      if (row.classList.contains("family")) family = row;
      else if (!row.classList.contains("member")) family = null;
      else if (!row.hidden && family) family.hidden = false;
    }
  }

  form.addEventListener("input", update);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  update();
})();

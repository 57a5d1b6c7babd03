// Tables that are sorted already -> tables that sort by any heading. Without this script they stay as they are.
const said = document.getElementById("sorted");

function valueOf(row, column, kind) {
  const cell = row.cells[column];
  const text = cell.dataset.sort ?? cell.textContent.trim();
  return kind === "number" ? (text === "" ? -Infinity : Number(text)) : text.toLocaleLowerCase();
}

function sort(table, heading) {
  const { cellIndex: column, dataset: { kind } } = heading;
  const first = kind === "number" && column > 0 ? "descending" : "ascending";
  const other = { ascending: "descending", descending: "ascending" };
  const order = other[heading.ariaSort] ?? first;
  const sign = order === "ascending" ? 1 : -1;
  const rows = [...table.tBodies[0].rows].map((row) => [valueOf(row, column, kind), row]);
  rows.sort(([a], [b]) => sign * (kind === "number" ? (a > b) - (a < b) : a.localeCompare(b, undefined, { numeric: true })));
  table.tBodies[0].append(...rows.map(([, row]) => row));
  for (const one of heading.parentNode.cells) {
    if (one.ariaSort) one.ariaSort = one === heading ? order : "none";
  }
  said.textContent = `Sorted by ${heading.textContent}, ${order}.`;
}

for (const table of document.querySelectorAll("table.sortable")) {
  for (const heading of table.querySelectorAll("thead th[data-kind]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    button.addEventListener("click", () => sort(table, heading));
    heading.append(button);
  }
}

// A link to a student opens what is folded there; on paper everything is open.
const folded = () => document.querySelectorAll("details:not([open])");
let opened = [];
addEventListener("beforeprint", () => { opened = [...folded()]; for (const one of opened) one.open = true; });
addEventListener("afterprint", () => { for (const one of opened) one.open = false; });

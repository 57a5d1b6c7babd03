// A shape and a way to write one cell -> the tensor as tables, one for each matrix in it, cut where it is too large.
import { escape } from "./html";
import { indices, product, type Shape } from "./shape";

/** As many matrices, rows and columns as are drawn whole, and as many as are drawn of a tensor that has more. */
const WHOLE = [4, 6, 8] as const;
const START = [2, 3, 4] as const;

function split(shape: Shape): { leading: number[]; rows: number; columns: number } {
  const padded = [...Array<number>(Math.max(0, 2 - shape.length)).fill(1), ...shape];
  return { leading: padded.slice(0, -2), rows: padded[padded.length - 2]!, columns: padded[padded.length - 1]! };
}

/** Whether the picture leaves out cells of a tensor of this shape. */
export function isCut(shape: Shape): boolean {
  const { leading, rows, columns } = split(shape);
  return product(leading) > WHOLE[0] || rows > WHOLE[1] || columns > WHOLE[2];
}

export interface Grid {
  /** Stands above it. */
  readonly caption: string;
  readonly shape: Shape;
  /** Writes one `<td>` (html.ts has `cell`); the index has as many axes as the shape, and two at least. */
  readonly cell: (index: readonly number[]) => string;
  /** Whether its cells can have the focus: arrow keys then walk in it. */
  readonly walked: boolean;
  /** Draw only its start, though all of it would fit. */
  readonly short?: boolean;
}

export function grid({ caption, shape, cell, walked, short = false }: Grid): string {
  const { leading, rows, columns } = split(shape);
  const most = short || isCut(shape) ? START : WHOLE;
  const blocks = firstIndices(leading, most[0]);
  const shown = { rows: Math.min(rows, most[1]), columns: Math.min(columns, most[2]) };
  const many = product(leading) > 1;
  const tables = blocks.map((block) => {
    const at = block.join(", ");
    const name = many ? `${caption}, matrix ${at}` : caption;
    const label = many ? `<caption class="sw-head">[${at}]</caption>` : "";
    return `<table class="sw-grid"${walked ? ' role="grid"' : ""} aria-label="${escape(name)}">${label}<tbody>${body(block)}</tbody></table>`;
  });
  function body(block: readonly number[]): string {
    let html = "";
    for (let r = 0; r < shown.rows; r++) {
      html += "<tr>";
      for (let c = 0; c < shown.columns; c++) html += cell([...block, r, c]);
      html += columns > shown.columns ? '<td class="sw-more">⋯</td></tr>' : "</tr>";
    }
    if (rows > shown.rows) {
      html += `<tr>${'<td class="sw-more">⋮</td>'.repeat(shown.columns)}${columns > shown.columns ? "<td></td>" : ""}</tr>`;
    }
    return html;
  }
  const rest = product(leading) > blocks.length ? `<span class="sw-more">⋯ ${product(leading)} in all</span>` : "";
  return (
    `<div class="sw-tensor-of"${walked ? ` data-walk="${shown.columns}"` : ""}><p class="sw-caption">${escape(caption)}</p>` +
    `<div class="sw-blocks">${tables.join("")}${rest}</div></div>`
  );
}

/** The first indices in row-major order, without making all of them. */
function firstIndices(shape: Shape, most: number): number[][] {
  if (product(shape) <= most) return indices(shape);
  return Array.from({ length: most }, (_, k) => {
    const index: number[] = [];
    let rest = k;
    for (const size of [...shape].reverse()) {
      index.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    return index;
  });
}

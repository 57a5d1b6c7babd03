// Rows of numbers -> bars: those of the logits can be dragged, those of the shares follow.
import { fixed, plain } from "../core/numbers";
import { handle, line, picture, rect, short, text } from "../core/svg";
import type { Table } from "../core/softmax";

const HEIGHT = 220;
const TOP = 22;
const BOTTOM = HEIGHT - 24;
const LEFT = 40;
const GAP = 22;
const WIDTHS = [1, 5, 20, 100, 1000] as const;

/** How far the scale of the logits reaches from 0. */
export function extent(z: Table): number {
  const largest = Math.max(0, ...z.flat().filter(Number.isFinite).map(Math.abs));
  return WIDTHS.find((width, k) => k > 0 && width >= largest) ?? WIDTHS[WIDTHS.length - 1]!;
}

/** The logit at this height of the drawing. */
export function valueAt(y: number, reach: number): number {
  return (((TOP + BOTTOM) / 2 - y) / ((BOTTOM - TOP) / 2)) * reach;
}

function layout(z: Table): { width: number; step: number; x: (row: number, column: number) => number } {
  const columns = z[0]!.length;
  const many = z.length * columns;
  const step = many <= 4 ? 46 : many <= 8 ? 38 : 27;
  const x = (row: number, column: number): number => LEFT + 8 + row * (columns * step + GAP) + column * step;
  return { width: x(z.length - 1, columns - 1) + step + 4, step, x };
}

/** What a bar is called: by its letter, and with more than one row by its row too. */
export function entry(z: Table, row: number, column: number): string {
  const letter = "ABCDEF"[column]!;
  return z.length > 1 ? `${letter}${row}` : letter;
}

export function logitBars(z: Table, live: boolean): string {
  const reach = extent(z);
  const { width, step, x } = layout(z);
  const zero = (TOP + BOTTOM) / 2;
  const y = (value: number): number => zero - (Math.max(value, -reach) / reach) * ((BOTTOM - TOP) / 2);
  const scale = [reach, 0, -reach].map((mark) => line(LEFT, y(mark), width, y(mark), { stroke: mark ? "line" : "strong-line", weight: 1 }) + text(LEFT - 5, y(mark), String(mark), { size: 11, fill: "muted", anchor: "end" }));
  const bars = each(z, (value, row, column) => {
    const left = x(row, column);
    const tip = y(value);
    const bar = rect(left + 3, Math.min(tip, zero), step - 6, Math.max(Math.abs(tip - zero), 1), { fill: "original-tint", stroke: "original" });
    const number = text(left + step / 2, value < 0 ? Math.min(tip + 11, HEIGHT - 8) : tip - 10, plain(value), { size: step < 30 ? 10 : 12, mono: true });
    const name = text(left + step / 2, value < 0 ? zero - 9 : zero + 10, entry(z, row, column), { size: 12, fill: "muted" });
    const grip = rect(left + 5, tip - 3, step - 10, 6, { fill: "original", stroke: "original" });
    if (!live) return bar + number + name;
    const area = `<rect x="${short(left)}" y="${short(TOP)}" width="${short(step)}" height="${short(BOTTOM - TOP)}" rx="4" style="fill:transparent"/>`;
    return handle(`z-${row}-${column}`, `Logit ${entry(z, row, column)}, ${plain(value)}`, [area, bar, grip, number, name]);
  });
  const spoken = each(z, (value, row, column) => `${entry(z, row, column)} ${plain(value)}`).join(", ");
  return picture(width, HEIGHT, `Bars of the logits: ${spoken}`, [...scale, ...bars], live);
}

export function shareBars(z: Table, shares: Table): string {
  const { width, step, x } = layout(z);
  const y = (share: number): number => BOTTOM - share * (BOTTOM - TOP);
  const scale = [0, 0.5, 1].map((mark) => line(LEFT, y(mark), width, y(mark), { stroke: mark ? "line" : "strong-line", weight: 1 }) + text(LEFT - 5, y(mark), String(mark), { size: 11, fill: "muted", anchor: "end" }));
  const bars = each(shares, (share, row, column) => {
    const left = x(row, column);
    const size = step < 30 ? 10 : 12;
    const drawn = Number.isFinite(share) ? rect(left + 3, y(share), step - 6, Math.max(BOTTOM - y(share), 1), { fill: "good-tint", stroke: "good" }) : "";
    return drawn + text(left + step / 2, (Number.isFinite(share) ? y(share) : BOTTOM) - 10, fixed(share), { size, mono: true, fill: "good" }) + text(left + step / 2, BOTTOM + 11, entry(z, row, column), { size: 12, fill: "muted" });
  });
  const spoken = each(shares, (share, row, column) => `${entry(z, row, column)} ${fixed(share)}`).join(", ");
  return picture(width, HEIGHT, `Bars of the shares: ${spoken}`, [...scale, ...bars]);
}

function each(table: Table, draw: (value: number, row: number, column: number) => string): string[] {
  return table.flatMap((values, row) => values.map((value, column) => draw(value, row, column)));
}

// Numbers and words -> the few SVG shapes that the explorers' pictures are drawn with, coloured by the palette's names.
import { escape } from "./html";
import { color } from "./palette";

/** A number as short as it can be written, the same everywhere. */
export function short(value: number): string {
  return String(Math.round(value * 100) / 100);
}

/** The whole drawing; `alt` says in words what it shows. `inside`: it holds elements that can have the focus. */
export function picture(width: number, height: number, alt: string, parts: readonly string[], inside = false): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${short(width)} ${short(height)}" width="${short(width)}" height="${short(height)}" ` +
    `role="${inside ? "group" : "img"}" aria-label="${escape(alt)}" class="sw-picture" style="font-family:system-ui,sans-serif">${parts.join("")}</svg>`
  );
}

export interface TextStyle {
  readonly size?: number;
  readonly fill?: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly mono?: boolean;
  readonly bold?: boolean;
  readonly turn?: number;
}

/** Words centred vertically on `y`; `turn` rotates them by so many degrees. */
export function text(x: number, y: number, words: string, style: TextStyle = {}): string {
  const { size = 13, fill = "ink", anchor = "middle", mono = false, bold = false, turn = 0 } = style;
  const around = turn ? ` transform="rotate(${short(turn)} ${short(x)} ${short(y)})"` : "";
  const face = `${mono ? "font-family:ui-monospace,monospace;" : ""}${bold ? "font-weight:600;" : ""}`;
  return (
    `<text x="${short(x)}" y="${short(y)}" dy="0.35em" text-anchor="${anchor}"${around} ` +
    `style="${face}font-size:${short(size)}px;fill:${color(fill)}">${escape(words)}</text>`
  );
}

export interface Line {
  readonly fill?: string;
  readonly stroke?: string;
  readonly weight?: number;
  readonly radius?: number;
  readonly dashed?: boolean;
  readonly opacity?: number;
}

function ink({ fill, stroke, weight, dashed, opacity }: Line, defaults: Line): string {
  const filled = fill ?? defaults.fill;
  const lined = stroke ?? defaults.stroke;
  const parts = [
    `fill:${filled ? color(filled) : "none"}`,
    `stroke:${lined ? color(lined) : "none"}`,
    `stroke-width:${short(weight ?? defaults.weight ?? 1.5)}`,
  ];
  if (dashed) parts.push("stroke-dasharray:4 4");
  if (opacity !== undefined) parts.push(`opacity:${short(opacity)}`);
  return parts.join(";");
}

/** A box with its top left corner at (x, y). */
export function rect(x: number, y: number, width: number, height: number, style: Line = {}): string {
  return (
    `<rect x="${short(x)}" y="${short(y)}" width="${short(width)}" height="${short(height)}" rx="${short(style.radius ?? 3)}" ` +
    `style="${ink(style, { fill: "paper", stroke: "strong-line", weight: 1.25 })}"/>`
  );
}

export function circle(x: number, y: number, radius: number, style: Line = {}): string {
  return `<circle cx="${short(x)}" cy="${short(y)}" r="${short(radius)}" style="${ink(style, { fill: "paper", stroke: "ink" })}"/>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, style: Line = {}): string {
  return (
    `<line x1="${short(x1)}" y1="${short(y1)}" x2="${short(x2)}" y2="${short(y2)}" ` +
    `style="${ink(style, { stroke: "strong-line" })}"/>`
  );
}

/** A line with a head at its end. */
export function arrow(x1: number, y1: number, x2: number, y2: number, style: Line = {}): string {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const ux = (x2 - x1) / length;
  const uy = (y2 - y1) / length;
  const [bx, by] = [x2 - 7 * ux, y2 - 7 * uy];
  const corners = [[x2, y2], [bx - 4 * uy, by + 4 * ux], [bx + 4 * uy, by - 4 * ux]];
  const points = corners.map(([x, y]) => `${short(x!)},${short(y!)}`).join(" ");
  return `${line(x1, y1, x2, y2, style)}<polygon points="${points}" style="fill:${color(style.stroke ?? "strong-line")}"/>`;
}

export function polyline(points: readonly (readonly [number, number])[], style: Line = {}): string {
  const at = points.map(([x, y]) => `${short(x)},${short(y)}`).join(" ");
  return `<polyline points="${at}" style="${ink(style, { stroke: "strong-line" })};stroke-linejoin:round"/>`;
}

/**
 * Something that can be dragged, or moved with the arrow keys when it has the focus: `update` gets `drag` and `nudge`
 * with this name. `spoken` names it and says where it is.
 */
export function handle(what: string, spoken: string, parts: readonly string[]): string {
  return (
    `<g class="sw-handle" tabindex="0" role="button" aria-roledescription="movable" data-key="drag-${escape(what)}" ` +
    `data-drag="${escape(what)}" aria-label="${escape(spoken)}">${parts.join("")}</g>`
  );
}

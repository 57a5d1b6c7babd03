// Tokens and their vectors -> arrows in a plane, and the weighted average as steps from the origin that end at the output.
import type { Attended } from "../core/attending";
import { fixed } from "../core/numbers";
import { arrow, circle, handle, line, picture, polyline, text } from "../core/svg";

/** How far the plane reaches from the origin, in numbers; its size in the drawing's units; the room around it. */
export const LIMIT = 2;
const SIDE = 340;
const EDGE = 20;
const UNIT = (SIDE - 2 * EDGE) / (2 * LIMIT);

interface Shown {
  readonly tokens: readonly string[];
  readonly x: readonly (readonly number[])[];
  readonly query: number;
  readonly made: Attended;
}

type Point = readonly [number, number];

/** A place of the drawing in the plane's own numbers. */
export function toPoint(x: number, y: number): number[] {
  return [(x - SIDE / 2) / UNIT, (SIDE / 2 - y) / UNIT];
}

function at(vector: readonly number[]): Point {
  return [SIDE / 2 + vector[0]! * UNIT, SIDE / 2 - vector[1]! * UNIT];
}

export function plane(shown: Shown, hidden: boolean, live: boolean): string {
  const { tokens, x, query, made } = shown;
  const average = hidden ? [] : [steps(shown), `<g class="sw-att-output">${arrow(...at([0, 0]), ...at(made.output[query]!), { stroke: "good", weight: 3.5 })}</g>`];
  const places = labels(shown, hidden);
  const arrows = tokens.map((_, k) => {
    const drawn = arrow(...at([0, 0]), ...at(x[k]!), { stroke: k === query ? "accent" : "strong-line", weight: k === query ? 3 : 2 });
    return `<g class="sw-att-arrow" data-cell="t${k}">${drawn}</g>`;
  });
  const tips = tokens.map((token, k) => {
    const tip = circle(...at(x[k]!), 5.5, { fill: k === query ? "accent" : "paper", stroke: k === query ? "accent" : "ink", weight: 2 });
    const [lx, ly] = places[k]!;
    const name = isAgain(shown, k) ? "" : text(lx, ly, token, { size: 13, bold: k === query, fill: k === query ? "accent" : "ink" });
    if (!live) return `${tip}${name}`;
    const area = circle(...at(x[k]!), 17, { fill: "paper", stroke: "paper", opacity: 0 });
    return handle(`token-${k}`, `${token}, at ${x[k]!.map((value) => fixed(value)).join(" and ")}`, [area.replace("opacity:0", "fill-opacity:0;stroke-opacity:0"), tip, name]);
  });
  const told = tokens.map((token, k) => `${token} (${x[k]!.map((value) => fixed(value)).join(", ")})`).join(", ");
  const result = hidden ? "" : `; the output of ${tokens[query]!} is the arrow to (${made.output[query]!.map((value) => fixed(value)).join(", ")})`;
  const named = hidden ? [] : [outputLabel(shown, places)];
  return picture(SIDE, SIDE, `Arrows in a plane: ${told}${result}`, [axes(), ...arrows, ...average, ...named, ...tips], live);
}

function axes(): string {
  const marks: string[] = [];
  for (let k = -LIMIT; k <= LIMIT; k++) {
    const [x, y] = at([k, k]);
    marks.push(line(x, EDGE, x, SIDE - EDGE, { stroke: "line", weight: k ? 0.5 : 1.25 }), line(EDGE, y, SIDE - EDGE, y, { stroke: "line", weight: k ? 0.5 : 1.25 }));
    if (k) marks.push(text(x, SIDE - EDGE + 10, String(k), { size: 11, fill: "muted" }), text(EDGE - 10, y, String(k), { size: 11, fill: "muted" }));
  }
  return marks.join("");
}

/** weight times vector, one behind the other: their sum is the weighted average. */
function steps({ x, query, made }: Shown): string {
  const points: Point[] = [at([0, 0])];
  let [sx, sy] = [0, 0];
  x.forEach((vector, k) => {
    const weight = made.weights[query]![k]!;
    [sx, sy] = [sx + weight * vector[0]!, sy + weight * vector[1]!];
    points.push(at([sx, sy]));
  });
  const joints = points.slice(1, -1).map(([px, py]) => circle(px, py, 2.5, { fill: "good", stroke: "good" }));
  return polyline(points, { stroke: "good", weight: 2, dashed: true }) + joints.join("");
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly half: number;
}

const LINE = 15;

function apart(a: Box, b: Box): boolean {
  return Math.abs(a.x - b.x) > a.half + b.half || Math.abs(a.y - b.y) > LINE;
}

/** A word that stands twice in the same place is named once. */
function isAgain({ tokens, x }: Shown, k: number): boolean {
  return tokens.some((token, j) => j < k && token === tokens[k] && x[j]!.every((value, axis) => value === x[k]![axis]));
}

/** Each label outside its arrow's tip, or the first place around it where it meets nothing else. */
function labels(shown: Shown, hidden: boolean): Point[] {
  const { tokens, x, query, made } = shown;
  const tips: Box[] = x.map((vector) => ({ x: at(vector)[0], y: at(vector)[1], half: 7 }));
  if (!hidden) tips.push({ x: at(made.output[query]!)[0], y: at(made.output[query]!)[1], half: 4 });
  const placed: Box[] = [];
  return tokens.map((token, k) => {
    const half = 4 * token.length + 2;
    const [tx, ty] = at(x[k]!);
    const length = Math.hypot(...(x[k] as [number, number])) || 1;
    const [ux, uy] = [x[k]![0]! / length, -x[k]![1]! / length];
    const tries: Point[] = [[tx + ux * (half + 10), ty + uy * 18], [tx, ty - 18], [tx + half + 11, ty], [tx, ty + 18], [tx - half - 11, ty], [tx, ty - 34], [tx, ty + 34]];
    const inside = tries.map(([lx, ly]): Point => [Math.min(Math.max(lx, half + 2), SIDE - half - 2), Math.min(Math.max(ly, 9), SIDE - 9)]);
    const free = inside.find(([lx, ly]) => {
      const box = { x: lx, y: ly, half };
      return placed.every((other) => apart(box, other)) && tips.every((tip) => apart(box, tip));
    }) ?? inside[0]!;
    if (!isAgain(shown, k)) placed.push({ x: free[0], y: free[1], half });
    return free;
  });
}

/** The output's name, where it covers neither another name nor a line. */
function outputLabel(shown: Shown, places: readonly Point[]): string {
  const { tokens, x, query, made } = shown;
  const [ox, oy] = at(made.output[query]!);
  const taken: Box[] = places.map(([px, py], k) => ({ x: px, y: py, half: 4 * tokens[k]!.length + 2 }));
  for (const vector of [...x, made.output[query]!]) {
    for (let part = 0; part <= 1; part += 0.1) {
      const [px, py] = at(vector.map((value) => value * part));
      taken.push({ x: px, y: py, half: 2 });
    }
  }
  const half = 24;
  const around: Point[] = [20, 36, 52].flatMap((away): Point[] => [[ox, oy + away], [ox, oy - away], [ox + half + away / 2, oy + away / 2], [ox + half + away, oy], [ox - half - away, oy], [ox - half - away / 2, oy + away / 2]]);
  const inside = around.filter(([px, py]) => px > half && px < SIDE - half && py > 9 && py < SIDE - 9);
  const [px, py] = inside.find(([lx, ly]) => taken.every((box) => apart(box, { x: lx, y: ly, half }))) ?? [ox, oy + 20];
  return text(px, py, "output", { size: 12, fill: "good", bold: true });
}

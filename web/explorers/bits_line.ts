// A number and a format -> eight steps of the number line: what can be stored there, and the stretch that rounds to one.
import { neighbour, stepAt, stored, stretch, type Format } from "../core/floats";
import { brief9 } from "../core/numbers";
import { circle, handle, line, picture, polyline, rect, short, text } from "../core/svg";

const STEPS = 8;
const [WIDTH, HEIGHT, EDGE, AXIS] = [520, 118, 30, 62];
const APART = (WIDTH - 2 * EDGE) / STEPS;

/** Where the line starts: at a multiple of eight steps, so that it stays still while a number is dragged along it. */
export function lineOf(value: number, format: Format): { start: number; step: number } {
  const step = stepAt(value, format);
  return { start: Math.floor(value / (STEPS * step)) * STEPS * step, step };
}

/** The number at this place of the drawing, within the line, in 32nds of a step. */
export function numberAt(x: number, value: number, format: Format): { value: number; held: boolean } {
  const { start, step } = lineOf(value, format);
  const place = Math.round(((x - EDGE) / APART) * 32) / 32;
  const inside = Math.min(Math.max(place, 0), STEPS - 1 / 32);
  return { value: start + inside * step, held: place < -0.5 || place > STEPS + 0.5 };
}

export function numberLine(value: number, format: Format, live: boolean): string {
  const { start, step } = lineOf(value, format);
  const x = (number: number): number => EDGE + ((number - start) / step) * APART;
  const inside = (number: number): number => Math.min(Math.max(x(number), 8), WIDTH - 8);
  const kept = stored(value, format);
  const { low, high, closed } = stretch(kept, format);
  const band = rect(inside(low), AXIS - 9, Math.max(inside(high) - inside(low), 1), 18, { fill: "good-tint", stroke: "good", radius: 2 });
  const ends = [low, high].filter((end) => x(end) > 8 && x(end) < WIDTH - 8).map((end) => circle(x(end), AXIS, 3.5, { fill: closed ? "good" : "paper", stroke: "good" }));
  const marks = Array.from({ length: STEPS + 1 }, (_, k) => {
    const number = start + k * step;
    return line(x(number), AXIS - 7, x(number), AXIS + 7, { stroke: number === kept ? "good" : "ink", weight: number === kept ? 3.5 : 1.5 });
  });
  let free = 0; // up to where the row of labels is taken
  const label = (number: number, bold: boolean): string => {
    const words = brief9(number);
    const half = 4 * words.length;
    const at = Math.min(Math.max(x(number), half + 2, bold ? 0 : free + half), WIDTH - half - 2);
    if (!bold) free = at + half + 14;
    return text(at, bold ? AXIS + 24 : AXIS + 42, words, { size: 13, mono: true, bold, fill: bold ? "good" : "muted" });
  };
  const around = [neighbour(kept, format, false), neighbour(kept, format, true)].filter((number) => Number.isFinite(number) && x(number) > -1 && x(number) < WIDTH + 1);
  const place = inside(value);
  const named = Math.min(Math.max(place, 60), WIDTH - 60);
  const pin = [
    `<rect x="${short(Math.min(place, named) - 22)}" y="6" width="${short(Math.abs(place - named) + 44)}" height="${AXIS + 10}" rx="4" style="fill:transparent"/>`,
    polyline([[place - 7, 26], [place, 40], [place + 7, 26], [place - 7, 26]], { fill: "accent", stroke: "accent" }),
    line(place, 38, place, AXIS, { stroke: "accent", weight: 2 }),
    text(named, 14, "your number", { size: 12, fill: "accent", bold: true }),
  ];
  const spoken = `your number ${brief9(value)} on the line of ${format.name}`;
  const moved = live ? handle("value", spoken, pin) : pin.slice(1).join("");
  const alt = `The numbers of ${format.name} around ${brief9(value)}: ${around.map(brief9).join(" and ")} are next to ${brief9(kept)}. From ${brief9(low)} to ${brief9(high)} all numbers round to it.`;
  return picture(WIDTH, HEIGHT, alt, [line(8, AXIS, WIDTH - 8, AXIS, { stroke: "ink" }), band, ...marks, ...ends, label(kept, true), ...around.map((number) => label(number, false)), moved], live);
}

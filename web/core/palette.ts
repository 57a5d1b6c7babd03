// The name of an axis, or of what happens to a size -> its colours. The colours themselves stand in palette.json, which
// Python's figures read too, so that prose, figures and explorers agree.
import palette from "../../shapewise/palette.json";

export type AxisName = keyof typeof palette.axes;
export const AXES = palette.axes;
export const FATES = palette.fates;

type Pair = readonly [light: string, dark: string];

const COLORS: ReadonlyMap<string, Pair> = new Map(
  (function* (): Generator<[string, Pair]> {
    for (const [name, [light, dark]] of Object.entries(palette.surfaces) as [string, [string, string]][]) yield [name, [light, dark]];
    for (const [name, ink] of [...Object.entries(palette.axes), ...Object.entries(palette.fates)]) {
      yield [name, [ink.light[0]!, ink.dark[0]!]];
      yield [`${name}-tint`, [ink.light[1]!, ink.dark[1]!]];
    }
  })(),
);

/** The colour on a light page, for places where no stylesheet reaches. */
export function literal(name: string): string {
  const pair = COLORS.get(name);
  if (!pair) throw new Error(`no colour is called ${name}`);
  return pair[0];
}

/** A CSS value that follows the page's theme, and is the light one where no stylesheet is. */
export function color(name: string): string {
  return `var(--sw-${name}, ${literal(name)})`;
}

/** The CSS declarations of every colour. */
export function variables(dark: boolean): string {
  return [...COLORS].map(([name, pair]) => `--sw-${name}:${pair[dark ? 1 : 0]};`).join("");
}

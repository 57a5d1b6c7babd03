// A number -> its bits in float32, float16 and bfloat16, what is stored, and which numbers are stored alike.
// The formats are those of IEEE 754, https://en.wikipedia.org/wiki/Bfloat16_floating-point_format for the third; a number
// goes through float32 on its way to 16 bits, as it does in torch, and ties go to the even neighbour.

export interface Format {
  readonly name: "float32" | "float16" | "bfloat16";
  readonly exponent: number;
  readonly mantissa: number;
}

export const FORMATS: readonly Format[] = [
  { name: "float32", exponent: 8, mantissa: 23 },
  { name: "float16", exponent: 5, mantissa: 10 },
  { name: "bfloat16", exponent: 8, mantissa: 7 },
];

export function bias({ exponent }: Format): number {
  return 2 ** (exponent - 1) - 1;
}

export function largest(format: Format): number {
  return (2 - 2 ** -format.mantissa) * 2 ** bias(format);
}

/** The distance between neighbours where this number lies. */
export function stepAt(value: number, format: Format): number {
  return 2 ** (Math.max(exponentOf(Math.abs(value)), 1 - bias(format)) - format.mantissa);
}

/** The power of two at or below a positive number. */
function exponentOf(size: number): number {
  if (size === 0) return -Infinity;
  let power = Math.floor(Math.log2(size));
  if (2 ** power > size) power--; // log2 rounds
  if (2 ** (power + 1) <= size) power++;
  return power;
}

/** What is stored of a number. */
export function stored(value: number, format: Format): number {
  const single = Math.fround(value);
  if (format.name === "float32" || !Number.isFinite(single) || single === 0) return single;
  const step = stepAt(single, format);
  const steps = single / step; // exact: step is a power of two
  const whole = Math.floor(steps);
  const rest = steps - whole;
  const even = whole % 2 === 0 ? whole : whole + 1;
  const rounded = (rest === 0.5 ? even : rest > 0.5 ? whole + 1 : whole) * step;
  if (Math.abs(rounded) > largest(format)) return rounded > 0 ? Infinity : -Infinity;
  return rounded === 0 && single < 0 ? -0 : rounded;
}

/** The bits of a number that is stored in this format, the sign first. */
export function bitsOf(value: number, format: Format): string {
  const sign = value < 0 || Object.is(value, -0) ? "1" : "0";
  const size = Math.abs(value);
  const { exponent, mantissa } = format;
  const field = (number: number, width: number): string => number.toString(2).padStart(width, "0");
  if (Number.isNaN(value)) return `0${"1".repeat(exponent)}1${"0".repeat(mantissa - 1)}`;
  if (size === Infinity) return `${sign}${"1".repeat(exponent)}${"0".repeat(mantissa)}`;
  const power = exponentOf(size);
  if (power < 1 - bias(format)) return `${sign}${"0".repeat(exponent)}${field(size / stepAt(size, format), mantissa)}`;
  return `${sign}${field(power + bias(format), exponent)}${field((size / 2 ** power - 1) * 2 ** mantissa, mantissa)}`;
}

export interface Parts {
  readonly sign: string;
  readonly exponent: string;
  readonly mantissa: string;
}

export function partsOf(bits: string, { exponent }: Format): Parts {
  return { sign: bits.slice(0, 1), exponent: bits.slice(1, 1 + exponent), mantissa: bits.slice(1 + exponent) };
}

/** The number that these bits mean. */
export function valueOf(bits: string, format: Format): number {
  const { sign, exponent, mantissa } = partsOf(bits, format);
  const [e, m] = [parseInt(exponent, 2), parseInt(mantissa, 2)];
  const one = sign === "1" ? -1 : 1;
  if (e === 2 ** format.exponent - 1) return m ? NaN : one * Infinity;
  const scale = 2 ** (Math.max(e, 1) - bias(format));
  return one * scale * ((e ? 1 : 0) + m * 2 ** -format.mantissa);
}

/** The next number of the format above (or below) a stored one. */
export function neighbour(value: number, format: Format, up: boolean): number {
  if (Number.isNaN(value) || value === (up ? Infinity : -Infinity)) return NaN;
  if (value === (up ? -Infinity : Infinity)) return (up ? -1 : 1) * largest(format);
  const outward = up === value > 0 || value === 0;
  const size = Math.abs(value);
  // Inward from a power of two the step is half as wide.
  const step = outward ? stepAt(size, format) : stepAt(size - stepAt(size, format) / 4, format);
  const next = value + (up ? step : -step);
  return Math.abs(next) > largest(format) ? (up ? Infinity : -Infinity) : next;
}

/** From where to where numbers round to a stored one; `closed`: the ends too, since its last bit is 0. */
export function stretch(value: number, format: Format): { low: number; high: number; closed: boolean } {
  const edge = (up: boolean): number => {
    const next = neighbour(value, format, up);
    const beyond = Number.isFinite(next) ? next : value + (up ? 1 : -1) * stepAt(value, format);
    return (value + beyond) / 2;
  };
  return { low: edge(false), high: edge(true), closed: bitsOf(value, format).endsWith("0") };
}

/** A sum of so many equal terms, rounded after each addition; `stopped`: the first term that no longer changed it. */
export function repeatedSum(value: number, terms: number, format: Format): { sum: number; stopped: number | null } {
  const term = stored(value, format);
  let sum = 0;
  for (let k = 1; k <= terms; k++) {
    const next = stored(sum + term, format);
    if (next === sum && term !== 0) return { sum, stopped: k };
    sum = next;
  }
  return { sum, stopped: null };
}

// Two shapes -> what `@` makes of them: which sizes meet, which disappear, what comes out, or torch's message.
// The rules are those of https://docs.pytorch.org/docs/stable/generated/torch.matmul.html: the last two axes multiply,
// all axes in front broadcast, and a vector counts as one row on the left and as one column on the right.
import { align, repairs, sourceIndex, torchSays, type Aligned } from "./broadcasting";
import { product, type Shape } from "./shape";

export interface Product {
  readonly a: Shape;
  readonly b: Shape;
  /** Both as stacks of matrices: a vector gets its second axis. */
  readonly left: Shape;
  readonly right: Shape;
  readonly leading: Aligned;
  /** Null where torch refuses. */
  readonly result: Shape | null;
  /** The result before the axes of vectors are taken away again. */
  readonly whole: Shape | null;
  /** What does not fit: a scalar, the inner sizes, the leading axes. */
  readonly fault: "scalar" | "inner" | "leading" | null;
  readonly says: string;
}

export function multiply(a: Shape, b: Shape): Product {
  const left = a.length === 1 ? [1, ...a] : a;
  const right = b.length === 1 ? [...b, 1] : b;
  const leading = align(left.slice(0, -2), right.slice(0, -2));
  const fault = faultOf(a, b, left, right, leading);
  const whole = fault ? null : [...leading.result!, left[left.length - 2]!, right[right.length - 1]!];
  const result = whole && [...leading.result!, ...(a.length === 1 ? [] : [left[left.length - 2]!]), ...(b.length === 1 ? [] : [right[right.length - 1]!])];
  return { a, b, left, right, leading, result, whole, fault, says: fault ? messageOf(fault, a, b, leading) : "" };
}

function faultOf(a: Shape, b: Shape, left: Shape, right: Shape, leading: Aligned): Product["fault"] {
  if (!a.length || !b.length) return "scalar";
  if (!leading.result) return "leading";
  return left[left.length - 1] === right[right.length - 2] ? null : "inner";
}

function messageOf(fault: "scalar" | "inner" | "leading", a: Shape, b: Shape, leading: Aligned): string {
  if (fault === "scalar") return `both arguments to matmul need to be at least 1D, but they are ${a.length}D and ${b.length}D`;
  if (fault === "leading") return torchSays(leading);
  const k = a[a.length - 1]!;
  const rows = product(a.slice(0, -1));
  if (b.length === 1) {
    if (a.length > 1) return `size mismatch, got input (${rows}), mat (${rows}x${k}), vec (${b[0]})`;
    return `inconsistent tensor size, expected tensor [${k}] and src [${b[0]}] to have the same number of elements, but got ${k} and ${b[0]} elements respectively`;
  }
  if (b.length === 2) return `mat1 and mat2 shapes cannot be multiplied (${rows}x${k} and ${b[0]}x${b[1]})`;
  if (a.length === 1 && (product(b) === 0 || b[b.length - 2] === 1)) {
    // Such a stack torch folds into one matrix, turned round.
    const folded = product(b.slice(0, -2)) * b[b.length - 1]!;
    return `size mismatch, got input (${folded}), mat (${folded}x${b[b.length - 2]}), vec (${k})`;
  }
  const batch = product(leading.result!);
  return `Expected size for first two dimensions of batch2 tensor to be: [${batch}, ${k}] but got: [${batch}, ${b[b.length - 2]}].`;
}

/** What would mend a refused product, as Python and as the two shapes that then meet. */
export interface Mend {
  readonly code: string;
  readonly why: string;
  readonly a: Shape;
  readonly b: Shape;
  readonly result: Shape;
}

export function mends(made: Product): Mend[] {
  const { a, b, fault } = made;
  const found: Mend[] = [];
  const offer = (code: string, why: string, left: Shape, right: Shape): void => {
    const { result } = multiply(left, right);
    if (result) found.push({ code, why, a: left, b: right, result });
  };
  if (fault === "inner") {
    if (b.length > 1) offer("A @ B.transpose(-2, -1)", "rows of A meet rows of B", a, transposed(b));
    if (a.length > 1) offer("A.transpose(-2, -1) @ B", "columns of A meet columns of B", transposed(a), b);
    if (a.length > 1 || b.length > 1) offer("B @ A", "the other way round", b, a);
  }
  if (fault === "leading") {
    for (const { which, method, shape } of repairs(made.leading.a.shape, made.leading.b.shape)) {
      const mended = [...shape, ...(which === "A" ? a : b).slice(-2)];
      if (which === "A") offer(`A${method} @ B`, "a new leading axis of size 1", mended, b);
      else offer(`A @ B${method}`, "a new leading axis of size 1", a, mended);
    }
  }
  return found;
}

export function transposed(shape: Shape): Shape {
  return [...shape.slice(0, -2), shape[shape.length - 1]!, shape[shape.length - 2]!];
}

/** The row of the left stack and the column of the right one that a place of the whole result comes from, term by term. */
export function terms(made: Product, index: readonly number[]): { a: number[]; b: number[] }[] {
  const [batch, row, column] = [index.slice(0, -2), index[index.length - 2]!, index[index.length - 1]!];
  const first = sourceIndex(batch, made.left.slice(0, -2));
  const second = sourceIndex(batch, made.right.slice(0, -2));
  return Array.from({ length: made.left[made.left.length - 1]! }, (_, k) => ({ a: [...first, row, k], b: [...second, k, column] }));
}

/** Where an element stands in row-major order. */
export function position(index: readonly number[], shape: Shape): number {
  return index.reduce((at, place, k) => at * shape[k]! + place, 0);
}

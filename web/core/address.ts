// A state <-> the end of an address, like #broadcast?a=4%2C1%2C3&b=5%2C3: what differs from the initial state.
import type { AnyExplorer, State, Value } from "./explorer";

export function toAddress(explorer: AnyExplorer, state: State): string {
  const told = Object.entries(state).filter(([name, value]) => value !== explorer.initial[name]);
  const parts = told.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  return `#${explorer.name}${parts.length ? `?${parts.join("&")}` : ""}`;
}

/** The state that an address names; null if it names none of this explorer's. What it does not know is left out. */
export function read(explorer: AnyExplorer, address: string): State | null {
  const match = /^#([a-z]+)(?:\?(.*))?$/.exec(address);
  if (match?.[1] !== explorer.name) return null;
  const values: State = {};
  for (const part of (match[2] ?? "").split("&").filter(Boolean)) {
    const [name = "", coded = ""] = part.split("=");
    const initial = explorer.initial[name];
    const value = initial === undefined ? null : valueLike(initial, decoded(coded));
    if (value !== null) values[name] = value;
  }
  return explorer.update(explorer.initial, { type: "set", values }).state;
}

function decoded(coded: string): string {
  try {
    return decodeURIComponent(coded);
  } catch {
    return coded; // a stray % that somebody typed
  }
}

function valueLike(initial: Value, text: string): Value | null {
  if (typeof initial === "string") return text;
  if (typeof initial === "boolean") return text === "true";
  const value = Number(text);
  return text.trim() && Number.isFinite(value) ? value : null;
}

// Every explorer, by its name. To add one: its line in `all`, and its import.
import type { AnyExplorer } from "./core/explorer";
import { broadcast } from "./explorers/broadcast";

const all = [
  broadcast,
];

export const explorers: ReadonlyMap<string, AnyExplorer> = new Map(all.map((explorer) => [explorer.name, explorer]));

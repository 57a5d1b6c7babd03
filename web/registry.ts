// Every explorer, by its name. To add one: its line in `all`, and its import.
import type { AnyExplorer } from "./core/explorer";
import { broadcast } from "./explorers/broadcast";
import { dimensions } from "./explorers/dimensions";
import { layout } from "./explorers/layout";
import { pipeline } from "./explorers/pipeline";

const all = [
  broadcast,
  dimensions,
  layout,
  pipeline,
];

export const explorers: ReadonlyMap<string, AnyExplorer> = new Map(all.map((explorer) => [explorer.name, explorer]));

// Every explorer, by its name. To add one: its line in `all`, and its import.
import type { AnyExplorer } from "./core/explorer";
import { attention } from "./explorers/attention";
import { broadcast } from "./explorers/broadcast";
import { dimensions } from "./explorers/dimensions";
import { layout } from "./explorers/layout";
import { pipeline } from "./explorers/pipeline";
import { indexing } from "./explorers/indexing";
import { matmul } from "./explorers/matmul";
import { softmax } from "./explorers/softmax";

const all = [
  attention,
  broadcast,
  dimensions,
  layout,
  pipeline,
  indexing,
  matmul,
  softmax,
];

export const explorers: ReadonlyMap<string, AnyExplorer> = new Map(all.map((explorer) => [explorer.name, explorer]));

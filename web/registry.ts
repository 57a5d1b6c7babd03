// Every explorer, by its name. To add one: its line in `all`, and its import.
import type { AnyExplorer } from "./core/explorer";
import { attention } from "./explorers/attention";
import { bits } from "./explorers/bits";
import { broadcast } from "./explorers/broadcast";
import { dimensions } from "./explorers/dimensions";
import { indexing } from "./explorers/indexing";
import { layout } from "./explorers/layout";
import { matmul } from "./explorers/matmul";
import { pipeline } from "./explorers/pipeline";
import { softmax } from "./explorers/softmax";

const all = [
  attention,
  bits,
  broadcast,
  dimensions,
  indexing,
  layout,
  matmul,
  pipeline,
  softmax,
];

export const explorers: ReadonlyMap<string, AnyExplorer> = new Map(all.map((explorer) => [explorer.name, explorer]));

// Every explorer, by its name. To add one: its line in `all`, and its import.
import type { AnyExplorer } from "./core/explorer";
import { attention } from "./explorers/attention";
import { bits } from "./explorers/bits";
import { broadcast } from "./explorers/broadcast";
import { indexing } from "./explorers/indexing";
import { matmul } from "./explorers/matmul";
import { softmax } from "./explorers/softmax";

const all = [
  attention,
  bits,
  broadcast,
  indexing,
  matmul,
  softmax,
];

export const explorers: ReadonlyMap<string, AnyExplorer> = new Map(all.map((explorer) => [explorer.name, explorer]));

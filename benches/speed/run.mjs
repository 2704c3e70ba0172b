// Times the speed presets in wasm under Node: one run, then repeats for at least two seconds of CPU.
// node benches/speed/run.mjs target/wasm32-unknown-unknown/release/warmpath_speed.wasm
import { readFile } from "node:fs/promises";

const names = ["bench-sessions", "bench-mooncake", "bench-kubeai"];
const { instance } = await WebAssembly.instantiate(await readFile(process.argv[2]), {});
const { ready, go } = instance.exports;
// User and system time of the process, in ms: other work on the machine does not count.
const now = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1000; };
console.log("preset            first [req/s]   median [req/s]   runs");
for (const [number, name] of names.entries()) {
  if (!ready(number)) throw new Error(`${name}: not to be had`);
  const rates = [];
  const begun = now();
  while (now() - begun < 2000 || rates.length < 5) {
    const start = now();
    const requests = go();
    rates.push((requests / (now() - start)) * 1000);
  }
  const first = rates[0];
  rates.sort((a, b) => a - b);
  const median = rates[rates.length >> 1];
  console.log(name.padEnd(16) + first.toFixed(0).padStart(15) + median.toFixed(0).padStart(17) + String(rates.length).padStart(7));
}

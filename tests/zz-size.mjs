import { sizes, LIMITS } from "./harness/sizes.mjs";
const s = await sizes("/work/wt/wide/dist"); console.log(s.wasm, LIMITS, s.first, s.files.map(f=>f.name+" "+f.gzip).join(", "));

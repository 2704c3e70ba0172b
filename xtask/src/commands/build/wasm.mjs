// A wasm program's bytes: its sections, and what it imports.

/** An unsigned number in groups of seven bits, and the place behind it. */
export function number(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

/** A number in groups of seven bits. */
export function written(value) {
  const groups = [];
  for (; value > 127; value >>>= 7) groups.push((value & 127) | 128);
  return Buffer.from([...groups, value]);
}

/** The sections of a program, each with its kind, where it begins and where its contents do, and its end. */
export function sections(bytes) {
  const found = [];
  for (let at = 8; at < bytes.length; ) {
    const [length, inside] = number(bytes, at + 1);
    found.push({ kind: bytes[at], at, inside, end: inside + length });
    at = inside + length;
  }
  return found;
}

/** The name of a section of its own kind; nothing for others. */
export function customs(bytes, { kind, inside }) {
  if (kind !== 0) return undefined;
  const [length, text] = number(bytes, inside);
  return bytes.subarray(text, text + length).toString();
}

/** The functions that a program imports: the module and the name of each, and the bytes of its type. They are numbered before the
 * program's own. */
export function imports(bytes) {
  const { inside } = sections(bytes).find((it) => it.kind === 2);
  let [left, at] = number(bytes, inside);
  const text = () => {
    const [length, from] = number(bytes, at);
    at = from + length;
    return bytes.subarray(from, at).toString();
  };
  const found = [];
  for (; left > 0; left--) {
    const [module, name, from] = [text(), text(), at];
    // wasm-bindgen's programs import functions alone, each by its type.
    if (bytes[at] !== 0) throw new Error(`${name} of ${module} is imported and is no function`);
    [, at] = number(bytes, at + 1);
    found.push({ module, name, type: bytes.subarray(from, at) });
  }
  return found;
}

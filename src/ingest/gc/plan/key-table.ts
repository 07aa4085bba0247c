/** Objects by the keys of their ids ({@link KEYS}). */
export interface KeyTable {
  /** Puts the objects `first`, `first` + 1, … in; false when one has the key of another, after which the table is void. */
  add(keys: BigInt64Array, first: number): boolean;
  /** Objects by keys, whose two lowest bits do not count; -1 for none. */
  find(keys: BigInt64Array, into: Int32Array): void;
}

const IS_LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;
/** Places of the halves of a 64-bit number. */
const [LOW, HIGH] = IS_LITTLE_ENDIAN ? [0, 1] : [1, 0];

/** The halves of keys: a BigInt for each would take several times as long. */
export function halves(keys: BigInt64Array): { words: Int32Array; low: number; high: number } {
  return { words: new Int32Array(keys.buffer, keys.byteOffset, 2 * keys.length), low: LOW, high: HIGH };
}

const FLAGS = 3;

/**
 * An open-addressing hash table: 20 to 36 bytes an object. A slot holds the lower half of a key and, beside the object, so
 * much of the upper half as the place of the slot does not tell; where an object had to move on from its own place, which
 * a bit says, its upper half is looked up.
 *
 * @param n most objects, up to 2^29
 */
export function createKeyTable(n: number): KeyTable {
  const bits = Math.max(1, 32 - Math.clz32(Math.max(0, n - 1)));
  const mask = 2 ** (bits + 1) - 1;
  const objectMask = 2 ** bits - 1;
  const moved = 2 ** (30 - bits);
  const slots = new Int32Array(2 ** (bits + 2)).fill(-1);
  const upper = new Int32Array(n);

  /** Place of the slot that a key is in, or of the empty one that it would be in. */
  const placeOf = (low: number, high: number): number => {
    const rest = high >>> (bits + 1);
    const home = 2 * (high & mask);
    for (let place = home; ; place = (place + 2) & (2 * mask)) {
      const word = slots[place + 1];
      if (word === -1) return place;
      if (slots[place] !== low) continue;
      if (place === home && word >>> bits === rest) return place;
      if (word >>> bits === rest + moved && upper[word & objectMask] === high) return place;
    }
  };

  return {
    add(keys, first) {
      const { words, low, high } = halves(keys);
      for (let i = 0; i < keys.length; i++) {
        const key = words[2 * i + high];
        const place = placeOf(words[2 * i + low], key);
        if (slots[place + 1] !== -1) return false;
        const rest = (key >>> (bits + 1)) + (place === 2 * (key & mask) ? 0 : moved);
        slots[place] = words[2 * i + low];
        slots[place + 1] = (rest << bits) | (first + i);
        upper[first + i] = key;
      }
      return true;
    },
    find(keys, into) {
      const { words, low, high } = halves(keys);
      // Reading all slots first, none of which waits for another, brings them near: a quarter less time.
      let near = 0;
      for (let i = high; i < words.length; i += 2) near += slots[2 * (words[i] & mask)];
      into[0] = near;
      for (let i = 0; i < keys.length; i++) {
        const found = slots[placeOf(words[2 * i + low] & ~FLAGS, words[2 * i + high]) + 1];
        into[i] = found === -1 ? -1 : found & objectMask;
      }
    },
  };
}

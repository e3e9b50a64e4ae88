/** Own entries beyond which a map is laid out anew before it grows further. */
const mostOwn = 2000;

/**
 * A map that goes on from another one, which stays as it is: growing costs what is added, and not
 * what was there.
 */
export class GrownMap<K, V> {
  readonly #base: ReadonlyMap<K, V>;
  readonly #own: Map<K, V>;

  constructor(base: ReadonlyMap<K, V> = new Map(), own = new Map<K, V>()) {
    this.#base = base;
    this.#own = own;
  }

  /** Another one with the same entries. What is set in either of them is not in the other. */
  grow(): GrownMap<K, V> {
    if (this.#own.size > mostOwn) return new GrownMap(this.plain());
    return new GrownMap(this.#base, new Map(this.#own));
  }

  get(key: K): V | undefined {
    return this.#own.get(key) ?? this.#base.get(key);
  }

  has(key: K): boolean {
    return this.#own.has(key) || this.#base.has(key);
  }

  set(key: K, value: V): void {
    this.#own.set(key, value);
  }

  keys(): Iterable<K> {
    return this.plain().keys();
  }

  /** All entries, as plain data. */
  plain(): ReadonlyMap<K, V> {
    return this.#own.size === 0 ? this.#base : new Map([...this.#base, ...this.#own]);
  }
}

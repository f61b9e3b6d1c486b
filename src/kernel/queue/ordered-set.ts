/** Less than, equal or greater than zero, as for `sort`; equal means the same entry. */
export type Order<T> = (a: T, b: T) => number

/** Entries a block holds before it is split in two: moving so few is cheaper than any tree, and 5,000 entries are 20 blocks. */
const BLOCK_MAX = 512

/**
 * Entries in order, in blocks: adding, removing and finding cost a binary search over the blocks and one inside. Entries that are equal
 * by the order are one.
 */
export class OrderedSet<T> {
  readonly #order: Order<T>
  #blocks: T[][] = []
  #size = 0

  constructor(order: Order<T>) {
    this.#order = order
  }

  get size(): number {
    return this.#size
  }

  first(): T | undefined {
    return this.#blocks[0]?.[0]
  }

  /** Adds an entry; one that is there already is left. */
  add(entry: T): void {
    const at = this.#blockFor(entry)
    const block = this.#blocks[at]
    if (!block) {
      this.#blocks.push([entry])
      this.#size = 1
      return
    }
    const index = this.#lowerBound(block, entry)
    if (index < block.length && this.#order(block[index]!, entry) === 0) return
    block.splice(index, 0, entry)
    this.#size++
    if (block.length > BLOCK_MAX) this.#blocks.splice(at + 1, 0, block.splice(BLOCK_MAX / 2))
  }

  /** Removes the entry that is equal to this one; says whether it was there. */
  delete(entry: T): boolean {
    const at = this.#blockFor(entry)
    const block = this.#blocks[at]
    if (!block) return false
    const index = this.#lowerBound(block, entry)
    if (index >= block.length || this.#order(block[index]!, entry) !== 0) return false
    block.splice(index, 1)
    if (block.length === 0) this.#blocks.splice(at, 1)
    this.#size--
    return true
  }

  has(entry: T): boolean {
    const block = this.#blocks[this.#blockFor(entry)]
    if (!block) return false
    const index = this.#lowerBound(block, entry)
    return index < block.length && this.#order(block[index]!, entry) === 0
  }

  /** How many entries come before this one, whether it is there or not. */
  rank(entry: T): number {
    const at = this.#blockFor(entry)
    let before = 0
    for (let i = 0; i < at; i++) before += this.#blocks[i]!.length
    const block = this.#blocks[at]
    return block ? before + this.#lowerBound(block, entry) : before
  }

  /** The entries in order, from the given rank on. The set must not change meanwhile. */
  *from(rank: number): Generator<T, void, undefined> {
    let skip = rank
    for (const block of this.#blocks) {
      for (let i = Math.min(skip, block.length); i < block.length; i++) yield block[i]!
      skip = Math.max(0, skip - block.length)
    }
  }

  [Symbol.iterator](): Generator<T, void, undefined> {
    return this.from(0)
  }

  /** The first block whose last entry is not before this one; the last block if all are. */
  #blockFor(entry: T): number {
    let low = 0
    let high = this.#blocks.length - 1
    while (low < high) {
      const middle = (low + high) >>> 1
      const block = this.#blocks[middle]!
      if (this.#order(block[block.length - 1]!, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }

  #lowerBound(block: readonly T[], entry: T): number {
    let low = 0
    let high = block.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#order(block[middle]!, entry) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}

// A binary heap of deadlines. Each deadline knows its index, so it can be moved or removed without
// a search. The earliest deadline is found in O(1); every change takes O(log n). Deadlines of the
// same instant keep the order in which they were added. The heap knows no clock.

/** An item that is due at an instant. Only its heap changes it. */
export interface Deadline<T> {
  readonly item: T
  /** When it is due, in ms. */
  readonly at: number
}

interface HeapNode<T> extends Deadline<T> {
  at: number
  /** How many deadlines were added before this one. */
  readonly order: number
  /** Index in the heap. */
  index: number
}

export class DeadlineHeap<T> {
  readonly #heap: HeapNode<T>[] = []
  #added = 0

  /** The earliest deadline. */
  first(): Deadline<T> | undefined {
    return this.#heap[0]
  }

  /** All deadlines in the order in which they were added. */
  inOrder(): Deadline<T>[] {
    return this.#heap.toSorted((a, b) => a.order - b.order)
  }

  add(item: T, at: number): Deadline<T> {
    const node = { item, at, order: this.#added++, index: this.#heap.length }
    this.#heap.push(node)
    this.#siftUp(node)
    return node
  }

  /** Changes the instant of a deadline of this heap. */
  move(deadline: Deadline<T>, at: number): void {
    const node = deadline as HeapNode<T>
    node.at = at
    this.#siftUp(node)
    this.#siftDown(node)
  }

  /** Removes a deadline of this heap. */
  remove(deadline: Deadline<T>): void {
    const node = deadline as HeapNode<T>
    const last = this.#heap.pop()!
    if (last !== node) {
      this.#put(last, node.index)
      this.#siftUp(last)
      this.#siftDown(last)
    }
  }

  #siftUp(node: HeapNode<T>): void {
    while (node.index > 0) {
      const parent = this.#heap[(node.index - 1) >> 1]!
      if (!isEarlier(node, parent)) return
      this.#swap(parent, node)
    }
  }

  #siftDown(node: HeapNode<T>): void {
    for (;;) {
      const left = this.#heap[2 * node.index + 1]
      const right = this.#heap[2 * node.index + 2]
      const child = right !== undefined && isEarlier(right, left!) ? right : left
      if (child === undefined || !isEarlier(child, node)) return
      this.#swap(node, child)
    }
  }

  #swap(parent: HeapNode<T>, child: HeapNode<T>): void {
    const { index } = parent
    this.#put(parent, child.index)
    this.#put(child, index)
  }

  #put(node: HeapNode<T>, index: number): void {
    this.#heap[index] = node
    node.index = index
  }
}

function isEarlier<T>(a: HeapNode<T>, b: HeapNode<T>): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order)
}

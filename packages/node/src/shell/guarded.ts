// Calls a function of the user's from within the node. What it throws is the user's fault, and is
// thrown where it can't stop the node.

/** @returns calls `listener`, and never throws; an error of `listener` is an uncaught exception */
export function guarded<A extends unknown[]>(listener: (...args: A) => void): (...args: A) => void {
  return (...args) => {
    try {
      listener(...args)
    } catch (error) {
      queueMicrotask(() => {
        throw error
      })
    }
  }
}

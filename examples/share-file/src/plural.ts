// Counts as people write them: one node, two nodes.

/** @param many - the word for more than one; default: with an s */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}

// The command that replays a failure. A script of a model is replayed alone, already reduced. A
// property finds its counterexample again from the seed. An explorer runs again with the same
// bound.

/** @typedef {import('./rounds.mjs').Fault} Fault */

/** @param {Fault} fault */
export function replayOf({ file, title, message, env }) {
  const [, seed, path] = /seed: (-?\d+), path: "([^"]+)"/.exec(message) ?? []
  const [, script] = /replayPath="([^"]+)"/.exec(message) ?? []
  const variables =
    seed !== undefined && path !== undefined && script !== undefined
      ? { FC_SEED: seed, FC_PATH: path, FC_REPLAY: script }
      : env
  const set = Object.entries(variables).map(([name, value]) => `${name}=${quoted(value)}`)
  const only = title === '' ? '' : ` -t ${quoted(`^${escaped(title)}$`)}`
  return `${set.join(' ')} npx vitest run ${file}${only}`
}

/** The text, quoted for a shell. @param {string} text */
function quoted(text) {
  return /^[\w:./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}

/** The text, escaped for a regular expression. @param {string} text */
export function escaped(text) {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

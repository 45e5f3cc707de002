// The examples of the READMEs, and what their comments say they print. The tests run them on the
// sources; the check of packed packages runs them as a user would paste them.

/**
 * The examples that run unchanged, by file and heading, in the order of each page.
 *
 * @type {readonly (readonly [file: string, heading: string])[]}
 */
export const README_EXAMPLES = [
  ['README.md', 'Two nodes that find each other'],
  ['README.md', 'The table alone'],
  ['README.md', 'Another transport'],
  ['packages/bittorrent-dht/README.md', 'Example'],
  ['packages/id/README.md', 'Example'],
  ['packages/krpc/README.md', 'Example'],
  ['packages/node/README.md', 'Example'],
  ['packages/observatory/README.md', 'Example'],
  ['packages/routing-table/README.md', 'Example'],
  ['packages/search/README.md', 'Example'],
  ['packages/sim/README.md', 'Example'],
  ['packages/store/README.md', 'Example'],
]

/**
 * The code of the first block of JavaScript or TypeScript below a heading.
 *
 * @param {string} heading
 * @param {string} readme
 */
export function exampleUnder(heading, readme) {
  const [, section] = readme.split(`\n## ${heading}\n`)
  const [, code] = /```[jt]s\n(.*?)```/s.exec(section ?? '') ?? []
  if (code === undefined) throw new Error(`heading: expected an example under ${heading}`)
  return code
}

/**
 * The comment behind each `console.log`; if there is none, the lines that are only a comment.
 *
 * @param {string} code
 */
export function announcedBy(code) {
  const behind = textsOf(/console\.log\(.*\) \/\/ (.*)$/gm, code)
  return behind.length > 0 ? behind : textsOf(/^\/\/ (.*)$/gm, code)
}

/** @param {RegExp} comment @param {string} code */
function textsOf(comment, code) {
  return Array.from(code.matchAll(comment), ([, text]) => text ?? '')
}

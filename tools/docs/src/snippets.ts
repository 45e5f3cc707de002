// The snippets of a page: its blocks of TypeScript and JavaScript. Each is a whole program that the
// tests run, unless the comment above it says why not.

export interface Snippet {
  /** The page and the line of the block, for messages. */
  readonly place: string
  readonly code: string
  readonly language: 'ts' | 'js'
  /** Why it is not run; undefined: it is. */
  readonly notRun: string | undefined
}

/** A comment with the reason and the fence, then the code up to the closing fence. */
const BLOCK = /(?:<!-- not run: (.*?) -->\n\n)?^```([\w-]*)[^\n]*\n(.*?)^```$/gms

/** The names under which a page may show TypeScript or JavaScript. */
const LANGUAGES = {
  ts: 'ts',
  typescript: 'ts',
  js: 'js',
  javascript: 'js',
  mjs: 'js',
} as const

export function snippetsOf(path: string, page: string): readonly Snippet[] {
  return [...page.matchAll(BLOCK)].flatMap(({ index, 1: notRun, 2: name = '', 3: code = '' }) => {
    const language = Object.entries(LANGUAGES).find(([each]) => each === name)?.[1]
    if (language === undefined) return []
    const line = page.slice(0, index).split('\n').length
    return [{ place: `${path}:${line}`, code, language, notRun }]
  })
}

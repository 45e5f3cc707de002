// A source file opens with a comment that says what the file is for.
import { isSource } from '../places.ts'
import type { Rule } from '../project.ts'

export const openingComment: Rule = {
  name: 'opening comment',
  why: 'a reader who opens the file learns first what it is for',
  *check(project) {
    for (const { path, text } of project.modules) {
      if (!isSource(path) || /^(#!.*\n)?(\/\/ \S|\/\*)/.test(text)) continue
      yield { path, line: 1, what: 'begins without a comment' }
    }
  },
}

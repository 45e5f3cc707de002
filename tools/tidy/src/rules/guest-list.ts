// Exports are a guest list: each public name is written out, under one name, by hand.
import { walk } from '../ast.ts'
import { isToolConfig } from '../places.ts'
import { lineAt, type Rule } from '../project.ts'

const REFUSED: Readonly<Record<string, string>> = {
  ExportAllDeclaration: 'export *',
  ExportDefaultDeclaration: 'a default export',
}

export const guestList: Rule = {
  name: 'guest list',
  why: 'a public name is written out once, and everybody imports it under that name',
  *check(project) {
    for (const { path, text, program } of project.modules) {
      if (isToolConfig(path)) continue
      for (const [node] of walk(program)) {
        const what = REFUSED[node.type]
        if (what !== undefined) yield { path, line: lineAt(text, node.start), what }
      }
    }
  },
}

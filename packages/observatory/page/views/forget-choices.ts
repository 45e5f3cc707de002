// What was chosen of one node means nothing for another one.

import { chooseLookup, contactChoice } from './lookup-choice.ts'
import { tableChoice } from './table-choice.ts'

export function forgetChoices(): void {
  tableChoice.value = undefined
  chooseLookup(undefined)
  contactChoice.value = undefined
}

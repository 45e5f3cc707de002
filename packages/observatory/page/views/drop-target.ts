// A recording may be dropped anywhere on the page.

import { openRecording } from '../source/open-recording.ts'

/** Called with the element of the page once it is there. */
export function acceptDrops(element: HTMLElement | null): void {
  if (element === null) return
  element.ondragover = (event) => {
    event.preventDefault()
    element.dataset['drop'] = 'over'
  }
  element.ondragleave = () => {
    delete element.dataset['drop']
  }
  element.ondrop = (event) => {
    event.preventDefault()
    delete element.dataset['drop']
    const file = event.dataTransfer?.files[0]
    if (file !== undefined) void openRecording(file)
  }
}

// One line that shows that something happens, on a terminal only. It is gone when the work is done.

import yoctoSpinner from 'yocto-spinner'
import type { Output } from '../io.ts'

const REFRESH_MS = 100

/** @param text - called for every new line */
export function showProgress(to: Output, text: () => string): Disposable {
  if (to.isTTY !== true) return { [Symbol.dispose]: () => {} }
  const spinner = yoctoSpinner({ text: text(), stream: to as NodeJS.WriteStream }).start()
  const timer = setInterval(() => {
    spinner.text = text()
  }, REFRESH_MS)
  return {
    [Symbol.dispose]: () => {
      clearInterval(timer)
      spinner.stop()
    },
  }
}

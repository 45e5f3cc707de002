// Whether a program of a Debian package is there.

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/**
 * @param command - ends at once and with 0 if the program works
 * @param debianPackage - what to install otherwise
 * @returns why it can't be used, if it can't
 */
export async function complaintOf(
  [program = '', ...args]: readonly string[],
  debianPackage: string,
): Promise<string | undefined> {
  try {
    await promisify(execFile)(program, args)
    return undefined
  } catch {
    return `the package ${debianPackage} is not installed`
  }
}

// Where the program starts.

import { run } from './run.ts'

await run((line) => console.log(line))

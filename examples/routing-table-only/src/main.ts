// Where the program starts.

import { run } from './run.ts'

run((line) => console.log(line))

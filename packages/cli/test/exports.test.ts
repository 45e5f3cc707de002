import * as cli from '@dht/cli'
import { expect, it } from 'vitest'

it('@dht/cli exports the command line and nothing else', () => {
  expect(Object.keys(cli)).toEqual(['runCommandLine'])
})

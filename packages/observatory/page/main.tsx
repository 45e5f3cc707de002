// Where the page starts.

import { render } from 'preact'
import { connect } from './source/live-source.ts'
import { applyTheme } from './state/theme.ts'
import { App } from './views/app.tsx'

applyTheme()
render(<App />, document.getElementById('app') as HTMLElement)
void connect()

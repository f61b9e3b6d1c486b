import { startApp } from '../../shell/start-app.tsx'
import { Home } from './home.tsx'

await startApp(<Home />)

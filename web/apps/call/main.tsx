import { startApp } from '../../shell/start-app.tsx'
import { CallPage } from './call-page.tsx'

await startApp(<CallPage />)

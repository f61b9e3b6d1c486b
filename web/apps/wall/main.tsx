import { SignedIn } from '../../shell/signed-in.tsx'
import { startApp } from '../../shell/start-app.tsx'
import { WallPage } from './wall-page.tsx'

await startApp(<SignedIn page={WallPage} />)

import { SignedIn } from '../../shell/signed-in.tsx'
import { startApp } from '../../shell/start-app.tsx'
import { BoardPage } from './board-page.tsx'

await startApp(<SignedIn page={BoardPage} />)

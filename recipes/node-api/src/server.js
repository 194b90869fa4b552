import { createServer } from 'node:http';
import { greeting } from 'words';

export const server = createServer((request, response) => {
  const name = new URL(request.url, 'http://localhost').searchParams.get('name') ?? 'world';
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ greeting: greeting(name), environment: process.env.NODE_ENV }) + '\n');
});

if (import.meta.url === `file://${process.argv[1]}`) {
  server.listen(3000, () => console.log('listening on :3000'));
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
}

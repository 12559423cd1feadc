/** Milliseconds that an import takes: `node start.import.mjs hono`. */

const start = performance.now();
await import(process.argv[2]);
console.log(performance.now() - start);

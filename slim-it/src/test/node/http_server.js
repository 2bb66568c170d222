// PORT: answers with the names of both ends; on SIGUSR2 closes its server and says so. It lives on without one.
const http = require("http");

const server = http.createServer((request, response) => {
  response.end(`${request.socket.remoteAddress} -> ${request.socket.localAddress}\n`);
});
process.on("SIGUSR2", () => {
  server.close(() => console.log("closed"));
  server.closeAllConnections();
});
setInterval(() => {}, 60_000);
server.listen(Number(process.argv[2]));

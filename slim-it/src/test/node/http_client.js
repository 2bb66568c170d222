// URL COUNT: as many requests, 32 at once, a connection for each; prints what the server says when it is not the same as before.
const http = require("http");

const [url, count] = [process.argv[2], Number(process.argv[3])];
const agent = new http.Agent({ maxSockets: 32 });
const answers = new Set();

function get() {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent, headers: { connection: "close" } }, (response) => {
      let body = "";
      response.on("data", (part) => (body += part));
      response.on("end", () => resolve(answers.add(body)));
    });
    request.on("error", reject);
  });
}

Promise.all(Array.from({ length: count }, get)).then(
  () => process.stdout.write([...answers].join("")),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);

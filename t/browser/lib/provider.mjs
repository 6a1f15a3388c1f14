// A provider's API, as Meta's is: it keeps the texts that are sent to users,
// and refuses those of apps whose access token has "unsent" in it.
//
//     const provider = await startProvider();
//     api=http://127.0.0.1:${provider.port}/v26.0       in the directive meta
//     provider.texts.at(-1)
//     provider.stop();

import http from 'node:http';


export async function startProvider(port = 0) {
    const texts = [];
    const server = http.createServer(async (request, response) => {
        let body = '';

        for await (const part of request) {
            body += part;
        }

        if (request.headers.authorization.includes('unsent')) {
            response.statusCode = 400;
            response.end('{"error":{"code":131047,"message":"no"}}');
            return;
        }

        texts.push(JSON.parse(body).text.body);
        response.setHeader('Content-Type', 'application/json');
        response.end('{"messages":[{"id":"wamid.reply"}]}');
    });

    await new Promise(resolve => server.listen(port, '127.0.0.1', resolve));

    return {
        texts,
        port: server.address().port,
        stop() {
            server.close();
            server.closeAllConnections();
        },
    };
}

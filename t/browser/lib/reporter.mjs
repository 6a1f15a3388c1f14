// Prints a line for each test, why it failed, and last "N passed, N failed".

export default async function* reporter(events) {
    let passed = 0;
    let failed = 0;

    for await (const { type, data } of events) {
        if (type === 'test:stderr' || type === 'test:stdout') {
            yield data.message;
        }

        if (type !== 'test:pass' && type !== 'test:fail') {
            continue;
        }

        const name = title(data);

        if (type === 'test:fail') {
            failed += 1;
            yield `not ok - ${name}\n${reason(data.details.error)}\n`;
        } else if (data.skip !== undefined) {
            yield `skipped - ${name}: ${data.skip}\n`;
        } else {
            passed += 1;
            yield `ok - ${name}\n`;
        }
    }

    yield `${passed} passed, ${failed} failed\n`;
}


// A file that fails outside of its tests is reported under its path.

function title({ file, name }) {
    const subject = file?.replace(/.*\//, '').replace(/\.mjs$/, '');

    return subject === undefined || name.endsWith('.mjs')
           ? name : `${subject} - ${name}`;
}


function reason(error) {
    const cause = error.cause ?? error;

    return String(cause.stack ?? cause).replace(/^/mg, '    ');
}

-- One script for all runs of wrk; the environment tells it what to do:
--
-- BENCH_FILE, BENCH_LENGTH, BENCH_LINE: the requests are the line and one
--     piece of that length after another out of the file.  Each thread has
--     a part of the file of its own.  At its end a thread stops, or begins
--     again if BENCH_AGAIN is set.
-- BENCH_DELAY: milliseconds that a connection waits before each request.
--
-- At the end it prints one line of JSON.

local file = os.getenv("BENCH_FILE")
local length = tonumber(os.getenv("BENCH_LENGTH"))
local line = os.getenv("BENCH_LINE")
local again = os.getenv("BENCH_AGAIN")
local pause = tonumber(os.getenv("BENCH_DELAY"))
local threads = 0

function setup(thread)
    thread:set("number", threads)
    threads = threads + 1
end

if file then
    local input, first, left, all

    function init(args)
        local parts = tonumber(os.getenv("BENCH_THREADS"))

        input = assert(io.open(file, "rb"))
        all = math.floor(input:seek("end") / length / parts)
        first = all * length * number
        left = all
        input:seek("set", first)
    end

    function request()
        if left == 0 then
            if not again then
                wrk.thread:stop()
            end

            input:seek("set", first)
            left = all
        end

        left = left - 1
        return line .. " HTTP/1.1\r\n" .. input:read(length)
    end
end

if pause then
    function delay()
        return pause
    end
end

function done(summary, latency, requests)
    local errors = summary.errors

    io.write(string.format('{"requests":%d,"microseconds":%d,' ..
        '"status":%d,"socket":%d,"p50":%d,"p99":%d,"max":%d}\n',
        summary.requests, summary.duration, errors.status,
        errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50), latency:percentile(99), latency.max))
end

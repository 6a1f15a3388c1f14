-- Writes the rows of new codes, all of one app and partition, with their due
-- work and their counts.
--
-- KEYS  1  the index of due work
--       2  the counts of waiting codes
--       3  and on: the rows; each key must be free
--
-- ARGV  1  the app
--       2  so many waiting codes are its limit, 0: none
--       3  so many of pages, likewise
--       4  1: all of them are of pages, 0: none is
--       5  the value of the first row, and
--       6  the entry that it takes; and so on for each row
--
-- Returns for each row 1: it is written;
--       2: it is beyond a limit, and not written; or
--       the value that stands there, which is left as it is; empty: something
--       of another type

local due, counts = KEYS[1], KEYS[2]
local app, is_pages = ARGV[1], ARGV[4] == '1'
local first = 3

local function room(kind, limit)
    if limit == '0' then
        return #KEYS
    end

    return tonumber(limit) - (redis.call('HGET', counts, kind .. app) or 0)
end

local function present(row)
    local value = redis.pcall('GET', row)

    return type(value) == 'table' and '' or value
end

local left = room('w', ARGV[2])

if is_pages then
    left = math.min(left, room('p', ARGV[3]))
end

local is_free = redis.call('EXISTS', unpack(KEYS, first)) == 0
local results, rows, entries = {}, {}, {}
local written = 0

for i = first, #KEYS do
    local value = not is_free and present(KEYS[i])

    if value then
        results[#results + 1] = value

    elseif written < left then
        results[#results + 1] = 1
        rows[#rows + 1] = KEYS[i]
        rows[#rows + 1] = ARGV[2 * i - 1]
        entries[#entries + 1] = 0
        entries[#entries + 1] = ARGV[2 * i]
        written = written + 1

    else
        results[#results + 1] = 2
    end
end

-- The server takes back nothing when a call fails.  The calls that find a key
-- of another type stand first: an entry without its row does no harm.

if written > 0 then
    redis.call('ZADD', due, unpack(entries))
    redis.call('HINCRBY', counts, 'w' .. app, written)

    if is_pages then
        redis.call('HINCRBY', counts, 'p' .. app, written)
    end

    redis.call('MSET', unpack(rows))
end

return results
